"""Returns in every state, made by RPC with a worker beside: six in ten came back and were paid, one was cancelled, the
rest are on their way."""

import time
from collections.abc import Callable

from sendback.v1 import return_pb2, returns_service_pb2
from sendback_client import Client

from tests.benchmarks.shop import Shop
from tests.benchmarks.stand import Stand

_PATIENCE = 180.0
_FOUND = {"result": "ACCEPTED", "grade": "A_RESELL", "disposition": "RESTOCK"}
pb = returns_service_pb2


def live(here: Stand, shop: Shop, count: int) -> list[return_pb2.Return]:
    """Answers them as they came to be."""
    with Client(here.installation.target, key=shop.key) as client:
        requests = map(pb.CreateReturnRequest.FromString, shop.create_requests(0, count))
        made = [client.returns.CreateReturn(request) for request in requests]
        made = [_until(client, one, lambda r: bool(r.parcels[0].tracking_number)) for one in made]
        for number, one in enumerate(made):
            if number % 10 < 6:
                _accept(client, one)
            elif number % 10 == 6:
                client.returns.CancelReturn(pb.CancelReturnRequest(return_id=one.id))
        for number, one in enumerate(made):
            if number % 10 < 6:
                _pay(client, one)
        return [client.returns.GetReturn(pb.GetReturnRequest(return_id=one.id)) for one in made]


def _accept(client: Client, made: return_pb2.Return) -> None:
    findings = [
        pb.UnitFinding(order_line_id=unit.order_line_id, unit=unit.unit, **_FOUND) for unit in made.units
    ]
    client.returns.InspectUnits(pb.InspectUnitsRequest(return_id=made.id, findings=findings))


def _pay(client: Client, made: return_pb2.Return) -> None:
    """By hand: nobody else pays here."""
    found = _until(client, made, lambda r: any(s.provider_reference for s in r.settlements))
    client.returns.ConfirmSettlement(
        pb.ConfirmSettlementRequest(
            return_id=made.id, settlement_id=found.settlements[0].id, provider_reference=f"paid-{made.id}"
        )
    )


def _until(
    client: Client, made: return_pb2.Return, ready: Callable[[return_pb2.Return], bool]
) -> return_pb2.Return:
    until = time.monotonic() + _PATIENCE
    while True:
        found = client.returns.GetReturn(pb.GetReturnRequest(return_id=made.id))
        if ready(found):
            return found
        if time.monotonic() > until:
            raise SystemExit(f"{made.id} did not come on")
        time.sleep(0.05)
