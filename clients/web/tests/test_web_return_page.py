"""A return's page: what was found of the goods, and what is paid for them."""

import re
from typing import Any

import pytest
from sendback.v1.return_pb2 import ReturnUnit, Settlement
from sendback_client import money
from starlette.testclient import TestClient

from clients.web.tests.test_web_portal import SESSION


def page(browser: TestClient) -> str:
    browser.cookies.set("sendback_session", SESSION)
    return browser.get("/shop/returns/ret_1?lang=en").text


def closed(service: Any, *settlements: Settlement) -> None:
    service.found.decision, service.found.shipment = "CLOSED", "INSPECTED"
    service.found.estimated_amount.CopyFrom(money(8900, "EUR"))
    service.found.shown_fee.CopyFrom(money(500, "EUR"))
    service.found.settlements.extend(settlements)


@pytest.mark.parametrize("kind", ["REFUND", "STORE_CREDIT", "WAIVED"])
def test_what_came_to_nothing_is_told_as_nothing(browser: TestClient, service: Any, kind: str) -> None:
    closed(service, Settlement(kind=kind, state="SETTLED", amount=money(0, "EUR")))
    told = page(browser)
    assert "Nothing is paid back for it." in told
    assert not re.search(r"€(0\.00|89\.00|5\.00)|>Refunded|>Credit issued", told)


def test_what_was_paid_beside_nothing_is_told_alone(browser: TestClient, service: Any) -> None:
    amounts = (money(8400, "EUR"), money(0, "EUR"))
    closed(service, *(Settlement(kind="REFUND", state="SETTLED", amount=amount) for amount in amounts))
    told = page(browser)
    assert "€84.00" in told
    assert "€0.00" not in told
    assert "Nothing is paid back" not in told


def test_money_that_came_back_is_not_told_as_nothing(browser: TestClient, service: Any) -> None:
    closed(service, Settlement(kind="REFUND", state="REVERSED", amount=money(8400, "EUR")))
    assert "Nothing is paid back" not in page(browser)


def test_what_was_found_of_the_goods_stands_beside_them(browser: TestClient, service: Any) -> None:
    glass = {"order_line_id": "2", "title": "Glass"}
    service.found.units.extend(
        [
            ReturnUnit(**glass, unit=0, inspection="ACCEPTED"),
            ReturnUnit(**glass, unit=1, inspection="MISSING"),
            ReturnUnit(**glass, unit=2, inspection="MISSING"),
            ReturnUnit(title="Dress", inspection="REJECTED", rejection_note="It was worn."),
        ]
    )
    goods = re.sub(r"<[^>]+>", "|", page(browser))
    assert "1 × |Glass||" in goods
    assert "2 × |Glass| – Not in the parcel|" in goods
    assert "1 × |Dress| – Not accepted||It was worn.|" in goods
