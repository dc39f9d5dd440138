"""Services put through by name, however many methods they have."""

from collections.abc import Mapping, Sequence
from typing import Any

import grpc


class Switchboard:
    """What generated code adds services to. gRPC's asyncio server waits for the next call of each method that is
    registered by a future of its own, and looks through all of them with every call: with as many methods as ours that
    cost half as much as reading a return. Services that are found by their name share one."""

    def __init__(self, server: grpc.aio.Server) -> None:
        self._server = server

    def add_generic_rpc_handlers(self, handlers: Sequence[grpc.GenericRpcHandler]) -> None:
        self._server.add_generic_rpc_handlers(handlers)

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Any]) -> None:
        """Nothing: generated code has just added them to the generic ones."""
