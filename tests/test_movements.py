"""Movements of money as a file: what went and what came back, each when it did, so that books can be kept from it."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sendback.v1 import (
    credit_service_pb2,
    label_service_pb2,
    order_pb2,
    policy_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback_client import SendbackError, minor_units, money
from sendback_sdk.testing.emulator import Fault
from sendback_service.demo.world import Shop, World

from tests.shops import FLAT_FEE, NOW, a_shop, accept, an_order, get, items, make
from tests.test_figures import figures

Row = dict[str, str]
Money = return_pb2.SettlementStatus
_PARTS = ("goods_amount", "shipping_amount", "restocking_amount", "label_fee_amount", "adjustment_amount")


@pytest.fixture
def later(world: World) -> Iterator[World]:
    yield world
    world.set_clock(NOW)


def movements(shop: Shop, folder: Path, **wanted: object) -> list[Row]:
    request = returns_service_pb2.ExportReturnsRequest(rows="MOVEMENTS", **wanted)
    text = shop.client.save_returns(request, folder).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def settled(world: World, shop: Shop, return_id: str, *states: int) -> return_pb2.Return:
    return world.until(
        shop,
        return_id,
        "money",
        lambda r: [s.state for s in r.settlements] == list(states or (Money.SETTLED,)),
    )


def reverse(shop: Shop, found: return_pb2.Return) -> return_pb2.Return:
    return shop.client.returns.ReverseSettlement(
        returns_service_pb2.ReverseSettlementRequest(
            return_id=found.id, settlement_id=found.settlements[0].id, note="the bank sent it back"
        )
    )


def taxed(number: str, name: str, *captured: int) -> order_pb2.Order:
    """A dress for 89.00 with 20 % within, three glasses for 10.00 with 5.5 % on top, and delivery for 6.00."""
    order = an_order(number, customer_id=f"cus {name}")
    order.lines[0].taxes.add(title="VAT", rate_ppm=200_000, amount=money(1483, "EUR"), inclusive=True)
    order.lines[1].taxes.add(title="VAT", rate_ppm=55_000, amount=money(55, "EUR"))
    order.shipping.price.CopyFrom(money(600, "EUR"))
    order.shipping.taxes.add(title="VAT", rate_ppm=200_000, amount=money(100, "EUR"), inclusive=True)
    del order.payments[:]
    for place, minor in enumerate(captured or (10_555,)):
        order.payments.add(id=f"{name} {place}", captured=money(minor, "EUR"))
    return order


def test_each_payment_tells_what_it_is_made_of(
    world: World, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    name = request.node.name
    shop = a_shop(world, name, taxed("#1", name, 3000, 7555), shipping="ALWAYS", restocking_percent=10)
    made = make(shop.client, items=items(l1=1, l2=2))
    accept(shop.client, made)
    settled(world, shop, made.id)
    rows = sorted(movements(shop, tmp_path), key=lambda row: row["payment_id"])
    assert [(row["kind"], row["payment_id"], row["amount"]) for row in rows] == [
        ("REFUND", f"{name} 0", "30.00"),
        ("REFUND", f"{name} 1", "62.43"),
    ]
    for row in rows:
        assert sum(Decimal(row[part]) for part in _PARTS) == Decimal(row["amount"])
    assert _sums(rows) == {
        "goods_amount": Decimal("96.04"),
        "shipping_amount": Decimal("6.00"),
        "restocking_amount": Decimal("-9.61"),
        "label_fee_amount": 0,
        "adjustment_amount": 0,
        "tax_amount": Decimal("16.20"),
    }
    assert [row["taxes"] for row in rows] == ["20%=5.14 5.5%=0.12", "20%=10.69 5.5%=0.25"]
    assert {(row["order_number"], row["reference"], row["currency_code"]) for row in rows} == {
        ("#1", made.reference, "EUR")
    }


def _sums(rows: list[Row]) -> dict[str, Decimal]:
    return {part: sum((Decimal(row[part]) for row in rows), Decimal(0)) for part in (*_PARTS, "tax_amount")}


def test_what_came_back_stands_where_it_did_and_leaves_the_past_as_it_was(
    later: World, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """November's file is the same whatever happens in December."""
    name = request.node.name
    shop = a_shop(later, name, taxed("#1", name))
    made = make(shop.client, items=items(l1=1))
    accept(shop.client, made)
    paid = settled(later, shop, made.id)
    december = datetime.fromisoformat("2026-12-01T00:00:00+01:00")
    november = {"created_before_time": december}
    before = movements(shop, tmp_path, **november)
    later.set_clock(december + timedelta(days=2, hours=1))
    reverse(shop, paid)
    assert movements(shop, tmp_path, **november) == before
    [went] = before
    [back] = movements(shop, tmp_path, created_from_time=december)
    assert (back["kind"], back["movement_id"]) == ("REFUND_REVERSED", f"{went['movement_id']}/reversal")
    assert (went["amount"], back["amount"]) == ("89.00", "-89.00")
    assert (went["taxes"], back["taxes"], back["tax_amount"]) == ("20%=14.83", "20%=-14.83", "-14.83")
    assert (went["time"][:7], back["time"][:10]) == ("2026-11", "2026-12-03")
    assert went["time"].endswith("+01:00")
    assert went["settlement_id"] != back["settlement_id"]
    assert [row["movement_id"] for row in movements(shop, tmp_path)] == [
        row["movement_id"] for row in (went, back)
    ]


