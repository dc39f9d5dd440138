"""CarrierService: what operations see of plugins and accounts."""

from sendback.v1 import carrier_service_pb2 as pb
from sendback.v1 import carrier_service_pb2_grpc, return_pb2
from sendback_sdk import (
    Carrier,
    Credits,
    DropOffs,
    Finds,
    FindsOrders,
    FindsRefund,
    FindsTransfer,
    Hears,
    ListsOrders,
    Mirrors,
    Refunds,
    Suggests,
    Tracks,
    Voids,
)

from sendback_service.api.interceptor import Context
from sendback_service.host import Host, Made

_ROLES = (
    Credits,
    DropOffs,
    Finds,
    FindsOrders,
    FindsRefund,
    FindsTransfer,
    Hears,
    ListsOrders,
    Mirrors,
    Refunds,
    Suggests,
    Tracks,
    Voids,
)


class CarrierServicer(carrier_service_pb2_grpc.CarrierServiceServicer):
    def __init__(self, host: Host) -> None:
        self._host = host

    async def ListPlugins(self, request: pb.ListPluginsRequest, context: Context) -> pb.ListPluginsResponse:
        return pb.ListPluginsResponse(
            plugins=[
                pb.LoadedPlugin(
                    name=plugin.name,
                    version=plugin.version,
                    hooks=plugin.hooks,
                    accounts=accounts_of(self._host, {cls.id for _, cls in plugin.classes}),
                    failure=plugin.failure,
                )
                for plugin in self._host.loaded
            ]
        )

    async def ListAccounts(
        self, request: pb.ListAccountsRequest, context: Context
    ) -> pb.ListAccountsResponse:
        return pb.ListAccountsResponse(
            accounts=[_account(made) for _, made in sorted(self._host.accounts.items())]
        )


def accounts_of(host: Host, plugin_ids: set[str]) -> list[str]:
    return sorted(name for name, made in host.accounts.items() if made.plugin in plugin_ids)


def _account(made: Made) -> pb.Account:
    account = pb.Account(name=made.name, plugin=made.plugin, kind=made.kind, failure=made.failure)
    if made.object is not None:
        account.roles.extend(role.__name__ for role in _ROLES if isinstance(made.object, role))
    if isinstance(made.object, Carrier):
        account.region_codes.extend(sorted(made.object.coverage))
        account.formats.extend(getattr(return_pb2.LabelFormat, f) for f in sorted(made.object.formats))
    return account
