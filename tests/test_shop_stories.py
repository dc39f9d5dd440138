"""Returns of a Shopify shop, with the real plugin and a practice shop that executes the real schema: whichever call
fails, and however, the shop's books are right in the end, and everything happened once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sendback_sdk.testing import Fault, made
from sendback_service import decisions, reception, tracking
from sendback_service.held import hold
from sendback_service.reception import Contents, Finding, ReceivedParcel
from sendback_service.rules.states import Disposition, Grade, Inspection, Transit
from sendback_service.store import opened
from sendback_service.store.documents import address_document
from sendback_service.store.tables import (
    EventRow,
    MirrorRow,
    OrderRow,
    ReturnRow,
    TransferRow,
    WorkItemRow,
)
from sendback_service.store.transaction import Transaction
from sendback_shopify import Shopify
from sendback_shopify.testing import (
    SchemaAbsent,
    ShopifyEmulator,
    a_line,
    a_payment,
    admin_schema,
    an_order,
)
from sqlmodel import col, select

from service.tests.audits import broken
from service.tests.effects.parties import FindingPost
from service.tests.effects.world import (
    BUYER,
    MERCHANT,
    ORDER,
    RETURN,
    STAFF,
    HandClock,
    Stage,
    begin,
)
from tests.databases import Databases

pytestmark = pytest.mark.xdist_group("shopify")

CACHE = Path(__file__).parent.parent / "build" / "shopify"
SHOP = "shop"
FAULTS = [Fault.THROTTLED, Fault.BREAK, Fault.ACT_THEN_CUT]
Verb = Callable[[Transaction], None]


def scan(tx: Transaction) -> None:
    parcel = hold(tx, MERCHANT, RETURN).parcels[0]
    tracking.report(tx, parcel, Transit.HANDED_OVER, tx.now)


def inspect(tx: Transaction) -> None:
    held = hold(tx, MERCHANT, RETURN)
    reception.receive(held, ReceivedParcel())
    findings = [
        Finding("line_1", 0, Inspection.ACCEPTED, Grade.A_RESELL, Disposition.RESTOCK),
        Finding("line_1", 1, Inspection.REJECTED, disposition=Disposition.DESTROY, note="Torn."),
    ]
    reception.inspect(held, Contents(findings))


def approve(tx: Transaction) -> None:
    decisions.approve(hold(tx, MERCHANT, RETURN))


def decline(tx: Transaction) -> None:
    decisions.decline(hold(tx, MERCHANT, RETURN), "Worn.")


def cancel(tx: Transaction) -> None:
    decisions.cancel(hold(tx, MERCHANT, RETURN))


def rest(_: Transaction) -> None:
    """Time passes."""


@dataclass(frozen=True)
class Life:
    """What happens to a return one after the other, how the shop's ends, and what it calls on the way."""

    verbs: tuple[Verb, ...]
    status: str
    calls: tuple[str, ...]


LIVES = {
    "credited": Life(
        (rest, approve, scan, inspect),
        "CLOSED",
        (
            "query Returns(",
            "query Returnable(",
            "mutation RequestReturn(",
            "mutation ApproveReturn(",
            "mutation CreateDelivery(",
            "query Order(",
            "mutation Refund(",
            "mutation ProcessReturn(",
            "mutation CloseReturn(",
        ),
    ),
    "declined": Life((rest, decline), "DECLINED", ("mutation DeclineReturn(",)),
    "cancelled": Life((approve, cancel), "CANCELED", ("mutation CreateReturn(", "mutation CancelReturn(")),
}
CASES = [(name, call) for name, life in LIVES.items() for call in life.calls]


@pytest.fixture(scope="module")
def schema() -> Any:
    try:
        return admin_schema(CACHE)
    except SchemaAbsent as absent:
        pytest.skip(str(absent))


@pytest.fixture
def emulator(schema: Any) -> Iterator[ShopifyEmulator]:
    """It has sold the stage's order."""
    with ShopifyEmulator(schema) as emulator:
        line = a_line("line_1", quantity=2, unit="25.00")
        customer = {"__typename": "Customer", "id": "gid://shopify/Customer/customer_1"}
        payment = a_payment("payment_1", "50.00")
        emulator.shop.add(an_order("ord_1", lines=[line], transactions=[payment], customer=customer))
        yield emulator


