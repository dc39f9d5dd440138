"""Labels of Mondial Relay: made, printed or shown, followed, and never a password told."""

import base64
import io
import logging
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from sendback_mondial_relay import MondialRelay
from sendback_mondial_relay.emulator import Code, MondialRelayEmulator
from sendback_mondial_relay.markup import text
from sendback_sdk import (
    Declined,
    Label,
    LabelFormat,
    Misconfigured,
    OutcomeUnknown,
    PluginError,
    TrackingState,
    TryLater,
)
from sendback_sdk.testing import CarrierTests, a_label_request, a_parcel, an_address, made
from sendback_sdk.testing.carrier import label_document
from sendback_sdk.testing.documents import parse


def settings_of(emulator: MondialRelayEmulator, **changes: Any) -> dict[str, Any]:
    return {
        "login": emulator.login,
        "password": emulator.password,
        "customer_id": emulator.customer_id,
        "base_url": emulator.base_url,
        "sandbox_url": emulator.base_url,
        "soap_url": emulator.soap_url,
        "fetch_pause_seconds": 0.01,
        "timeout_seconds": 1.0,
        **changes,
    }


def carrier_of(emulator: MondialRelayEmulator, **changes: Any) -> MondialRelay:
    return made(MondialRelay, settings_of(emulator, **changes))


@pytest.fixture(scope="module", autouse=True)
def _pens_at_hand() -> None:
    """Drawing the first label loads what draws, which takes longer than these tests wait for an answer."""
    for format in LabelFormat:
        label_document(format, "")


@pytest.fixture
def relay() -> Iterator[MondialRelayEmulator]:
    with MondialRelayEmulator() as emulator:
        yield emulator


class TestMondialRelay(CarrierTests):
    carrier_class = MondialRelay

    @pytest.fixture
    def emulator(self) -> Iterator[MondialRelayEmulator]:
        with MondialRelayEmulator() as emulator:
            yield emulator

    def settings_for(self, emulator: MondialRelayEmulator) -> Mapping[str, Any]:
        return settings_of(emulator)


def sender_of(relay: MondialRelayEmulator) -> dict[str, str]:
    address = relay.sold[-1].request.find(".//{*}Sender/{*}Address")
    assert address is not None
    return {child.tag.rpartition("}")[2]: child.text or "" for child in address}


def test_a_parcel_from_every_country_without_a_warning(relay: MondialRelayEmulator) -> None:
    carrier = carrier_of(relay, countries=sorted(MondialRelay.coverage))
    for country in sorted(carrier.coverage):
        sender = an_address(country=country, phone="+33 6 12.34-56 78")
        label = carrier.create_label(a_label_request(sender=sender))
        assert sender_of(relay)["CountryCode"] == ("FR" if country == "MC" else country)
        assert sender_of(relay)["PhoneNo"] == "+33612345678"
    assert label.tracking_url.endswith(label.tracking_number)
    assert relay.warned == []


@pytest.mark.parametrize(
    ("country", "postal_code"),
    [("IT", "00118"), ("FR", "97110"), ("FR", "98800"), ("ES", "35001"), ("ES", "51001"), ("PT", "9000-001")],
)
def test_where_it_does_not_go_is_declined(
    relay: MondialRelayEmulator, country: str, postal_code: str
) -> None:
    sender = an_address(country=country, postal_code=postal_code)
    with pytest.raises(Declined):
        carrier_of(relay).create_label(a_label_request(sender=sender))
    assert relay.sold == []


