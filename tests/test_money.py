"""Money beyond the plain refund: another amount, none at all, money that came back, refunds made elsewhere."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sendback.v1 import (
    label_service_pb2,
    order_pb2,
    order_service_pb2,
    policy_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback_client import SendbackError, minor_units, money
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop, World

from tests.shops import NOW, a_shop, accept, an_order, get, happened, items, make

pb = returns_service_pb2
Money = return_pb2.SettlementStatus
Kind = return_pb2.Outcome
# Nothing is paid by itself before the warehouse has seen everything.
SLOW = {"settlement": policy_pb2.SettlementMoment.INSPECTION}


@pytest.fixture
def later(world: World) -> Iterator[World]:
    yield world
    world.set_clock(NOW)


def inspected(shop: Shop, found: return_pb2.Return, line: str = "1") -> return_pb2.Return:
    """One unit of several, so that the return stays open."""
    finding = pb.UnitFinding(
        order_line_id=line, unit=0, result="ACCEPTED", grade="A_RESELL", disposition="RESTOCK"
    )
    return shop.client.returns.InspectUnits(pb.InspectUnitsRequest(return_id=found.id, findings=[finding]))


def quoted(shop: Shop, found: return_pb2.Return) -> return_pb2.Quote:
    return shop.client.returns.QuoteSettlement(pb.QuoteSettlementRequest(return_id=found.id))


def settle(shop: Shop, found: return_pb2.Return, **how: object) -> return_pb2.Return:
    how.setdefault("quote_hash", quoted(shop, found).hash)
    return shop.client.returns.SettleReturn(pb.SettleReturnRequest(return_id=found.id, **how))


def settled(world: World, shop: Shop, found: return_pb2.Return, count: int = 1) -> return_pb2.Return:
    return world.until(
        shop, found.id, "money", lambda r: [s.state for s in r.settlements] == [Money.SETTLED] * count
    )


def two_lines(shop: Shop) -> return_pb2.Return:
    return inspected(shop, make(shop.client, items=items(l1=1, l2=3)))


def test_staff_pay_another_amount_with_a_reason(world: World, shop: Shop) -> None:
    made = two_lines(shop)
    for wrong, field in (
        ({"amount": money(5000, "EUR")}, "note"),
        ({"amount": money(5000, "JPY"), "note": "x"}, "amount.currency_code"),
        ({"amount": money(0, "EUR"), "note": "x"}, "amount"),
        ({"amount": money(99_999_999, "EUR"), "note": "x"}, "amount"),
        ({"amount": money(5000, "EUR"), "waive": True, "note": "x"}, "waive"),
    ):
        with pytest.raises(SendbackError) as refused:
            settle(shop, made, **wrong)
        assert [problem.field for problem in refused.value.fields] == [field]
    settle(shop, made, amount=money(9500, "EUR"), note="Dédommagement")
    paid = settled(world, shop, made)
    assert (minor_units(paid.settlements[0].amount), paid.settlements[0].note) == (9500, "Dédommagement")
    assert world.refunds_of(paid) == 1


def test_staff_waive_what_is_due_with_a_reason(world: World, shop: Shop) -> None:
    made = two_lines(shop)
    settle(shop, made, waive=True, note="Accord avec la cliente")
    (waived,) = get(shop.client, made.id).settlements
    assert (waived.kind, waived.state, minor_units(waived.amount)) == (Kind.WAIVED, Money.SETTLED, 0)
    assert world.refunds_of(get(shop.client, made.id)) == 0
    with pytest.raises(SendbackError) as nothing:
        settle(shop, made)
    assert nothing.value.reason == "STATE_FORBIDS"


def test_two_of_staff_settle_and_one_does(world: World, shop: Shop) -> None:
    made = two_lines(shop)
    seen = quoted(shop, made).hash
    with ThreadPoolExecutor(2) as desk:
        tries = [desk.submit(settle, shop, made, quote_hash=seen) for _ in range(2)]
        errors = [error for t in tries if isinstance(error := t.exception(), SendbackError)]
    assert [error.reason for error in errors] == ["QUOTE_STALE"]
    paid = settled(world, shop, made)
    assert world.refunds_of(paid) == 1


def test_every_stage_is_paid_and_told(world: World, request: pytest.FixtureRequest) -> None:
    email = f"stages-{'pg' if 'postgres' in request.node.name else 'lite'}@example.com"
    shop = a_shop(world, request.node.name, an_order(email=email))
    made = inspected(shop, make(shop.client, items=items(l1=1, l2=1)))
    settle(shop, made)
    settled(world, shop, made)
    inspected(shop, made, "2")
    done = settled(world, shop, made, 2)
    assert [minor_units(s.amount) for s in done.settlements] == [8900, 333]
    mails = world.await_mails(email, 3)
    assert [mail["Subject"] for mail in mails].count("Votre remboursement pour la commande #1") == 2


def told(world: World, email: str, mails: int) -> list[str]:
    """The amounts in a buyer's letters about money, once so many letters came in all."""
    texts = [mail.get_body(("plain",)).get_content() for mail in world.await_mails(email, mails)]
    return [found[1] for text in texts if (found := re.search(r"remboursé ([\d,]+)", text))]


