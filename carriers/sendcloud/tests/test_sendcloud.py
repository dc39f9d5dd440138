"""Labels of Sendcloud: bought, found again, cancelled and followed, against its emulator."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sendback_sdk import (
    CustomsItem,
    Declined,
    LabelFormat,
    Misconfigured,
    Money,
    OutcomeUnknown,
    TrackingState,
    TryLater,
)
from sendback_sdk.testing import CarrierTests, Fault, a_label_request, a_parcel, an_address, made
from sendback_sdk.testing.carrier import label_document
from sendback_sdk.testing.documents import parse
from sendback_sendcloud import Sendcloud
from sendback_sendcloud.emulator import Offered, SendcloudEmulator

LABELLESS = Offered("postnl:standard/return", labelless=True)


def settings_of(emulator: SendcloudEmulator, **changes: Any) -> dict[str, Any]:
    option = next(iter(emulator.offered.values()))
    return {
        "base_url": emulator.base_url,
        "public_key": emulator.keys[0],
        "secret_key": emulator.keys[1],
        "options": [{"code": option.code, "labelless": option.labelless}],
        "timeout_seconds": 1.0,
        "ready_seconds": 8.0,
        "poll_seconds": 0.01,
        **changes,
    }


def carrier_of(emulator: SendcloudEmulator, **changes: Any) -> Sendcloud:
    return made(Sendcloud, settings_of(emulator, **changes))


@pytest.fixture(scope="module", autouse=True)
def _pens_at_hand() -> None:
    """Drawing the first label loads what draws, which takes longer than these tests wait for an answer."""
    for format in LabelFormat:
        label_document(format, "")


@pytest.fixture
def sendcloud() -> Iterator[SendcloudEmulator]:
    with SendcloudEmulator() as emulator:
        yield emulator


class TestSendcloud(CarrierTests):
    carrier_class = Sendcloud

    @pytest.fixture
    def emulator(self) -> Iterator[SendcloudEmulator]:
        with SendcloudEmulator() as emulator:
            yield emulator

    def settings_for(self, emulator: SendcloudEmulator) -> Mapping[str, Any]:
        return settings_of(emulator)


class TestSynchronousSendcloud(TestSendcloud):
    def settings_for(self, emulator: SendcloudEmulator) -> Mapping[str, Any]:
        return settings_of(emulator, synchronous=True, validate_first=False)


def test_a_label_is_announced_first_and_fetched_then(sendcloud: SendcloudEmulator) -> None:
    sendcloud.looks_needed = 3
    label = carrier_of(sendcloud).create_label(a_label_request())
    (sold,) = sendcloud.sold
    assert (label.tracking_number, label.carrier_reference) == ("3SSEND00000001", "1:60001")
    assert label.price == Money(615, "EUR")
    assert sold.looks == 4
    assert sendcloud.validated == 1


def test_a_parcel_from_every_country(sendcloud: SendcloudEmulator) -> None:
    carrier = carrier_of(sendcloud)
    for country in sorted(carrier.coverage):
        sender = an_address(country=country, phone="+33612345678", region="13")
        assert carrier.create_label(a_label_request(reference=country, sender=sender)).tracking_number
    assert [sold.body["from_address"]["country_code"] for sold in sendcloud.sold] == sorted(carrier.coverage)


def test_what_is_asked_is_whole() -> None:
    """Weights are grams, sides millimetres, prices major units; the house number stands apart."""
    parcel = a_parcel(weight_grams=1234, length_mm=300, width_mm=200, height_mm=105, value=Money(1999, "EUR"))
    item = CustomsItem("Robe en lin", 2, Money(999, "EUR"), 600, "620442", "PT")
    with SendcloudEmulator() as emulator:
        request = a_label_request(parcel=parcel, customs=(item,))
        carrier_of(emulator, insured=True).create_label(request)
        body = emulator.sold[0].body
    assert body["weight"] == {"value": 1234, "unit": "g"}
    assert body["dimensions"] == {"length": 300, "width": 200, "height": 105, "unit": "mm"}
    assert body["total_insured_value"] == {"value": 19.99, "currency": "EUR"}
    assert body["parcel_items"][0]["price"] == {"value": 9.99, "currency": "EUR"}
    assert body["customs_information"]["export_reason"] == "returned_goods"
    assert body["from_address"]["address_line_1"] == "rue des Lilas"
    assert body["from_address"]["house_number"] == "12 bis"
    assert (body["external_reference"], body["order_number"]) == ("par_1", "R3456789AC par_1.pdf")


@pytest.mark.parametrize(
    ("name", "street", "city"),
    [
        ("Zażółć Gęślą-Jaźń", "ul. Świętokrzyska 31/33A m. 12, klatka schodowa II, domofon 45 B", "Łódź"),
        ("Αλέξανδρος Παπαδόπουλος", "Λεωφόρος Βασιλίσσης Σοφίας 46", "Θεσσαλονίκη"),
        ("x" * 500, "y" * 500, "z" * 500),
        ("", "", "\u202e\x00\r\n^XZ"),
    ],
)
def test_addresses_of_any_kind_fit(sendcloud: SendcloudEmulator, name: str, street: str, city: str) -> None:
    sender = an_address(name=name, street=street, city=city + "a", email="e" * 90, phone="0" * 40)
    carrier_of(sendcloud).create_label(a_label_request(sender=sender))
    written = sendcloud.sold[0].body["from_address"]
    assert "email" not in written
    assert written["name"] in (name, "—", "x" * 35)


def test_the_first_option_that_serves_the_country_is_taken() -> None:
    offered = (Offered("postnl:return", frozenset({"NL"})), Offered("dpd:return", frozenset({"FR"})))
    options = [{"code": each.code, "countries": list(each.countries)} for each in offered]
    with SendcloudEmulator(offered=offered) as emulator:
        carrier = carrier_of(emulator, options=options)
        carrier.create_label(a_label_request(sender=an_address(country="FR")))
        assert emulator.sold[0].body["ship_with"]["shipping_option_code"] == "dpd:return"
        with pytest.raises(Declined, match="serves PL"):
            carrier.create_label(a_label_request(sender=an_address(country="PL")))


def test_a_sandbox_label_needs_an_option_that_costs_nothing() -> None:
    letter = Offered("sendcloud:letter")
    with SendcloudEmulator(offered=(Offered("dpd:return/return"), letter)) as emulator:
        with pytest.raises(Declined, match="sandbox_option"):
            carrier_of(emulator).create_label(a_label_request(sandbox=True))
        carrier_of(emulator, sandbox_option=letter.code).create_label(a_label_request(sandbox=True))
        assert emulator.sold[0].body["ship_with"]["shipping_option_code"] == letter.code


@pytest.mark.parametrize("document", ["label", "qr"])
def test_a_labelless_return_brings_a_code_to_show(document: str) -> None:
    with SendcloudEmulator(offered=(LABELLESS,)) as emulator:
        carrier = carrier_of(emulator, labelless_document=document)
        label = carrier.create_label(a_label_request(format=LabelFormat.PDF))
        assert emulator.sold[0].body["delivery_option"] == "drop_off_labelless"
        assert label.qr is not None
        parse(label.qr, LabelFormat.PNG)
        found = carrier.find_label("par_1")
        assert found is not None
        assert (found.tracking_number, found.qr) == (label.tracking_number, label.qr)
        with pytest.raises(Declined, match="no ZPL"):
            carrier.create_label(a_label_request(format=LabelFormat.ZPL))


@pytest.mark.parametrize("validate_first", [True, False])
@pytest.mark.parametrize("problem", [{"weight_grams": 40_000}, {"weight_grams": 31_501}])
def test_what_the_api_refuses_is_declined_and_nothing_is_made(
    sendcloud: SendcloudEmulator, validate_first: bool, problem: dict[str, Any]
) -> None:
    with pytest.raises(Declined, match="too heavy"):
        carrier_of(sendcloud, validate_first=validate_first).create_label(
            a_label_request(parcel=a_parcel(**problem))
        )
    assert sendcloud.sold == []


def test_wrong_keys_are_a_matter_of_settings(sendcloud: SendcloudEmulator) -> None:
    with pytest.raises(Misconfigured) as refused:
        carrier_of(sendcloud, secret_key="s3cret-of-nobody").create_label(a_label_request())
    assert "s3cret" not in refused.value.text


def test_an_announcement_that_fails_is_declined_and_is_no_label(sendcloud: SendcloudEmulator) -> None:
    sendcloud.refuse_announcement = "The street is not known in this town."
    carrier = carrier_of(sendcloud)
    with pytest.raises(Declined, match="street is not known"):
        carrier.create_label(a_label_request())
    assert carrier.find_label("par_1") is None


def test_an_announcement_that_takes_long_is_neither_a_label_nor_a_refusal(
    sendcloud: SendcloudEmulator,
) -> None:
    sendcloud.looks_needed = 10_000
    carrier = carrier_of(sendcloud, ready_seconds=0.05)
    with pytest.raises(OutcomeUnknown, match="return 1 was made"):
        carrier.create_label(a_label_request())
    with pytest.raises(TryLater, match="not announced yet"):
        carrier.find_label("par_1")
    sendcloud.looks_needed = 0
    carrier.api.look("GET", "/returns/1")
    found = carrier.find_label("par_1")
    assert found is not None
    assert found.tracking_number == sendcloud.sold[0].tracking_number
    assert len(sendcloud.sold) == 1


@pytest.mark.parametrize("format", sorted(LabelFormat))
def test_what_was_made_before_the_line_went_dead_is_found_in_the_format_that_was_asked(
    sendcloud: SendcloudEmulator, format: LabelFormat
) -> None:
    carrier = carrier_of(sendcloud, timeout_seconds=0.15)
    sendcloud.fail(Fault.ACT_THEN_HANG)
    with pytest.raises(OutcomeUnknown):
        carrier.create_label(a_label_request(reference="par_dead", format=format))
    carrier.api.look("GET", "/returns/1")
    carrier.api.look("GET", "/returns/1")
    found = carrier.find_label("par_dead")
    assert found is not None
    assert found.format is format
    parse(found.document, format)


def test_it_is_found_on_a_later_page_and_keys_go_nowhere_else(sendcloud: SendcloudEmulator) -> None:
    """The next page's link names another host, which does not exist."""
    carrier = carrier_of(sendcloud, validate_first=False, synchronous=True)
    carrier.create_label(a_label_request(reference="par_0"))
    sendcloud.sold += [
        replace(
            sendcloud.sold[0],
            id=number,
            body={**sendcloud.sold[0].body, "order_number": f"R par_{number}.pdf"},
        )
        for number in range(2, 91)
    ]
    found = carrier.find_label("par_90")
    assert found is not None
    assert found.carrier_reference == "90:60090"


