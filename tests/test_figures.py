"""Figures and files of a merchant's returns, on both databases."""

import csv
import io
from pathlib import Path

import pytest
from google.type.date_pb2 import Date
from sendback.v1 import (
    figures_pb2,
    label_service_pb2,
    order_pb2,
    policy_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback_client import SendbackError, minor_units, money
from sendback_sdk.testing.carrier import PRICE
from sendback_sdk.testing.emulator import Fault
from sendback_service.demo.world import Shop, World

from tests.shops import a_shop, accept, an_address, an_order, get, make

REASONS = [
    {"code": "SIZE", "titles": [{"language_code": "en", "text": "Wrong size"}], "fault": "BUYER"},
    {"code": "BROKEN", "titles": [{"language_code": "en", "text": "Broken"}], "fault": "MERCHANT"},
]
TODAY = Date(year=2026, month=11, day=20)
CARDS = (("closed", 2000), ("open", 9000))
Shipment, Resolution = return_pb2.Shipment, return_pb2.Resolution


def figures(shop: Shop, first: Date = TODAY, last: Date = TODAY) -> figures_pb2.Figures:
    request = returns_service_pb2.GetFiguresRequest(first_date=first, last_date=last)
    return shop.client.returns.GetFigures(request)


def an_item(line: str, quantity: int = 1, reason: str = "SIZE") -> return_pb2.ReturnItem:
    return return_pb2.ReturnItem(order_line_id=line, quantity=quantity, reason_code=reason)


def sold(number: str, **changes: object) -> order_pb2.Order:
    order = an_order(number, **changes)
    order.lines[0].product_id, order.lines[1].sku = "dress-1", "GLASS"
    return order


def exported(shop: Shop, folder: Path, **wanted: object) -> list[dict[str, str]]:
    file = shop.client.save_returns(returns_service_pb2.ExportReturnsRequest(**wanted), folder)
    assert file.name == "returns.csv"
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))


def labelled(found: return_pb2.Return) -> bool:
    return found.parcels[0].label == return_pb2.LabelStatus.PURCHASED


@pytest.fixture
def busy(world: World, request: pytest.FixtureRequest) -> Shop:
    """A return from Paris that was received, paid and closed; one from Berlin for credit, waiting for its parcel."""
    berlin = an_address(postal_code="10115", city="Berlin", region_code="DE")
    orders = [sold("#1"), sold("#2", customer_id="cus_2", ship_to=berlin)]
    credit = policy_pb2.CreditTerms(enabled=True, moment="ON_REQUEST", bonus_percent=10)
    shop = a_shop(world, request.node.name, *orders, reasons=REASONS, credit=credit)
    first = make(shop.client, items=[an_item("1"), an_item("2", 2, "BROKEN")])
    world.until(shop, first.id, "a label", labelled)
    for transit in ("HANDED_OVER", "DELIVERED"):
        shop.client.labels.ReportTracking(
            label_service_pb2.ReportTrackingRequest(parcel_id=first.parcels[0].id, transit=transit)
        )
    accept(shop.client, get(shop.client, first.id))
    world.until(shop, first.id, "its end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    second = make(shop.client, "ext-#2", items=[an_item("2")], outcome="STORE_CREDIT")
    world.until(shop, second.id, "a label", labelled)
    world.until(
        shop,
        second.id,
        "credit",
        lambda r: [s.state for s in r.settlements] == [return_pb2.SettlementStatus.SETTLED],
    )
    return shop


def test_figures_of_a_day(world: World, busy: Shop) -> None:
    found = figures(busy)
    total = found.total
    assert (total.return_count, total.unit_count) == (2, 4)
    assert list(total.refunded) == [money(8900 + 667, "EUR")]
    assert list(total.credited) == [money(333 + 33, "EUR")]
    assert list(total.label_costs) == [money(2 * PRICE[0], PRICE[1])]
    assert (total.label_count, total.priced_label_count) == (2, 2)
    reasons = {tally.key: tally for tally in found.by_reason}
    assert (reasons["SIZE"].title, reasons["SIZE"].return_count, reasons["SIZE"].unit_count) == (
        "Wrong size",
        2,
        2,
    )
    assert [(t.key, t.title, t.unit_count) for t in found.by_product] == [
        ("GLASS", "Verre", 3),
        ("dress-1", "Robe", 1),
    ]
    assert not found.HasField("other_products")
    assert [(t.key, t.title, t.return_count) for t in found.by_region] == [
        ("FR", "France", 1),
        ("DE", "Germany", 1),
    ]
    for parts in (found.by_reason, found.by_product, found.by_region):
        for name in ("refunded", "credited", "label_costs"):
            whole = sum(minor_units(amount) for tally in parts for amount in getattr(tally, name))
            assert whole == sum(minor_units(amount) for amount in getattr(total, name)), name


def test_times_in_the_states(world: World, busy: Shop) -> None:
    times = {(t.WhichOneof("state"), getattr(t, t.WhichOneof("state"))): t for t in figures(busy).state_times}
    assert len(times) == 6
    created = times["shipment", Shipment.CREATED]
    assert (created.return_count, created.present_count) == (1, 1)
    assert 0 < created.median.ToTimedelta().total_seconds() < 30
    assert created.median == created.ninetieth_percentile
    assert times["shipment", Shipment.DELIVERED].return_count == 1
    assert not times["shipment", Shipment.DELIVERED].present_count
    assert times["resolution", Resolution.OPEN].present_count == 1
    assert not times["resolution", Resolution.ACTION_REQUIRED].HasField("median")


def test_a_day_is_the_merchants(world: World, request: pytest.FixtureRequest) -> None:
    """It is noon in London, one in the morning of the next day in Auckland."""
    window = policy_pb2.ReturnWindow(days=30, time_zone="Pacific/Auckland")
    shop = a_shop(world, request.node.name, window=window)
    make(shop.client)
    tomorrow = Date(year=2026, month=11, day=21)
    assert figures(shop, TODAY, TODAY).total.return_count == 0
    found = figures(shop, tomorrow, tomorrow)
    assert (found.total.return_count, found.time_zone) == (1, "Pacific/Auckland")
    assert found.from_time.ToJsonString() == "2026-11-20T11:00:00Z"
    assert figures(shop, TODAY, tomorrow).total.return_count == 1


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (Date(year=2026, month=11), TODAY, "first_date"),
        (TODAY, Date(year=2026, month=2, day=30), "last_date"),
        (TODAY, Date(year=2026, month=11, day=19), "last_date"),
        (Date(year=2000, month=1, day=1), TODAY, "last_date"),
    ],
)
def test_no_period_is_said_to_be_none(shop: Shop, first: Date, last: Date, field: str) -> None:
    with pytest.raises(SendbackError) as refused:
        figures(shop, first, last)
    assert [problem.field for problem in refused.value.fields] == [field]


