"""Labels of DHL Parcel Germany against its emulator."""

import io
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from sendback_dhl import Dhl
from sendback_dhl.emulator import Code, DhlEmulator, Location
from sendback_sdk import (
    Address,
    Declined,
    LabelFormat,
    LabelRequest,
    Misconfigured,
    Money,
    OutcomeUnknown,
    PluginError,
    TrackingState,
    TryLater,
)
from sendback_sdk.testing import CarrierTests, Fault, a_label_request, a_parcel, an_address, made
from sendback_sdk.testing.documents import parse

WAREHOUSE = Address("Retouren", "Charles-de-Gaulle-Str. 20", "53113", "Bonn", "DE", company="Maison Lumière")
POSTAL_CODES = {
    **{"AT": "1010", "BE": "1000", "CZ": "110 00", "DE": "10117", "DK": "1050", "ES": "28013", "FI": "00100"},
    **{"FR": "75020", "GR": "106 71", "HU": "1054", "IE": "D02 AF30", "IT": "00184", "LU": "L-1234"},
    **{"MC": "98000", "NL": "1012 AB", "PL": "00-950", "PT": "1100-148", "SE": "111 22", "SK": "811 01"},
}


def a_request(country: str = "FR", **changes: Any) -> LabelRequest:
    sender = an_address(country=country, postal_code=POSTAL_CODES[country])
    return a_label_request(**{"recipient": WAREHOUSE, "sender": sender, **changes})


def settings_of(emulator: DhlEmulator, **changes: Any) -> dict[str, Any]:
    keys = emulator.keys
    return {
        "base_url": emulator.url,
        "sandbox_url": emulator.url,
        "api_key": keys.api_key,
        "api_secret": keys.api_secret,
        "username": keys.username,
        "password": keys.password,
        "timeout_seconds": 10.0,
        **changes,
    }


def carrier_of(emulator: DhlEmulator, **changes: Any) -> Dhl:
    return made(Dhl, settings_of(emulator, **changes))


@pytest.fixture
def dhl() -> Iterator[DhlEmulator]:
    with DhlEmulator() as emulator:
        yield emulator


class TestDhl(CarrierTests):
    carrier_class = Dhl

    @pytest.fixture
    def emulator(self, dhl: DhlEmulator) -> DhlEmulator:
        return dhl

    @pytest.fixture
    def carrier(self, emulator: DhlEmulator, request: pytest.FixtureRequest) -> Dhl:
        """It waits long for whoever is slow, and not for whoever never answers."""
        seconds = 1.0 if "HANG" in request.node.name else 10.0
        return made(Dhl, {**self.settings_for(emulator), "timeout_seconds": seconds})

    def settings_for(self, emulator: DhlEmulator) -> Mapping[str, Any]:
        return settings_of(emulator)

    def request(self, **changes: Any) -> LabelRequest:
        return super().request(**{"recipient": WAREHOUSE, **changes})


class TestDhlByBasic(TestDhl):
    """As DHL had it before: no secret, no token, and receivers that are named."""

    def settings_for(self, emulator: DhlEmulator) -> Mapping[str, Any]:
        return settings_of(emulator, api_secret=None, receivers=[{"id": "returns-fra"}])


def test_a_parcel_from_every_country(dhl: DhlEmulator) -> None:
    carrier = carrier_of(dhl)
    for country in sorted(carrier.coverage):
        carrier.create_label(a_request(country))
    written = [sold.body["receiverId"] for sold in dhl.sold]
    assert len(written) == 19
    assert written[sorted(carrier.coverage).index("MC")] == "returns-fra"
    assert written[sorted(carrier.coverage).index("GR")] == "returns-grc"
    assert dhl.sold[sorted(carrier.coverage).index("LU")].body["shipper"]["postalCode"] == "1234"
    assert (dhl.logins, dhl.looks) == (1, 18)