def test_a_reference_that_is_used_already_is_looked_for_and_not_bought_elsewhere() -> None:
    with SendcloudEmulator(unique_references=True) as emulator:
        carrier = carrier_of(emulator)
        first = carrier.create_label(a_label_request())
        with pytest.raises(OutcomeUnknown, match="exists already"):
            carrier.create_label(a_label_request())
        found = carrier.find_label("par_1")
        assert found is not None
        assert found.tracking_number == first.tracking_number


def test_a_document_that_comes_late_is_waited_for(sendcloud: SendcloudEmulator) -> None:
    sendcloud.documents_down = 2
    assert carrier_of(sendcloud).create_label(a_label_request()).document.startswith(b"%PDF-")


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_a_document_that_never_comes_leaves_the_label_to_be_found(
    sendcloud: SendcloudEmulator, status: int
) -> None:
    sendcloud.documents_down, sendcloud.document_status = 1000, status
    carrier = carrier_of(sendcloud, ready_seconds=0.05)
    with pytest.raises(OutcomeUnknown):
        carrier.create_label(a_label_request())
    sendcloud.documents_down = 0
    assert carrier.find_label("par_1") is not None


def test_a_carrier_that_prints_only_zpl_gives_no_pdf() -> None:
    with SendcloudEmulator(offered=(Offered("old:return", native_zpl=True),)) as emulator:
        carrier = carrier_of(emulator)
        with pytest.raises(OutcomeUnknown, match="gives no PDF"):
            carrier.create_label(a_label_request())
        assert carrier.create_label(a_label_request(reference="par_2", format=LabelFormat.ZPL)).document


