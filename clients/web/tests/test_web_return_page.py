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


def by_hand(service: Any, *numbers: str) -> None:
    del service.found.parcels[:]
    service.found.instructions.reference = "R7K3F9Q2"
    for place, number in enumerate(numbers, 1):
        service.found.parcels.add(
            id=f"par_{place}", label="NOT_NEEDED", transit="NOT_SCANNED", tracking_number=number
        )


def posted(browser: TestClient, told: str, form: str) -> Any:
    """What the form of that field sends."""
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return browser.post(
        "/shop/returns/ret_1/tracking", data={**fields, "number": told}, follow_redirects=False
    )


def forms(browser: TestClient) -> list[str]:
    return re.findall(r'<form[^>]*/tracking".*?</form>', page(browser), re.DOTALL)


def test_the_first_number_is_asked_for_and_then_that_of_another_parcel(
    browser: TestClient, service: Any
) -> None:
    by_hand(service, "")
    (first,) = forms(browser)
    assert ">Tracking number<" in first
    posted(browser, " XY1 ", first)
    asked = service.asked[-1]
    assert (asked.tracking_number, asked.parcel_id, asked.another_parcel) == ("XY1", "", True)
    by_hand(service, "XY1")
    assert "XY1" in page(browser)
    correct, another = forms(browser)
    assert ">Tracking number of another parcel<" in another
    posted(browser, "XY2", another)
    assert (service.asked[-1].tracking_number, service.asked[-1].another_parcel) == ("XY2", True)
    posted(browser, "XY1B", correct)
    asked = service.asked[-1]
    assert (asked.tracking_number, asked.parcel_id, asked.another_parcel) == ("XY1B", "par_1", False)


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("INVALID_FIELD", "It belongs to another parcel"),
        ("TOO_LARGE", "no room for more numbers"),
        ("STATE_FORBIDS", "That is not possible any more"),
    ],
)
def test_a_number_that_is_refused_is_told_why(
    browser: TestClient, service: Any, reason: str, says: str
) -> None:
    by_hand(service, "XY1")
    form = forms(browser)[1]
    service.number_refused = reason
    answer = posted(browser, "XY2", form)
    assert says in browser.get(answer.headers["location"] + "&lang=en").text


def test_who_has_a_label_is_asked_for_no_number(browser: TestClient) -> None:
    assert forms(browser) == []