def test_what_is_asked_is_whole(dhl: DhlEmulator) -> None:
    parcel = a_parcel(weight_grams=1234, value=Money(1999, "EUR"))
    label = carrier_of(dhl, label_days=30).create_label(a_request(parcel=parcel))
    assert dhl.sold[0].body == {
        "receiverId": "returns-fra",
        "customerReference": "R3456789AC",
        "shipmentReference": "par_1",
        "creationSoftware": "Sendback",
        "shipper": {
            "name1": "Camille Martin",
            "addressStreet": "rue des Lilas",
            "addressHouse": "12 bis",
            "postalCode": "75020",
            "city": "Paris",
            "email": "camille@example.com",
        },
        "itemWeight": {"uom": "g", "value": 1234},
        "itemValue": {"currency": "EUR", "value": 19.99},
    }
    assert label.tracking_url.endswith(f"piececode={label.tracking_number}")
    assert label.expires is not None


@pytest.mark.parametrize("code", [Code.PICTURE, Code.SHEET])
def test_a_code_to_show_is_a_picture_that_can_be_read(code: Code) -> None:
    with DhlEmulator(code=code) as emulator:
        label = carrier_of(emulator).create_label(a_request())
    assert label.qr is not None
    parse(label.qr, LabelFormat.PNG)
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(label.qr)).convert("L"))
    assert read.text == label.tracking_number


@pytest.mark.parametrize("code", [Code.NONE, Code.BROKEN])
def test_a_label_without_its_code_is_a_label(code: Code) -> None:
    with DhlEmulator(code=code) as emulator:
        label = carrier_of(emulator).create_label(a_request())
    assert label.qr is None
    parse(label.document, LabelFormat.PDF)


def test_no_code_is_asked_for_where_none_is_wanted(dhl: DhlEmulator) -> None:
    assert carrier_of(dhl, codes=False).create_label(a_request()).qr is None


@pytest.mark.parametrize(
    ("name", "street", "city"),
    [
        ("Zażółć Gęślą-Jaźń", "ul. Świętokrzyska 31/33A m. 12, klatka schodowa II, domofon 45 B", "Łódź"),
        ("Αλέξανδρος Παπαδόπουλος", "Λεωφόρος Βασιλίσσης Σοφίας 46", "Θεσσαλονίκη"),
        ("x" * 500, "y" * 500, "z" * 500),
        ("", "12 rue " + "é" * 34, "\u202e\x00\r\n^XZ"),
        ("12345678901234567890123456789012345", "123456789012 rue", "\ud800Paris"),
    ],
)
@pytest.mark.parametrize("letters", ["LATIN_1", "ASCII", "ALL"])
def test_addresses_of_any_kind_fit(dhl: DhlEmulator, name: str, street: str, city: str, letters: str) -> None:
    sender = an_address(name=name, street=street, city=city + "a", email="e" * 90, phone="0" * 40)
    carrier_of(dhl, letters=letters).create_label(a_request(sender=sender))
    written = dhl.sold[0].body["shipper"]
    assert not {"email", "phone"} & written.keys()
    if letters == "LATIN_1":
        assert "".join(written.values()).encode("latin-1")


@pytest.mark.parametrize(
    "lacking", [{"street": ""}, {"city": " "}, {"postal_code": ""}, {"postal_code": "?!"}]
)
def test_an_address_that_lacks_something_is_declined(dhl: DhlEmulator, lacking: dict[str, str]) -> None:
    with pytest.raises(Declined, match="DHL needs"):
        carrier_of(dhl).create_label(a_request(sender=an_address(**lacking)))
    assert dhl.sold == []


def test_monaco_is_what_the_settings_say(dhl: DhlEmulator) -> None:
    with pytest.raises(Declined, match="MC"):
        carrier_of(dhl, monaco_as="").create_label(a_request("MC"))
    as_france = an_address(country="FR", postal_code="98000")
    with pytest.raises(Declined, match="MC"):
        carrier_of(dhl, monaco_as="").create_label(a_request(sender=as_france))