def test_a_label_is_void_when_the_carrier_says_so(sendcloud: SendcloudEmulator) -> None:
    sendcloud.slow_cancellation = True
    carrier = carrier_of(sendcloud, ready_seconds=0.05)
    label = carrier.create_label(a_label_request())
    with pytest.raises(TryLater):
        carrier.void_label(label)
    assert carrier.find_label("par_1") is None
    sendcloud.slow_cancellation = False
    carrier.void_label(label)
    assert sendcloud.sold[0].status == "Cancelled"


def test_a_label_on_its_way_is_not_voided(sendcloud: SendcloudEmulator) -> None:
    carrier = carrier_of(sendcloud)
    label = carrier.create_label(a_label_request())
    sendcloud.scan(label.tracking_number, "En route to sorting center")
    with pytest.raises(Declined, match="not cancellable"):
        carrier.void_label(label)
    with pytest.raises(Declined, match="panel"):
        carrier.void_label(replace(label, carrier_reference=""))
    with pytest.raises(Declined):
        carrier.void_label(replace(label, carrier_reference="99:1"))


def test_what_was_seen_is_told_oldest_first(sendcloud: SendcloudEmulator) -> None:
    carrier = carrier_of(sendcloud)
    labels = [carrier.create_label(a_label_request(reference=f"par_{number}")) for number in range(2)]
    first, second = (label.tracking_number for label in labels)
    now = datetime.now(UTC).replace(microsecond=0)
    sendcloud.scan(first, "Delivered", now)
    sendcloud.scan(second, "Shipment picked up by driver", now - timedelta(days=1))
    sendcloud.scan(first, "at-sorting-centre", now - timedelta(days=2))
    sendcloud.scan(second, "Something quite new", now)
    seen = [(update.tracking_number, update.state) for update in carrier.track(labels)]
    assert seen == [
        (first, TrackingState.IN_TRANSIT),
        (second, TrackingState.HANDED_OVER),
        (first, TrackingState.DELIVERED),
    ]
    for unknown in ("", "99:1", "nonsense"):
        assert carrier.track([replace(labels[0], carrier_reference=unknown)]) == []