def test_a_shop_without_returns(shop: Shop, tmp_path: Path) -> None:
    found = figures(shop)
    assert found.total == figures_pb2.Tally()
    assert [*found.by_reason, *found.by_product, *found.by_region] == []
    assert exported(shop, tmp_path) == []


def test_files_of_returns_and_of_units(world: World, busy: Shop, tmp_path: Path) -> None:
    first, second = exported(busy, tmp_path)
    assert (first["decision"], first["shipment"], first["refunded_amount"]) == (
        "CLOSED",
        "INSPECTED",
        "95.67",
    )
    assert (first["reason_codes"], first["unit_count"], first["order_number"]) == ("SIZE BROKEN", "3", "#1")
    assert first["create_time"].startswith("2026-11-20T1")
    assert first["create_time"].endswith("+01:00")
    assert first["create_time"] <= first["end_time"]
    assert (second["outcome"], second["credited_amount"], second["region_code"]) == (
        "STORE_CREDIT",
        "3.66",
        "DE",
    )
    assert (second["label_costs"], second["label_cost_currencies"]) == ("4.90", "EUR")
    units = exported(busy, tmp_path, rows="UNITS")
    assert [(u["order_line_id"], u["unit"], u["product_id"], u["sku"]) for u in units] == [
        ("1", "0", "dress-1", ""),
        ("2", "0", "", "GLASS"),
        ("2", "1", "", "GLASS"),
        ("2", "0", "", "GLASS"),
    ]
    assert [u["refunded_amount"] for u in units] == ["89.00", "3.34", "3.33", "0.00"]
    assert [row["return_id"] for row in exported(busy, tmp_path, decisions=["CLOSED"])] == [
        first["return_id"]
    ]
    behind = {"created_from_time": get(busy.client, second["return_id"]).create_time}
    assert [row["return_id"] for row in exported(busy, tmp_path, **behind)] == [second["return_id"]]
    before = {"created_before_time": get(busy.client, second["return_id"]).create_time}
    assert [row["return_id"] for row in exported(busy, tmp_path, **before)] == [first["return_id"]]


def test_money_that_went_counts_though_another_part_was_refused(
    world: World, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Two cards paid: one takes its part back, the other was closed, and staff pay what is left by hand."""
    cards = [order_pb2.Payment(id=f"{request.node.name}-{n}", captured=money(m, "EUR")) for n, m in CARDS]
    shop = a_shop(world, request.node.name, sold("#1", payments=cards))
    made = make(shop.client, items=[an_item("1")])
    world.bank.fail(Fault.REFUSE, about=cards[0].id)
    accept(shop.client, made)
    world.until(shop, made.id, "a refusal", lambda r: bool(r.settlements and r.settlements[0].failure))
    world.until(shop, made.id, "the rest", lambda _: _refunded(figures(shop).total) == [6900])
    (row,) = exported(shop, tmp_path)
    assert row["refunded_amount"] == "69.00"
    shop.client.returns.ConfirmSettlement(
        returns_service_pb2.ConfirmSettlementRequest(
            return_id=made.id, settlement_id=get(shop.client, made.id).settlements[0].id
        )
    )
    assert _refunded(figures(shop).total) == [8900]


def _refunded(tally: figures_pb2.Tally) -> list[int]:
    return [minor_units(amount) for amount in tally.refunded]


def test_a_file_runs_nothing_in_a_spreadsheet(
    world: World, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    evil = an_order("=1+1")
    evil.lines[0].title = '=HYPERLINK("http://evil.example";"x")'
    evil.lines[0].sku = "+SUM(A1)"
    shop = a_shop(world, request.node.name, evil)
    make(shop.client, "ext-=1+1")
    (row,) = exported(shop, tmp_path, rows="UNITS")
    assert row["order_number"] == "'=1+1"
    assert row["title"] == "'" + evil.lines[0].title
    assert row["sku"] == "'+SUM(A1)"