def test_a_warehouse_outside_germany_is_declined(dhl: DhlEmulator) -> None:
    with pytest.raises(Declined, match="Germany"):
        carrier_of(dhl).create_label(a_request(recipient=an_address()))


def test_the_receiver_at_the_warehouse_is_taken(dhl: DhlEmulator) -> None:
    dhl.locations = [Location("berlin", "fra", "10117"), Location("bonn", "fra", "53113")]
    carrier_of(dhl).create_label(a_request())
    assert dhl.sold[0].body["receiverId"] == "bonn"
    dhl.locations[1] = Location("ulm", "fra", "89073")
    with pytest.raises(Declined, match="several DHL receivers"):
        carrier_of(dhl).create_label(a_request())
    with pytest.raises(Declined, match="no receiver for returns from pol"):
        carrier_of(dhl).create_label(a_request("PL"))


def test_a_receiver_may_be_named_and_a_wrong_one_is_declined(dhl: DhlEmulator) -> None:
    receivers = [{"id": "returns-deu", "countries": ["DE"]}, {"id": "nobody"}]
    carrier = carrier_of(dhl, receivers=receivers)
    carrier.create_label(a_request("DE"))
    with pytest.raises(Declined, match=r"422 .*receiverId: unknown"):
        carrier.create_label(a_request("FR"))
    with pytest.raises(Declined, match="no postal code of fra"):
        carrier_of(dhl, receivers=[{"id": "returns-fra"}]).create_label(a_request("PL"))
    assert dhl.looks == 0


def test_too_heavy_is_declined(dhl: DhlEmulator) -> None:
    with pytest.raises(Declined, match=r"31\.5 kg"):
        carrier_of(dhl).create_label(a_request(parcel=a_parcel(weight_grams=31_501)))
    assert carrier_of(dhl).create_label(a_request(parcel=a_parcel(weight_grams=0))).document


def test_a_token_is_kept_until_it_ends_or_is_taken_back(dhl: DhlEmulator) -> None:
    carrier = carrier_of(dhl)
    carrier.create_label(a_request())
    carrier.create_label(a_request())
    assert dhl.logins == 1
    dhl.keys.tokens.clear()
    carrier.create_label(a_request())
    assert dhl.logins == 2
    assert len(dhl.sold) == 3
    dhl.keys.seconds = 30
    short = carrier_of(dhl, receivers=[{"id": "returns-fra"}])
    short.create_label(a_request())
    short.create_label(a_request())
    assert dhl.logins == 4


def test_those_who_come_at_once_share_a_token(dhl: DhlEmulator) -> None:
    carrier = carrier_of(dhl)
    with ThreadPoolExecutor(8) as threads:
        labels = list(threads.map(lambda _: carrier.create_label(a_request()), range(8)))
    assert dhl.logins == 1
    assert len({label.tracking_number for label in labels}) == 8


@pytest.mark.parametrize("contact", [{"email": "no address"}, {"phone": "call me"}, {"phone": "<script>"}])
def test_a_contact_that_is_none_does_not_cost_the_label(dhl: DhlEmulator, contact: dict[str, str]) -> None:
    carrier_of(dhl).create_label(a_request(sender=an_address(**contact)))
    assert not contact.keys() & dhl.sold[0].body["shipper"].keys()


@pytest.mark.parametrize(
    "wrong", [{"password": "s3cret-of-nobody"}, {"api_secret": None, "password": "s3cret-of-nobody"}]
)
def test_wrong_keys_are_a_matter_of_settings(dhl: DhlEmulator, wrong: dict[str, Any]) -> None:
    """The emulator repeats the password; no error does."""
    with pytest.raises(Misconfigured) as refused:
        carrier_of(dhl, **wrong).create_label(a_request())
    assert "s3cret" not in refused.value.text


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_before_the_order_leaves_no_doubt(dhl: DhlEmulator, status: int) -> None:
    dhl.login_status = status
    with pytest.raises(TryLater):
        carrier_of(dhl).create_label(a_request())
    dhl.login_status, dhl.look_status = 200, status
    with pytest.raises(TryLater):
        carrier_of(dhl).create_label(a_request())
    assert dhl.sold == []