def test_points_to_leave_a_parcel_at_are_told_nearest_first(sendcloud: SendcloudEmulator) -> None:
    def point(id: int, distance: int) -> dict[str, Any]:
        where = {
            "street": "Stadhuisplein",
            "house_number": "1",
            "postal_code": "5611 EM",
            "city": "Eindhoven",
        }
        hours = {"monday": [{"start_time": "09:00", "end_time": "17:00"}], "sunday": None}
        return {"id": id, "name": "Shop", "address": {**where, "country_code": "NL"}} | {
            "distance": distance,
            "opening_times": hours,
        }

    sendcloud.points = [point(2, 900), point(1, 85)]
    here = an_address(country="NL", postal_code="5611 EM")
    for carriers in ([], ["postnl", "dhl"]):
        found = carrier_of(sendcloud, service_point_carriers=carriers).find_drop_offs(here, 5)
        assert [(each.id, each.distance_m) for each in found] == [("1", 85), ("2", 900)]
        assert found[0].address.street == "Stadhuisplein 1"
        assert found[0].opening_hours == "monday 09:00-17:00"
    assert carrier_of(sendcloud).find_drop_offs(an_address(country="FR"), 5) == []


def test_the_readme_tells_every_setting_and_its_sample_is_valid() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    assert [name for name in Sendcloud.Settings.model_fields if f"`{name}`" not in readme] == []
    sample = tomllib.loads(readme.split("```toml")[1].split("```")[0])
    (account,) = sample["accounts"].values()
    assert account["plugin"] == Sendcloud.id
    assert Sendcloud.Settings(**account["settings"]).options[0].labelless


def test_the_emulator_refuses_what_it_does_not_know(sendcloud: SendcloudEmulator) -> None:
    carrier_of(sendcloud).create_label(a_label_request())
    good = sendcloud.sold[0].body
    bad: list[dict[str, Any]] = [
        {**good, "surprise": 1},
        {**good, "weight": {"value": 0, "unit": "g"}},
        {**good, "ship_with": {"type": "shipping_option_code", "shipping_option_code": "no:such"}},
        {**good, "from_address": {**good["from_address"], "name": ""}},
        {**good, "to_address": {**good["to_address"], "city": "x" * 31}},
        {**good, "delivery_option": "drop_off_labelless"},
    ]
    api = carrier_of(sendcloud).api
    for body in bad:
        with pytest.raises(Declined, match="400"):
            api.change("POST", "/returns", json=json.loads(json.dumps(body)))
    assert len(sendcloud.sold) == 1
