"""The plugin where lines break: between us and karrio, and between karrio and its carrier."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sendback_karrio import Karrio
from sendback_sdk import (
    Declined,
    LabelFormat,
    Misconfigured,
    Money,
    OutcomeUnknown,
    TrackingState,
    TryLater,
)
from sendback_sdk.testing import CarrierTests, Fault, a_label_request, a_webhook_request, made

from carriers.karrio.tests.emulator import CONNECTION, SERVICE, KarrioEmulator


def settings_of(emulator: KarrioEmulator) -> dict[str, Any]:
    return {
        "base_url": emulator.url,
        "api_key": emulator.key,
        "connection": CONNECTION,
        "service": SERVICE,
        "ask_for": "SHIPMENT",
        "timeout_seconds": 1.0,
        "webhook_secret": "whsec_practice",
    }


@pytest.fixture
def emulator() -> Iterator[KarrioEmulator]:
    with KarrioEmulator() as emulator:
        yield emulator


@pytest.fixture
def carrier(emulator: KarrioEmulator) -> Karrio:
    return made(Karrio, settings_of(emulator))


class TestKarrioThatFails(CarrierTests):
    carrier_class = Karrio

    @pytest.fixture
    def emulator(self) -> Iterator[KarrioEmulator]:
        with KarrioEmulator() as emulator:
            yield emulator

    def settings_for(self, emulator: KarrioEmulator) -> Mapping[str, Any]:
        return settings_of(emulator)


@pytest.mark.parametrize("fault", [Fault.ACT_THEN_HANG, Fault.ACT_THEN_CUT, Fault.HALF, Fault.NONSENSE])
def test_what_was_bought_before_the_line_went_dead_is_found(
    carrier: Karrio, emulator: KarrioEmulator, fault: Fault
) -> None:
    emulator.fail(fault)
    with pytest.raises(OutcomeUnknown):
        carrier.create_label(a_label_request(reference="par_dead", format=LabelFormat.ZPL))
    found = carrier.find_label("par_dead")
    assert found is not None
    assert [label.tracking_number for label in emulator.sold] == [found.tracking_number]
    assert found.price == Money(490, "EUR")


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.TWICE])
def test_as_long_as_there_is_only_a_draft_nothing_was_bought(
    carrier: Karrio, emulator: KarrioEmulator, fault: Fault
) -> None:
    emulator.fail(fault, about='"services":')
    with pytest.raises(Declined if fault is Fault.REFUSE else TryLater):
        carrier.create_label(a_label_request(reference="par_draft"))
    assert emulator.sold == []
    assert carrier.create_label(a_label_request(reference="par_draft")).document


@pytest.mark.parametrize("code", ["SHIPPING_SDK_INTERNAL_ERROR", 502, "504"])
def test_a_line_that_broke_behind_karrio_leaves_a_doubt_that_stays(
    carrier: Karrio, emulator: KarrioEmulator, code: object
) -> None:
    """karrio has no label to show and its carrier sold one: "nothing was made" would buy a second."""
    emulator.carrier_says(code, "The read operation timed out", sold=True)
    with pytest.raises(OutcomeUnknown):
        carrier.create_label(a_label_request(reference="par_behind"))
    with pytest.raises(OutcomeUnknown, match="began to buy shp_1"):
        carrier.find_label("par_behind")
    assert len(emulator.sold) == 1


@pytest.mark.parametrize("code", ["ADDRESS_UNKNOWN", 400, "4711"])
def test_a_no_of_the_carrier_behind_is_a_no_and_leaves_no_doubt(
    carrier: Karrio, emulator: KarrioEmulator, code: object
) -> None:
    emulator.carrier_says(code, "no such street")
    with pytest.raises(Declined, match="no such street"):
        carrier.create_label(a_label_request(reference="par_no"))
    assert [shipment.status for shipment in emulator.shipments] == ["cancelled"]
    assert carrier.find_label("par_no") is None


def test_a_busy_karrio_leaves_no_doubt(carrier: Karrio, emulator: KarrioEmulator) -> None:
    emulator.fail(Fault.BUSY)
    with pytest.raises(TryLater):
        carrier.create_label(a_label_request(reference="par_busy"))
    assert carrier.find_label("par_busy") is None


def test_a_tidying_that_fails_makes_us_doubt_and_buys_nothing(
    carrier: Karrio, emulator: KarrioEmulator
) -> None:
    emulator.fail(Fault.REFUSE)
    emulator.fail(Fault.BREAK, about="{}")
    with pytest.raises(Declined):
        carrier.create_label(a_label_request(reference="par_untidy"))
    with pytest.raises(OutcomeUnknown):
        carrier.find_label("par_untidy")
    assert emulator.sold == []


@pytest.mark.parametrize(
    "url", ["karrio.internal", "ftp://karrio", "https://karrio/", "https://karrio?x", "https://kar rio", ""]
)
def test_a_url_that_will_not_do_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="base_url"):
        Karrio.Settings(base_url=url, api_key="k", connection="c", service="s")  # type: ignore[arg-type]


def _hook(event: str, data: object, secret: str = "whsec_practice") -> Any:
    body = json.dumps({"event": event, "data": data}).encode()
    return a_webhook_request(body, {"X-Event-Id": secret})


def test_news_of_a_parcel_is_read(carrier: Karrio) -> None:
    events = [{"date": "2026-11-20", "time": "04:05 PM", "description": "In the depot"}]
    tracker = {"tracking_number": "N1", "status": "in_transit", "events": events}
    (update,) = carrier.hear(_hook("tracker_updated", tracker))
    assert (update.tracking_number, update.state, update.description) == (
        "N1",
        TrackingState.IN_TRANSIT,
        "In the depot",
    )
    assert update.time == datetime(2026, 11, 20, 16, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "tracker",
    [
        {"tracking_number": "N1", "status": "pending", "events": [{"date": "2026-11-20"}]},
        {"tracking_number": "N1", "status": "delivered", "events": [{"date": "yesterday"}]},
        {"tracking_number": "N1", "status": "delivered", "events": None},
    ],
)
def test_what_says_nothing_of_a_parcel_is_no_news(carrier: Karrio, tracker: object) -> None:
    assert carrier.hear(_hook("tracker_updated", tracker)) == []


@pytest.mark.parametrize(
    "request_",
    [
        _hook("tracker_updated", {}, "whsec_forged"),
        _hook("tracker_updated", {}, ""),
        _hook("tracker_updated", {}, "wh\u00e9"),
        _hook("tracker_updated", None),
        _hook("tracker_updated", {"events": []}),
        _hook("tracker_updated", {"tracking_number": "N1", "events": [7]}),
        a_webhook_request(b"\xff", {"X-Event-Id": "whsec_practice"}),
        a_webhook_request(b"[]", {"X-Event-Id": "whsec_practice"}),
        a_webhook_request(b"[" * 100_000, {"X-Event-Id": "whsec_practice"}),
    ],
)
def test_a_webhook_that_is_forged_or_broken_is_refused(carrier: Karrio, request_: Any) -> None:
    with pytest.raises(Declined):
        carrier.hear(request_)


def test_webhooks_need_their_secret_to_be_set(emulator: KarrioEmulator) -> None:
    carrier = made(Karrio, settings_of(emulator) | {"webhook_secret": ""})
    with pytest.raises(Misconfigured, match="webhook_secret"):
        carrier.hear(_hook("tracker_updated", {}, ""))