def test_what_was_sold_and_never_answered_is_not_asked_for_again(dhl: DhlEmulator) -> None:
    """No deduplication: a repetition is a second label."""
    carrier = carrier_of(dhl)
    dhl.fail(Fault.ACT_THEN_CUT)
    with pytest.raises(OutcomeUnknown):
        carrier.create_label(a_request())
    assert len(dhl.sold) == 1
    carrier.create_label(a_request())
    assert [sold.reference for sold in dhl.sold] == ["par_1", "par_1"]


def test_the_sandbox_is_another_place_with_its_own_login(dhl: DhlEmulator) -> None:
    with pytest.raises(Misconfigured, match="sandbox_username"):
        carrier_of(dhl).create_label(a_request(sandbox=True))
    keys = dhl.keys
    with DhlEmulator() as real:
        carrier = carrier_of(
            dhl,
            base_url=real.url,
            sandbox_username=keys.username,
            sandbox_password=keys.password,
            receivers=[{"id": "of-the-real-account"}],
        )
        carrier.create_label(a_request(sandbox=True))
        assert (len(dhl.sold), len(real.sold), real.logins) == (1, 0, 0)


def test_what_was_seen_is_told_oldest_first(dhl: DhlEmulator) -> None:
    labels = [carrier_of(dhl).create_label(a_request()) for _ in range(2)]
    first, unseen = (label.tracking_number for label in labels)
    dhl.events[first] = [
        {"timestamp": "2026-11-05T10:00:00+01:00", "statusCode": "delivered", "description": "Delivered."},
        {"timestamp": "2026-11-04T09:30:00", "statusCode": "transit", "status": "in the\nparcel centre"},
        {"timestamp": "2026-11-03T09:30:00", "statusCode": "pre-transit", "description": "announced"},
        {"timestamp": "yesterday", "statusCode": "transit"},
        {"timestamp": "2026-11-06T10:00:00Z", "statusCode": "something new"},
    ]
    assert carrier_of(dhl).track(labels) == []
    seen = carrier_of(dhl, tracking=True).track(labels)
    assert [update.state for update in seen] == [TrackingState.IN_TRANSIT, TrackingState.DELIVERED]
    assert (seen[0].time.isoformat(), seen[0].description) == (
        "2026-11-04T09:30:00+01:00",
        "in the parcel centre",
    )
    dhl.events[unseen] = {"not": "a list"}  # type: ignore[assignment]
    assert len(carrier_of(dhl, tracking=True).track(labels)) == 2
    with pytest.raises(Misconfigured):
        carrier_of(dhl, tracking=True, api_key="another").track(labels)


def test_where_todays_questions_are_spent_the_host_asks_later(dhl: DhlEmulator) -> None:
    carrier, dhl.questions = carrier_of(dhl, tracking=True), 1
    label = carrier.create_label(a_request())
    assert carrier.track([label]) == []
    with pytest.raises(TryLater):
        carrier.track([label])


def test_no_secret_is_shown_by_what_holds_it(dhl: DhlEmulator) -> None:
    carrier = carrier_of(dhl)
    shown = repr(carrier.settings) + repr(vars(carrier._api))
    assert not any(secret in shown for secret in (dhl.keys.password, dhl.keys.api_secret, dhl.keys.api_key))


@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.LATE, Fault.TWICE, Fault.ACT_THEN_HANG}))
def test_an_error_never_holds_a_body(dhl: DhlEmulator, fault: Fault) -> None:
    dhl.fail(fault)
    with pytest.raises(PluginError) as raised:
        carrier_of(dhl).create_label(a_request())
    assert not {"{", "<"} & set(str(raised.value))
