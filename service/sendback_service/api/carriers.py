"""CarrierService: what operations see of plugins and accounts."""

from dataclasses import asdict

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

from sendback_service.account_trials import Sample, Trials
from sendback_service.api.caller import CALLER, call_for, merchant_named
from sendback_service.api.interceptor import Context
from sendback_service.api.order_wire import address_of
from sendback_service.api.return_wire import print_of
from sendback_service.api.routing_wire import format_of, routes_of, routing_message
from sendback_service.effects.label_documents import MEDIA_TYPES
from sendback_service.host import Host, Made
from sendback_service.pages import page_of, place_in, size_of
from sendback_service.refusal import Reason, Refusal, invalid
from sendback_service.route_versions import Routing
from sendback_service.routing import ParcelFacts
from sendback_service.routings import Health, RoutingChange, Routings
from sendback_service.rules.territory import territory
from sendback_service.synchronisation import SynchronisationState

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


_WEIGHT_GRAMS = 1_000
# What fits into an answer whatever else it holds: clients take 4 MiB.
_LARGEST_SHOWN = 3 * 1024 * 1024
# Of what fits into the four bytes of its column.
_VERSION_DIGITS = 9


class CarrierServicer(carrier_service_pb2_grpc.CarrierServiceServicer):
    def __init__(self, host: Host, routings: Routings, trials: Trials) -> None:
        self._host = host
        self._trials = trials
        self._routings = routings

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
        health = await self._routings.health()
        listed = await self._routings.synchronisation()
        return pb.ListAccountsResponse(
            accounts=[
                _account(made, health.get(name), listed.get(name))
                for name, made in sorted(self._host.accounts.items())
            ]
        )

    async def GetRouting(self, request: pb.GetRoutingRequest, context: Context) -> pb.Routing:
        return self._shown(await self._routings.get(_whose(request.merchant_id), request.version))

    async def ListRoutings(
        self, request: pb.ListRoutingsRequest, context: Context
    ) -> pb.ListRoutingsResponse:
        limit = size_of(request.page_size)
        before = place_in(request.page_token, "routings", _VERSION_DIGITS) or 0
        found = await self._routings.versions(_whose(request.merchant_id), limit + 1, before)
        page = page_of("routings", found, limit, lambda routing: str(routing.version))
        return pb.ListRoutingsResponse(
            routings=[self._shown(routing) for routing in page.items], next_page_token=page.next_token
        )

    async def UpdateRouting(self, request: pb.UpdateRoutingRequest, context: Context) -> pb.Routing:
        if request.restore_version and request.routes:
            raise invalid("routes", "give routes, or the version to bring back, not both")
        merchant_id = _whose(request.merchant_id)
        wanted = RoutingChange(
            merchant_id, routes_of(request.routes), request.restore_version, request.etag, request.note
        )
        if merchant_id and any(route.merchant_ids for route in request.routes):
            raise invalid("routes", "a merchant's own routes name no merchants")
        if request.validate_only:
            return self._shown(await self._routings.validate(wanted))
        return self._shown(await self._routings.update(call_for(request, merchant_id), wanted))

    async def SimulateRouting(
        self, request: pb.SimulateRoutingRequest, context: Context
    ) -> pb.SimulateRoutingResponse:
        address = request.ship_from
        place = territory(address.region_code, address.postal_code, address.city)
        merchant_id = _whose(request.merchant_id)
        parcel = ParcelFacts(
            place,
            address.region_code,
            merchant_id,
            format_of(request.format),
            request.weight_grams,
            request.parcel_id,
        )
        tried = routes_of(request.routes) if request.routes else None
        if problems := self._routings.problems(tried or (), merchant_id):
            raise Refusal(Reason.INVALID_FIELD, {"field": problems[0].field}, problems)
        found = await self._routings.simulate(parcel, tried)
        return pb.SimulateRoutingResponse(
            candidates=[pb.RoutingCandidate(account=c.account, refusal=c.refusal) for c in found],
            region_code=place,
        )

    async def TestAccount(self, request: pb.TestAccountRequest, context: Context) -> pb.TestAccountResponse:
        how = print_of(request.format, request.paper)
        sample = Sample(
            address_of(request.ship_from, "ship_from"),
            address_of(request.ship_to, "ship_to"),
            request.weight_grams or _WEIGHT_GRAMS,
            how.format,
            how.paper,
        )
        trial = await self._trials.run(_whose(request.merchant_id), request.account, sample)
        answer = pb.TestAccountResponse(
            steps=[pb.TestedStep(**asdict(step)) for step in trial.steps], passed=trial.passed
        )
        if trial.label is not None:
            answer.tracking_number = trial.label.tracking_number
            if len(trial.label.document) <= _LARGEST_SHOWN:
                answer.document = trial.label.document
                answer.media_type = MEDIA_TYPES[how.format]
        return answer

    def _shown(self, routing: Routing) -> pb.Routing:
        return routing_message(routing, self._routings.warnings(routing.routes, routing.merchant_id))


def _whose(merchant_id: str) -> str:
    """A merchant's key has its own routes, the operator's anybody's and the installation's."""
    return merchant_named(merchant_id) if CALLER.get().key.merchant_id else merchant_id


def accounts_of(host: Host, plugin_ids: set[str]) -> list[str]:
    return sorted(name for name, made in host.accounts.items() if made.plugin in plugin_ids)


def _account(made: Made, health: Health | None, listed: SynchronisationState | None) -> pb.Account:
    account = pb.Account(name=made.name, plugin=made.plugin, kind=made.kind, failure=made.failure)
    if made.object is not None:
        account.roles.extend(role.__name__ for role in _ROLES if isinstance(made.object, role))
    if health is not None:
        account.failures, account.resting = health.failures, health.resting
    if listed is not None:
        account.synchronisation.CopyFrom(_synchronisation(listed))
    if isinstance(made.object, Carrier):
        account.region_codes.extend(sorted(made.object.coverage))
        account.formats.extend(getattr(return_pb2.LabelFormat, f) for f in sorted(made.object.formats))
    return account


def _synchronisation(state: SynchronisationState) -> pb.OrderSynchronisation:
    return pb.OrderSynchronisation(
        merchant_id=state.merchant_id,
        lag_seconds=state.lag_seconds,
        through_time=state.through,
        sync_time=state.synced,
        orders=state.orders,
        failures=state.failures,
        failure=state.failure,
    )
