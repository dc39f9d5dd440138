"""The plugin against a real karrio."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from sendback_karrio import Karrio
from sendback_sdk import (
    Carrier,
    CustomsItem,
    Declined,
    LabelFormat,
    Misconfigured,
    Money,
    OutcomeUnknown,
    TrackingState,
    TrackingUpdate,
    WebhookRequest,
)
from sendback_sdk.testing import CarrierTests, a_label_request, a_parcel, made

from carriers.karrio.tests.real_server import RealServer

pytestmark = [pytest.mark.xdist_group("karrio"), pytest.mark.timeout(300)]


def a_karrio(server: RealServer, **changes: Any) -> Karrio:
    usual = {
        "base_url": server.url,
        "api_key": server.key,
        "connection": "returns",
        "service": "standard_service",
        "ask_for": "SHIPMENT",
    }
    return made(Karrio, usual | changes, timeout=20)


class TestRealKarrio(CarrierTests):
    carrier_class = Karrio

    @pytest.fixture
    def carrier(self, karrio: RealServer) -> Carrier:
        return a_karrio(karrio)


def test_a_label_is_found_again_whole_and_by_its_own_reference_only(karrio: RealServer) -> None:
    carrier = a_karrio(karrio)
    label = carrier.create_label(a_label_request(reference="par_whole", format=LabelFormat.ZPL))
    carrier.create_label(a_label_request(reference="par_whole_2", format=LabelFormat.ZPL))
    assert carrier.find_label("par_whole") == label
    assert carrier.find_label("par_who") is None


def test_a_purchase_that_was_begun_and_never_ended_stays_in_doubt(karrio: RealServer) -> None:
    somebody = {"country_code": "FR"}
    begun = {
        "shipper": somebody,
        "recipient": somebody,
        "parcels": [{"weight": 1, "weight_unit": "KG"}],
        "carrier_ids": ["returns"],
        "metadata": {"par_begun": "R3456789AC"},
    }
    karrio.call("POST", "/v1/shipments", json=begun).raise_for_status()
    with pytest.raises(OutcomeUnknown, match="never said how that ended"):
        a_karrio(karrio).find_label("par_begun")


def test_people_read_the_reference_of_the_return(karrio: RealServer) -> None:
    label = a_karrio(karrio).create_label(a_label_request(reference="par_read"))
    kept = karrio.call("GET", f"/v1/shipments/{label.carrier_reference}").json()
    assert (kept["reference"], kept["metadata"]) == ("R3456789AC", {"par_read": "R3456789AC"})
    assert (kept["shipper"]["person_name"], kept["recipient"]["company_name"]) == (
        "Camille Martin",
        "Maison Lumière",
    )


def test_a_voided_label_is_not_found_as_if_it_were_good(karrio: RealServer) -> None:
    carrier = a_karrio(karrio)
    label = carrier.create_label(a_label_request(reference="par_voided"))
    carrier.void_label(replace(label, document=b""))
    assert karrio.call("GET", f"/v1/shipments/{label.carrier_reference}").json()["status"] == "cancelled"
    assert carrier.find_label("par_voided") is None


def test_a_return_is_asked_for_in_the_direction_of_the_first_delivery(karrio: RealServer) -> None:
    """karrio's generic carrier makes no returns, says so, and leaves no draft behind that could make us doubt."""
    carrier = a_karrio(karrio, ask_for="RETURN")
    with pytest.raises(Declined, match="NON_SUPPORTED"):
        carrier.create_label(a_label_request(reference="par_return"))
    (kept,) = karrio.call("GET", "/v1/shipments?metadata_key=par_return").json()["results"]
    assert (kept["is_return"], kept["status"]) == (True, "cancelled")
    assert kept["shipper"]["person_name"] == "Retours"
    assert carrier.find_label("par_return") is None


