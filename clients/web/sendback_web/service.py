"""The service, by its API: one channel for all requests of this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from sendback_client import AsyncClient
from sendback_client.errors import error_of

from sendback_web.settings import Settings

# A page that takes longer than this is given up; what was begun in the service goes on there.
_SECONDS = 10.0

Metadata = list[tuple[str, str]]


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[AsyncClient]:
    """The client that calls with the portal's key."""
    key = settings.portal_key.get_secret_value()
    async with AsyncClient(settings.target, key=key, tls=settings.trust, timeout=_SECONDS) as client:
        yield client


async def pieces(stream: Any) -> AsyncIterator[Any]:
    """What a stream brings; what breaks it is raised as `SendbackError`, as other calls' refusals are."""
    try:
        async for piece in stream:
            yield piece
    except grpc.RpcError as broken:
        raise error_of(broken) from None


async def answer(call: Any) -> Any:
    """What a call answers that is sent a stream; refusals as of other calls."""
    try:
        return await call
    except grpc.RpcError as broken:
        raise error_of(broken) from None