@pytest.mark.parametrize(
    ("name", "street", "city", "written"),
    [
        ("Zażółć Gęślą", "ul. Świętokrzyska 31/33A m. 12, klatka B", "Łódź", "UL. SWIETOKRZYSKA 31/33A M."),
        ("Αλέξανδρος", "Λεωφόρος Νίκης 46", "Αθήνα", "LEOFOROS NIKIS 46"),
        ("Größe & Söhne <b>", "Straße des 17. Juni 135", "Köln", "STRASSE DES 17. JUNI 135"),
        ("x" * 500, "y" * 500, "z" * 500, "Y" * 30),
        ("\u202e\x00\r\n^XZ", "]]><!ENTITY x>&lol;", "&amp;Paris", "ENTITY X LOL"),
    ],
)
def test_addresses_of_any_kind_are_written_as_it_prints_them(
    relay: MondialRelayEmulator, name: str, street: str, city: str, written: str
) -> None:
    sender = an_address(name=name, street=street, city=city, email="e" * 90, phone="call me")
    carrier_of(relay).create_label(a_label_request(sender=sender))
    assert relay.warned == []
    told = sender_of(relay)
    assert told["Streetname"] == written
    assert (told["PhoneNo"], told["Email"]) == ("", "")
    assert all(len(told[line]) <= 30 for line in ("AddressAdd1", "AddressAdd2", "AddressAdd3", "City"))


def test_what_a_street_is_too_short_for_goes_on(relay: MondialRelayEmulator) -> None:
    sender = an_address(
        street="12 bis boulevard de la Première Armée", street2="Bât. C", company="Atelier Été"
    )
    carrier_of(relay).create_label(a_label_request(sender=sender))
    told = sender_of(relay)
    assert (told["Streetname"], told["AddressAdd3"]) == ("12 BIS BOULEVARD DE LA", "PREMIERE ARMEE BAT. C")
    assert (told["AddressAdd1"], told["AddressAdd2"]) == ("ATELIER ETE", "CAMILLE MARTIN")


def test_weights_and_sides_are_whole_grams_and_centimetres(relay: MondialRelayEmulator) -> None:
    parcel = a_parcel(weight_grams=7, length_mm=301, width_mm=200, height_mm=5, contents="Robe d'été")
    carrier_of(relay).create_label(a_label_request(parcel=parcel))
    sent = relay.sold[0].request.find(".//{*}Parcel")
    assert sent is not None
    assert [(child.get("Value"), child.get("Unit")) for child in sent[1:]] == [
        ("31", "cm"),
        ("20", "cm"),
        ("1", "cm"),
        ("10", "gr"),
    ]
    assert text(sent, "Content") == "ROBE D'ETE"


@pytest.mark.parametrize("code", list(Code))
def test_a_code_is_shown_where_nothing_is_printed(code: Code) -> None:
    """Whatever form it comes in, a scanner reads it, in the picture and on the page."""
    with MondialRelayEmulator(code=code) as relay:
        carrier = carrier_of(relay, printerless=True)
        label = carrier.create_label(a_label_request())
        assert relay.sold[0].output == "QRCode"
        with pytest.raises(Declined, match="no ZPL"):
            carrier.create_label(a_label_request(format=LabelFormat.ZPL))
    assert label.qr is not None
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(label.qr)).convert("L"))
    assert read.text == label.tracking_number
    parse(label.document, LabelFormat.PDF)
    with pypdfium2.PdfDocument(label.document) as pdf:
        assert pdf[0].get_size() == pytest.approx((297.7, 419.4), abs=0.5)
        (printed,) = zxingcpp.read_barcodes(pdf[0].render(scale=2).to_pil().convert("L"))
    assert printed.text == label.tracking_number


def test_a_link_can_be_what_the_code_says() -> None:
    with MondialRelayEmulator(code=Code.LINK) as relay:
        label = carrier_of(relay, printerless=True, code_is_link=False).create_label(a_label_request())
        assert label.qr is not None
        (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(label.qr)).convert("L"))
        assert read.text.startswith(relay.url)


@pytest.mark.parametrize("output", ["x" * 2000, base64.b64encode(b"\x89PNG\r\n\x1a\nno picture").decode()])
def test_a_code_that_is_none_is_in_doubt(output: str) -> None:
    class Odd(MondialRelayEmulator):
        def _output(self, number: str, kind: str) -> str:
            return output

    with Odd() as relay, pytest.raises(OutcomeUnknown, match="shipment 96408887 was made"):
        carrier_of(relay, printerless=True).create_label(a_label_request())