def test_a_movement_lies_in_one_period_alone(world: World, shop: Shop, tmp_path: Path) -> None:
    made = make(shop.client)
    accept(shop.client, made)
    settled(world, shop, made.id)
    transfer = get(shop.client, made.id).settlements[0]
    at = transfer.settle_time.ToDatetime()
    instant, tick = transfer.settle_time, timedelta(microseconds=1)
    assert len(movements(shop, tmp_path, created_from_time=instant)) == 1
    assert movements(shop, tmp_path, created_before_time=instant) == []
    assert len(movements(shop, tmp_path, created_before_time=at + tick)) == 1
    assert movements(shop, tmp_path, created_from_time=at + tick) == []


def test_store_credit_is_followed_to_its_end(
    later: World, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """What is given, spent, given back and lapses adds up to what customers have."""
    name = request.node.name
    terms = policy_pb2.CreditTerms(enabled=True, moment="INSPECTION", expires_after_days=30)
    shop = a_shop(later, name, taxed("#1", name), credit=terms)
    made = make(shop.client, outcome="STORE_CREDIT")
    accept(shop.client, made)
    settled(later, shop, made.id)
    credit = shop.client.credit
    spent = [
        credit.RedeemCredit(
            credit_service_pb2.RedeemCreditRequest(
                customer_id=f"cus {name}", amount=money(minor, "EUR"), request_id=f"order-{minor}"
            )
        )
        for minor in (1000, 500)
    ]
    credit.ReverseRedemption(credit_service_pb2.ReverseRedemptionRequest(redemption_id=spent[1].id))
    later.pass_time(timedelta(days=31))
    later.until(shop, made.id, "the lapse", lambda _: _lapsed(shop, tmp_path))
    rows = movements(shop, tmp_path)
    assert [(row["kind"], row["amount"]) for row in rows] == [
        ("CREDIT", "89.00"),
        ("CREDIT_REDEEMED", "-10.00"),
        ("CREDIT_REDEEMED", "-5.00"),
        ("CREDIT_RESTORED", "5.00"),
        ("CREDIT_EXPIRED", "-79.00"),
    ]
    assert {row["account"] for row in rows} == {"ledger"}
    assert [row["goods_amount"] for row in rows[:2]] == ["89.00", ""]
    assert sum(Decimal(row["amount"]) for row in rows) == 0
    assert len({row["movement_id"] for row in rows}) == len(rows)


def _lapsed(shop: Shop, folder: Path) -> bool:
    return [row["kind"] for row in movements(shop, folder)].count("CREDIT_EXPIRED") == 1


def test_staffs_own_amounts_and_hands_are_told(
    world: World, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    name = request.node.name
    shop = a_shop(world, name, taxed("#1", name, 2000, 8555))
    made = make(shop.client, items=items(l1=1, l2=3))
    world.bank.fail(Fault.REFUSE, about=f"{name} 0")
    finding = returns_service_pb2.UnitFinding(
        order_line_id="1", unit=0, result="ACCEPTED", grade="A_RESELL", disposition="RESTOCK"
    )
    seen = shop.client.returns.InspectUnits(
        returns_service_pb2.InspectUnitsRequest(return_id=made.id, findings=[finding])
    )
    quote = shop.client.returns.QuoteSettlement(returns_service_pb2.QuoteSettlementRequest(return_id=seen.id))
    shop.client.returns.SettleReturn(
        returns_service_pb2.SettleReturnRequest(
            return_id=made.id, quote_hash=quote.hash, amount=money(9500, "EUR"), note="Dédommagement"
        )
    )
    world.until(shop, made.id, "the one that went", lambda _: len(movements(shop, tmp_path)) == 1)
    shop.client.returns.ConfirmSettlement(
        returns_service_pb2.ConfirmSettlementRequest(
            return_id=made.id,
            settlement_id=get(shop.client, made.id).settlements[0].id,
            provider_reference="=SEPA 17",
        )
    )
    rows = movements(shop, tmp_path)
    assert sorted((row["amount"], row["by_hand"], row["provider_reference"][:6]) for row in rows) == [
        ("20.00", "yes", "'=SEPA"),
        ("75.00", "", "refund"),
    ]
    sums = _sums(rows)
    assert (sums["goods_amount"], sums["adjustment_amount"]) == (Decimal("89.00"), Decimal("6.00"))
    assert [minor_units(amount) for amount in figures(shop).total.refunded] == [9500]


def test_a_fee_that_goes_back_is_told_as_what_it_is(
    world: World, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """By the return, by the file, and in the buyer's letter."""
    name = request.node.name
    email = f"fee-{'pg' if 'postgres' in name else 'lite'}@example.com"
    order = an_order("#1", email=email)
    shop = a_shop(world, name, order, labels=FLAT_FEE, settlement="ON_REQUEST")
    made = make(shop.client)
    paid = settled(world, shop, made.id)
    shop.client.labels.VoidLabel(label_service_pb2.VoidLabelRequest(parcel_id=paid.parcels[0].id))
    done = settled(world, shop, made.id, Money.SETTLED, Money.SETTLED)
    assert [(minor_units(s.amount), minor_units(s.label_fee)) for s in done.settlements] == [
        (8400, 500),
        (500, -500),
    ]
    rows = movements(shop, tmp_path)
    assert [(row["amount"], row["goods_amount"], row["label_fee_amount"]) for row in rows] == [
        ("84.00", "89.00", "-5.00"),
        ("5.00", "0.00", "5.00"),
    ]
    world.await_mails(email, 3)
    letters = [mail.get_body(("plain",)).get_content() for mail in world.mails_to(email)]
    first, second = (" ".join(text.split()) for text in letters if "remboursé" in text)
    assert "5,00 € ont été déduits" in first
    assert "remboursé 5,00 €" in second
    assert "5,00 € qui avaient été déduits pour l’étiquette de retour" in second
    assert "−" not in second
    assert "-5,00" not in second


def test_movements_are_not_chosen_by_what_became_of_their_returns(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(SendbackError) as refused:
        movements(shop, tmp_path, decisions=["CLOSED"])
    assert [problem.field for problem in refused.value.fields] == ["decisions"]