@pytest.mark.parametrize(
    ("changes", "error", "text"),
    [
        ({"api_key": "key_forged"}, Misconfigured, "401"),
        ({"connection": "nobody"}, Misconfigured, "no such connection"),
        ({"service": "nothing"}, Declined, "service_unavailable"),
        ({"countries": ["DE"]}, Declined, "no parcels from FR"),
    ],
)
def test_what_an_account_cannot_do_is_said(
    karrio: RealServer, changes: dict[str, Any], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        a_karrio(karrio, **changes).create_label(a_label_request(reference="par_cannot"))


def test_sandbox_labels_need_a_test_key_and_live_ones_need_none(karrio: RealServer) -> None:
    live, test = a_karrio(karrio), a_karrio(karrio, api_key=karrio.test_key)
    assert test.create_label(a_label_request(reference="par_sand", sandbox=True)).document
    for carrier, sandbox in ((live, True), (test, False)):
        with pytest.raises(Misconfigured, match="test key"):
            carrier.create_label(a_label_request(reference="par_key", sandbox=sandbox))
        assert carrier.find_label("par_key") is None


def test_sides_and_customs_arrive(karrio: RealServer) -> None:
    goods = CustomsItem("Robe en lin", 2, Money(4450, "EUR"), 400, "620449", "FR")
    parcel = a_parcel(length_mm=305, width_mm=200, height_mm=50, contents="Robes")
    label = a_karrio(karrio).create_label(
        a_label_request(reference="par_goods", parcel=parcel, customs=(goods,))
    )
    kept = karrio.call("GET", f"/v1/shipments/{label.carrier_reference}").json()
    assert {name: kept["parcels"][0][name] for name in ("weight", "length", "dimension_unit", "content")} == {
        "weight": 1.2,
        "length": 30.5,
        "dimension_unit": "CM",
        "content": "Robes",
    }
    assert kept["customs"]["content_type"] == "return_merchandise"
    item = kept["customs"]["commodities"][0]
    assert (item["quantity"], item["value_amount"], item["weight"], item["hs_code"]) == (
        2,
        44.5,
        0.4,
        "620449",
    )


def test_every_country_of_the_portal_is_one_that_karrio_knows(karrio: RealServer) -> None:
    assert Karrio.coverage <= karrio.call("GET", "/v1/references").json()["countries"].keys()


def test_what_karrio_saw_of_a_parcel_is_told_oldest_first(karrio: RealServer) -> None:
    carrier = a_karrio(karrio)
    unseen = carrier.create_label(a_label_request(reference="par_unseen", format=LabelFormat.ZPL))
    seen = replace(unseen, tracking_number="SEEN0001")
    assert carrier.track([unseen, seen]) == [
        TrackingUpdate(
            "SEEN0001", TrackingState.HANDED_OVER, datetime(2026, 11, 18, 9, 30, tzinfo=UTC), "Dropped off"
        ),
        TrackingUpdate(
            "SEEN0001", TrackingState.DELIVERED, datetime(2026, 11, 20, 16, 5, tzinfo=UTC), "Delivered"
        ),
    ]


def test_a_webhook_as_karrio_sends_it_is_believed_by_its_secret(karrio: RealServer) -> None:
    """karrio's generic carrier tracks nothing, so that its webhook tells of a purchase: right, and no news."""
    with a_listener() as (url, heard):
        made = karrio.call("POST", "/v1/webhooks", json={"url": url, "enabled_events": ["all"]}).json()
        a_karrio(karrio).create_label(a_label_request(reference="par_hook", format=LabelFormat.ZPL))
        karrio.call("DELETE", f"/v1/webhooks/{made['id']}")
    assert heard, "karrio sent nothing"
    assert a_karrio(karrio, webhook_secret=made["secret"]).hear(heard[0]) == []
    with pytest.raises(Declined, match="secret"):
        a_karrio(karrio, webhook_secret="whsec_another").hear(heard[0])


@contextmanager
def a_listener() -> Iterator[tuple[str, list[WebhookRequest]]]:
    heard: list[WebhookRequest] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append(WebhookRequest(tuple(self.headers.items()), body, datetime.now(UTC)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hooks", heard
        server.shutdown()