@pytest.mark.parametrize(
    ("code", "level", "error"),
    [
        ("10001", "Critical error", Misconfigured),
        ("10005", "Critical Error", Misconfigured),
        ("10072", "Error", Misconfigured),
        ("10055", "Error", Declined),
        ("10051", "Error", Declined),
        ("10081", "Error", TryLater),
        ("10080", "Error", OutcomeUnknown),
        ("-1", "Critical Error", OutcomeUnknown),
        ("99999", "Critical Error", OutcomeUnknown),
        ("10054", "ERROR", Declined),
    ],
)
def test_a_refusal_means_what_its_code_says(
    relay: MondialRelayEmulator, code: str, level: str, error: type[PluginError]
) -> None:
    relay.say = [(code, level, f"No.\t It was {relay.password}")]
    with pytest.raises(error) as refused:
        carrier_of(relay).create_label(a_label_request())
    assert code in str(refused.value)
    assert relay.password not in str(refused.value)
    assert relay.sold == []


def test_wrong_settings_are_said_without_the_password(
    relay: MondialRelayEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = "wr0ng-passw0rd"
    for changes in (
        {"password": wrong},
        {"customer_id": "NOBODY01"},
        {"culture": "fr-FR", "login": "nobody"},
    ):
        with caplog.at_level(logging.DEBUG), pytest.raises(Misconfigured) as refused:
            carrier_of(relay, **changes).create_label(a_label_request())
        assert wrong not in refused.value.text
        assert relay.password not in refused.value.text
    assert wrong not in caplog.text
    assert relay.password not in caplog.text


def test_an_error_that_repeats_the_request_is_not_repeated(
    relay: MondialRelayEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    relay.repeats_the_request = True
    with caplog.at_level(logging.DEBUG), pytest.raises(Declined) as refused:
        carrier_of(relay).create_label(a_label_request())
    assert refused.value.text == "400"
    assert "Camille" not in caplog.text


def test_a_warning_makes_a_label_and_is_noted(
    relay: MondialRelayEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    class Warns(MondialRelayEmulator):
        def _sell(self, request: Any, shipment: Any, said: Any) -> Any:
            return super()._sell(request, shipment, [*said, ("10028", "Warning", "Invalid location")])

    with Warns() as warns, caplog.at_level(logging.WARNING):
        assert carrier_of(warns).create_label(a_label_request()).tracking_number
    assert "mondial_relay.warned: 10028" in caplog.text


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_a_label_that_is_late_is_fetched_again(relay: MondialRelayEmulator, status: int) -> None:
    relay.labels_down, relay.label_status = 2, status
    assert carrier_of(relay).create_label(a_label_request()).document.startswith(b"%PDF-")
    relay.labels_down = 3
    with pytest.raises(
        OutcomeUnknown, match="shipment 96408888 was made, then: the label could not be fetched"
    ):
        carrier_of(relay).create_label(a_label_request())
    assert len(relay.sold) == 2


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/label.pdf",
        "https://mondialrelay.com.evil.example/label.pdf",
        "https://evilmondialrelay.com/label.pdf",
        "http://connect.mondialrelay.com/label.pdf",
        "https://connect.mondialrelay.com:8443/label.pdf",
        "https://mondialrelay.com:0x1bb/label.pdf",
        "https://mondialrelay.com@127.0.0.1/label.pdf",
        "http://127.0.0.1:1/label.pdf",
        "http://[::1",
        "file:///etc/hostname",
        "label.pdf",
    ],
)
def test_a_label_is_fetched_from_nobody_else(relay: MondialRelayEmulator, link: str) -> None:
    relay.link = link
    with pytest.raises(OutcomeUnknown, match="leads elsewhere"):
        carrier_of(relay).create_label(a_label_request())


def test_the_sandbox_is_another_address(relay: MondialRelayEmulator) -> None:
    with MondialRelayEmulator() as sandbox:
        carrier = carrier_of(relay, sandbox_url=sandbox.base_url)
        carrier.create_label(a_label_request(sandbox=True))
        assert (len(relay.sold), len(sandbox.sold)) == (0, 1)


def test_the_emulator_refuses_what_the_api_refuses(relay: MondialRelayEmulator) -> None:
    heavy = a_label_request(parcel=a_parcel(weight_grams=30_001))
    with pytest.raises(Declined, match="10034"):
        carrier_of(relay).create_label(heavy)
    with pytest.raises(Declined, match="10063"):
        carrier_of(relay, street_length=40).create_label(
            a_label_request(sender=an_address(street="12 bis boulevard de la Première Armée"))
        )
    with pytest.raises(Declined, match="10044"):
        carrier_of(relay).create_label(a_label_request(sender=an_address(postal_code="")))
    relay.countries = frozenset({"BE"})
    with pytest.raises(Misconfigured, match="10079"):
        carrier_of(relay).create_label(a_label_request())
    assert relay.sold == []


def test_the_readme_tells_every_setting_and_its_sample_is_valid() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    assert [name for name in MondialRelay.Settings.model_fields if f"`{name}`" not in readme] == []
    sample = tomllib.loads(readme.split("```toml")[1].split("```")[0])
    (account,) = sample["accounts"].values()
    assert account["plugin"] == MondialRelay.id
    assert MondialRelay.Settings(**account["settings"]).private_key


def a_label(number: str = "96408887") -> Label:
    return Label(number, b"", LabelFormat.PDF)


@pytest.mark.parametrize(
    ("stat", "state"),
    [("81", TrackingState.IN_TRANSIT), ("82", TrackingState.DELIVERED), ("83", TrackingState.EXCEPTION)],
)
def test_a_parcel_is_followed_by_the_older_api(
    relay: MondialRelayEmulator, stat: str, state: TrackingState
) -> None:
    relay.stat = stat
    relay.lines = [("22/11/26", "10:12", "Prise en charge"), ("21/11/2026", "09:00", "Réception des données")]
    carrier = carrier_of(relay, brand=relay.customer_id, private_key=relay.private_key)
    (update,) = carrier.track([a_label()])
    assert (update.state, update.description) == (state, "Prise en charge")
    assert update.time == datetime(2026, 11, 22, 10, 12, tzinfo=ZoneInfo("Europe/Paris"))


def test_what_was_not_seen_yet_is_left_out(relay: MondialRelayEmulator) -> None:
    carrier = carrier_of(relay, brand=relay.customer_id, private_key=relay.private_key)
    relay.lines = [("22/11/2026", "10:12", "Annonce")]
    assert carrier.track([a_label()]) == []
    relay.stat, relay.lines = "82", [("32/13/2026", "25:00", "?")]
    assert carrier.track([a_label()]) == []
    assert carrier_of(relay).track([a_label()]) == []


def test_points_near_an_address_are_told_nearest_first(relay: MondialRelayEmulator) -> None:
    relay.points = [("066974", "TABAC DE LA GARE", "75009", "FR", 900), ("012345", "BAR", "75001", "FR", 350)]
    carrier = carrier_of(relay, brand=relay.customer_id, private_key=relay.private_key)
    found = carrier.find_drop_offs(an_address(), 5)
    assert [(each.id, each.name, each.distance_m) for each in found] == [
        ("012345", "BAR", 350),
        ("066974", "TABAC DE LA GARE", 900),
    ]
    assert found[0].opening_hours == "lundi 09:00-12:30 14:00-19:00"
    assert len(carrier.find_drop_offs(an_address(country="MC"), 1)) == 1
    assert carrier.find_drop_offs(an_address(country="PL"), 5) == []
    assert carrier_of(relay).find_drop_offs(an_address(), 5) == []


def test_a_wrong_key_of_the_older_api_is_a_matter_of_settings(relay: MondialRelayEmulator) -> None:
    carrier = carrier_of(relay, brand=relay.customer_id, private_key="WrongKey")
    for ask in (lambda: carrier.track([a_label()]), lambda: carrier.find_drop_offs(an_address(), 5)):
        with pytest.raises(Misconfigured, match="STAT 97"):
            ask()


def test_an_older_api_that_is_down_is_asked_later(relay: MondialRelayEmulator) -> None:
    settings = {"brand": relay.customer_id, "private_key": relay.private_key}
    carrier = carrier_of(relay, **settings, soap_url=f"{relay.url}/etiquette/pdf/1")
    with pytest.raises((TryLater, Declined)):
        carrier.track([a_label()])