def test_a_settlement_that_is_paid_before_an_earlier_one_is_told_too(
    world: World, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = f"other-order-{'pg' if 'postgres' in request.node.name else 'lite'}@example.com"
    shop = a_shop(world, request.node.name, an_order(email=email))
    monkeypatch.setattr(world.bank, "_state", "SUBMITTED")
    made = inspected(shop, make(shop.client, items=items(l1=1, l2=1)))
    settle(shop, made)
    inspected(shop, made, "2")
    both = world.until(
        shop, made.id, "both taken on", lambda r: len([s for s in r.settlements if s.provider_reference]) == 2
    )
    for count, settlement in enumerate(reversed(both.settlements), 2):
        shop.client.returns.ConfirmSettlement(
            pb.ConfirmSettlementRequest(return_id=made.id, settlement_id=settlement.id)
        )
        world.await_mails(email, count)
    assert told(world, email, 3) == ["3,33", "89,00"]


def test_a_letter_that_had_to_wait_tells_its_own_settlement(
    later: World, request: pytest.FixtureRequest
) -> None:
    email = f"waited-{'pg' if 'postgres' in request.node.name else 'lite'}@example.com"
    shop = a_shop(later, request.node.name, an_order(email=email))
    made = inspected(shop, make(shop.client, items=items(l1=1, l2=1)))
    later.await_mails(email, 1)
    later.post.fail("451 4.7.1 greylisted")
    settle(shop, made)
    settled(later, shop, made)
    inspected(shop, made, "2")
    assert told(later, email, 2) == ["3,33"]
    settled(later, shop, made, 2)
    reverse(shop, made)
    later.pass_time(timedelta(minutes=2))
    assert told(later, email, 3) == ["3,33", "89,00"]


def test_a_settlement_on_a_clock_behind_an_earlier_one_s_is_told_too(
    later: World, request: pytest.FixtureRequest
) -> None:
    email = f"behind-{'pg' if 'postgres' in request.node.name else 'lite'}@example.com"
    shop = a_shop(later, request.node.name, an_order(email=email))
    later.pass_time(timedelta(minutes=5))
    made = inspected(shop, make(shop.client, items=items(l1=1, l2=1)))
    settle(shop, made)
    settled(later, shop, made)
    assert told(later, email, 2) == ["89,00"]
    later.set_clock(NOW)
    inspected(shop, made, "2")
    settled(later, shop, made, 2)
    assert told(later, email, 3) == ["89,00", "3,33"]


def reverse(shop: Shop, found: return_pb2.Return, note: str = "Rejeté par la banque") -> return_pb2.Return:
    settlement = get(shop.client, found.id).settlements[0]
    return shop.client.returns.ReverseSettlement(
        pb.ReverseSettlementRequest(return_id=found.id, settlement_id=settlement.id, note=note)
    )


def test_a_refund_that_came_back_is_a_linked_record_and_due_again(world: World, shop: Shop) -> None:
    made = two_lines(shop)
    settle(shop, made)
    settled(world, shop, made)
    back = reverse(shop, made)
    first, linked = back.settlements
    assert (first.state, minor_units(first.amount)) == (Money.REVERSED, 8900)
    assert (linked.state, minor_units(linked.amount)) == (Money.REVERSED, -8900)
    assert (linked.reverses_settlement_id, linked.note) == (first.id, "Rejeté par la banque")
    with pytest.raises(SendbackError) as twice:
        reverse(shop, made)
    assert twice.value.reason == "STATE_FORBIDS"
    assert minor_units(quoted(shop, made).amount) == 8900
    settle(shop, made)
    paid = world.until(
        shop,
        made.id,
        "money again",
        lambda r: sorted(s.state for s in r.settlements) == sorted([Money.REVERSED] * 2 + [Money.SETTLED]),
    )
    assert world.refunds_of(paid) == 2
    assert "settlement.reversed" in happened(shop, made.id, "settlement.reversed")


def test_money_of_a_closed_return_comes_back_and_staff_are_asked(world: World, shop: Shop) -> None:
    made = make(shop.client)
    accept(shop.client, made)
    world.until(shop, made.id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    back = reverse(shop, made)
    assert back.decision == return_pb2.Decision.CLOSED
    todo = shop.client.returns.ListWorkItems(pb.ListWorkItemsRequest()).work_items
    assert [item.kind for item in todo] == ["settlement.reversed"]
    seen = shop.client.returns.CompleteWorkItem(pb.CompleteWorkItemRequest(work_item_id=todo[0].id))
    assert seen.kind == "settlement.reversed"
    assert not shop.client.returns.ListWorkItems(pb.ListWorkItemsRequest()).work_items


def test_credit_is_taken_back_while_nothing_of_it_was_spent(
    world: World, request: pytest.FixtureRequest
) -> None:
    credit = policy_pb2.CreditTerms(enabled=True, bonus_percent=10)
    shop = a_shop(world, request.node.name, an_order(customer_id="cus"), credit=credit)
    buyer = Buyer(world, shop, "#1")
    made = buyer.confirm({"1": 1}, buyer.estimate({"1": 1}, outcome="STORE_CREDIT"))
    world.until(shop, made.id, "a label", lambda r: bool(r.parcels[0].tracking_number))
    shop.client.labels.ReportTracking(
        label_service_pb2.ReportTrackingRequest(
            parcel_id=get(shop.client, made.id).parcels[0].id, transit="HANDED_OVER"
        )
    )
    paid = settled(world, shop, made)
    assert minor_units(paid.settlements[0].amount) == 8900 + 890
    back = reverse(shop, made, "Colis vide")
    assert [s.state for s in back.settlements] == [Money.REVERSED] * 2
    events = happened(shop, made.id, "credit.reversed")
    assert events.count("credit.issued") == events.count("credit.reversed") == 1


def test_the_bonus_of_a_return_paid_in_stages_is_the_one_that_was_shown(
    world: World, request: pytest.FixtureRequest
) -> None:
    credit = policy_pb2.CreditTerms(
        enabled=True, bonus_percent=10, bonus_maximum=[money(500, "EUR")], moment="INSPECTION"
    )
    shop = a_shop(world, request.node.name, an_order(customer_id="cus"), credit=credit)
    buyer = Buyer(world, shop, "#1")
    seen = buyer.estimate({"1": 1, "2": 1}, outcome="STORE_CREDIT")
    assert (minor_units(seen.quote.amount), minor_units(seen.quote.bonus)) == (8900 + 333 + 500, 500)
    made = inspected(shop, buyer.confirm({"1": 1, "2": 1}, seen))
    settle(shop, made)
    settled(world, shop, made)
    inspected(shop, made, "2")
    done = settled(world, shop, made, 2)
    assert [minor_units(s.amount) for s in done.settlements] == [8900 + 500, 333]


def refunded(amount: int, *references: str, captured: int = 9900) -> list[order_pb2.Payment]:
    return [
        order_pb2.Payment(
            id="pay-#1",
            captured=money(captured, "EUR"),
            refunded=money(amount, "EUR"),
            refund_references=references,
        )
    ]


def upsert(shop: Shop, order: order_pb2.Order) -> None:
    shop.client.orders.UpsertOrder(order_service_pb2.UpsertOrderRequest(order=order))


def test_what_was_refunded_elsewhere_is_learnt_and_counted(
    world: World, request: pytest.FixtureRequest
) -> None:
    shop = a_shop(world, request.node.name, an_order(payments=refunded(0)))
    made = two_lines(shop)
    assert minor_units(quoted(shop, made).amount) == 8900
    upsert(shop, an_order(payments=refunded(6000, "by-hand")))
    money_now = quoted(shop, made)
    assert minor_units(money_now.amount) == 3900
    assert money_now.steps[-1].rule == "CAP"
    settle(shop, made)
    paid = settled(world, shop, made)
    assert minor_units(paid.settlements[0].amount) == 3900


def test_our_own_refund_reported_back_is_not_counted_twice(
    world: World, request: pytest.FixtureRequest
) -> None:
    shop = a_shop(world, request.node.name, an_order(payments=refunded(0)))
    made = two_lines(shop)
    settle(shop, made)
    paid = settled(world, shop, made)
    reference = paid.settlements[0].provider_reference
    upsert(shop, an_order(payments=refunded(8900, reference)))
    for unit in (0, 1, 2):
        finding = pb.UnitFinding(
            order_line_id="2", unit=unit, result="ACCEPTED", grade="A_RESELL", disposition="RESTOCK"
        )
        shop.client.returns.InspectUnits(pb.InspectUnitsRequest(return_id=made.id, findings=[finding]))
    done = settled(world, shop, made, 2)
    assert minor_units(done.settlements[1].amount) == 1000


def came_back(world: World, name: str, elsewhere: int, *references: str) -> tuple[Shop, return_pb2.Return]:
    """A refund that the shop reported, beside what was refunded elsewhere; then the bank returned it."""
    shop = a_shop(world, name, an_order(payments=refunded(0)))
    made = two_lines(shop)
    settle(shop, made)
    paid = settled(world, shop, made)
    known = (paid.settlements[0].provider_reference, *references)
    upsert(shop, an_order(payments=refunded(8900 + elsewhere, *known)))
    return shop, reverse(shop, made)


def todo(shop: Shop) -> list[str]:
    found = shop.client.returns.ListWorkItems(pb.ListWorkItemsRequest()).work_items
    return [item.kind for item in found]


def test_a_reported_refund_that_came_back_is_due_again_in_full(
    world: World, request: pytest.FixtureRequest
) -> None:
    shop, made = came_back(world, request.node.name, 0)
    assert minor_units(quoted(shop, made).amount) == 8900
    assert todo(shop) == []
    for unit in (0, 1, 2):
        finding = pb.UnitFinding(
            order_line_id="2", unit=unit, result="ACCEPTED", grade="A_RESELL", disposition="RESTOCK"
        )
        shop.client.returns.InspectUnits(pb.InspectUnitsRequest(return_id=made.id, findings=[finding]))
    done = world.until(shop, made.id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    assert sum(minor_units(s.amount) for s in done.settlements) == 9900


def test_staff_are_asked_where_the_report_leaves_open_whether_the_money_is_back(
    world: World, request: pytest.FixtureRequest
) -> None:
    shop, made = came_back(world, request.node.name, 500, "by-hand")
    assert minor_units(quoted(shop, made).amount) == 500
    assert todo(shop) == ["settlement.reversed"]
    upsert(shop, an_order(payments=refunded(500, "by-hand")))
    assert minor_units(quoted(shop, made).amount) == 8900


def test_several_payments_are_refunded_each_by_its_own_account(
    world: World, request: pytest.FixtureRequest
) -> None:
    payments = [
        order_pb2.Payment(id="card", captured=money(5000, "EUR"), account="bank"),
        order_pb2.Payment(id="gift", captured=money(4900, "EUR"), gift_card=True, account="bank"),
    ]
    shop = a_shop(world, request.node.name, an_order(payments=payments))
    before = set(world.bank.paid)
    made = two_lines(shop)
    settle(shop, made)
    paid = settled(world, shop, made)
    assert minor_units(paid.settlements[0].amount) == 8900
    assert sorted(amount for key, (amount, _) in world.bank.paid.items() if key not in before) == [4000, 4900]


def test_an_order_edited_after_the_return_changes_nothing_of_its_prices(
    world: World, request: pytest.FixtureRequest
) -> None:
    shop = a_shop(world, request.node.name)
    made = two_lines(shop)
    cheaper = an_order()
    cheaper.lines[0].price.CopyFrom(money(100, "EUR"))
    upsert(shop, cheaper)
    assert minor_units(quoted(shop, made).amount) == 8900


def test_a_line_that_came_back_and_left_the_order_stops_nobody(
    world: World, request: pytest.FixtureRequest
) -> None:
    shipping = order_pb2.Shipping(price=money(500, "EUR"))
    shop = a_shop(world, request.node.name, an_order(shipping=shipping), shipping="PROPORTIONAL")
    first = make(shop.client)
    accept(shop.client, first)
    paid = settled(world, shop, first)
    assert minor_units(paid.settlements[0].amount) == 8900 + 449
    upsert(shop, an_order(lines=an_order().lines[1:], shipping=shipping))
    assert minor_units(Buyer(world, shop, "#1").estimate({"2": 3}).quote.amount) == 1000 + 51


@pytest.mark.parametrize(
    "found",
    [{"result": "MISSING"}, {"result": "REJECTED", "disposition": "RETURN_TO_CUSTOMER", "note": "worn"}],
)
def test_an_estimate_promises_no_delivery_for_what_never_came_or_was_rejected(
    world: World, request: pytest.FixtureRequest, found: dict[str, str]
) -> None:
    sold = an_order(shipping=order_pb2.Shipping(price=money(490, "EUR")))
    shop = a_shop(world, request.node.name, sold, shipping="IF_ALL_RETURNED")
    nothing = {"grade": None, "disposition": None}
    accept(shop.client, make(shop.client), **{**nothing, **found})
    buyer = Buyer(world, shop, "#1")
    shown = buyer.estimate({"2": 3})
    made = buyer.confirm({"2": 3}, shown)
    accept(shop.client, made)
    paid = settled(world, shop, made)
    assert minor_units(paid.settlements[0].amount) == minor_units(shown.quote.amount) == 1000