@pytest.fixture
def stage(sqlite: Databases, emulator: ShopifyEmulator) -> Iterator[Stage]:
    clock = HandClock()
    database = opened(str(sqlite.migrated()), clock)
    database.transact(_requested, STAFF)
    made_ = Stage(database, clock)
    made_.platforms = {SHOP: made(Shopify, {**emulator.settings, "restock_location": "88"}, timeout=10)}
    made_.books, made_.carriers = {SHOP: MERCHANT}, {"post": FindingPost()}
    made_.run()
    database.transact(_told, STAFF)
    yield made_
    database.shut()


def _requested(tx: Transaction) -> None:
    begin(tx, outcome="STORE_CREDIT", decision="REQUESTED")
    held = hold(tx, MERCHANT, RETURN)
    held.row.ship_from = address_document(BUYER)
    held.row.label_offer, held.row.shown_fee_minor = "FREE_LABEL", 0
    order = tx.session.get_one(OrderRow, (MERCHANT, ORDER.id))
    order.account = SHOP
    for unit in held.units:
        unit.inspection, unit.grade = "EXPECTED", ""
    tx.session.add_all([held.row, order, *held.units])


def _told(tx: Transaction) -> None:
    tx.record(MERCHANT, "return.requested", hold(tx, MERCHANT, RETURN).subject)


def live(stage: Stage, life: Life) -> None:
    for verb in life.verbs:
        stage.database.transact(verb, STAFF)
        stage.run(until=timedelta(minutes=3))


@pytest.mark.parametrize(("name", "call"), CASES, ids=[f"{name}-{call[:-1]}" for name, call in CASES])
def test_whichever_call_fails_everything_happens_once(
    stage: Stage, emulator: ShopifyEmulator, name: str, call: str
) -> None:
    """Throttled, then broken, then done without an answer: the next call of this kind meets the next."""
    emulator.fail(*FAULTS, about=call)
    live(stage, LIVES[name])
    assert not emulator._faults, "some fault was never met"
    [told] = emulator.shop.returns()
    assert told["status"] == LIVES[name].status
    assert [line["quantity"] for line in told["returnLineItems"]] == [2]
    if name == "credited":
        _is_credited(stage, emulator, told)
    else:
        assert emulator.payments == 0
    assert open_work(stage) == []
    assert told_whole(stage)
    assert stage.database.look(broken) == []


def _is_credited(stage: Stage, emulator: ShopifyEmulator, told: dict[str, Any]) -> None:
    """One delivery, each unit decided once, and one credit, of which both sides know."""
    [reverse] = told["reverseFulfillmentOrders"]
    [delivery] = reverse["reverseDeliveries"]
    assert delivery["deliverable"]["tracking"]["number"] == "post-1"
    decided = [one for line in reverse["lineItems"] for one in line["dispositions"]]
    assert sorted((one["type"], one["quantity"]) for one in decided) == [
        ("NOT_RESTOCKED", 1),
        ("RESTOCKED", 1),
    ]
    assert emulator.payments == 1
    [transfer] = stage.database.look(lambda tx: list(tx.session.exec(select(TransferRow))))
    assert (transfer.account, transfer.state, transfer.amount_minor) == (SHOP, "SETTLED", 5000)
    [entry] = emulator.shop.order("gid://shopify/Order/ord_1")["refunds"]  # type: ignore[index]
    assert entry["id"].endswith(f"/{transfer.provider_reference}")
    closed = stage.database.look(lambda tx: tx.session.get_one(ReturnRow, (MERCHANT, RETURN)).decision)
    assert closed == "CLOSED"


def open_work(stage: Stage) -> list[str]:
    query = select(WorkItemRow.kind).where(col(WorkItemRow.done_time).is_(None))
    return stage.database.look(lambda tx: list(tx.session.exec(query)))


def told_whole(stage: Stage) -> bool:
    row = stage.database.look(lambda tx: tx.session.exec(select(MirrorRow)).one())
    failed = select(EventRow.id).where(EventRow.type == "mirror.failed")
    return row.done == row.wanted and not stage.database.look(lambda tx: tx.session.exec(failed).all())


def test_a_shop_that_others_changed_goes_its_own_way_and_staff_are_told(
    stage: Stage, emulator: ShopifyEmulator
) -> None:
    """Somebody took the return off Shopify's books in the admin: ours is paid all the same."""
    stage.run()
    [told] = emulator.shop.returns()
    told["status"] = "CANCELED"
    live(stage, replace(LIVES["credited"], verbs=(approve, scan, inspect)))
    assert emulator.payments == 1
    assert stage.database.look(broken) == []
