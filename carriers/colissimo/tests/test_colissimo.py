"""Labels of Colissimo against its emulator."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image
from pydantic import ValidationError
from sendback_colissimo import Colissimo
from sendback_colissimo.emulator import ColissimoEmulator
from sendback_colissimo.tracking import seen
from sendback_sdk import (
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

POSTAL_CODES = {
    **{"AT": "1010", "BE": "1000", "CZ": "110 00", "DE": "10117", "DK": "1050", "ES": "28013", "FI": "00100"},
    **{"FR": "75020", "GR": "106 71", "HU": "1054", "IE": "D02 AF30", "IT": "00184", "LU": "L-1234"},
    **{"MC": "98000", "NL": "1012 AB", "PL": "00-950", "PT": "1100-148", "SE": "111 22", "SK": "811 01"},
}


def a_request(country: str = "FR", **changes: Any) -> LabelRequest:
    sender = an_address(country=country, postal_code=POSTAL_CODES[country])
    return a_label_request(**{"sender": sender, **changes})


def settings_of(emulator: ColissimoEmulator, **changes: Any) -> dict[str, Any]:
    return {
        "base_url": emulator.base_url,
        "tracking_url": emulator.tracking_url,
        "api_key": emulator.api_key,
        "timeout_seconds": 10.0,
        **changes,
    }


def carrier_of(emulator: ColissimoEmulator, **changes: Any) -> Colissimo:
    return made(Colissimo, settings_of(emulator, **changes))


@pytest.fixture
def colissimo() -> Iterator[ColissimoEmulator]:
    with ColissimoEmulator() as emulator:
        yield emulator


class TestColissimo(CarrierTests):
    carrier_class = Colissimo

    @pytest.fixture
    def emulator(self, colissimo: ColissimoEmulator) -> ColissimoEmulator:
        return colissimo

    @pytest.fixture
    def carrier(self, emulator: ColissimoEmulator, request: pytest.FixtureRequest) -> Colissimo:
        """It waits long for whoever is slow, and not for whoever never answers."""
        seconds = 1.0 if "HANG" in request.node.name else 10.0
        return made(Colissimo, {**self.settings_for(emulator), "timeout_seconds": seconds})

    def settings_for(self, emulator: ColissimoEmulator) -> Mapping[str, Any]:
        return settings_of(emulator)


class TestColissimoByPassword(TestColissimo):
    """With the password in every request, and codes for the post office."""

    def settings_for(self, emulator: ColissimoEmulator) -> Mapping[str, Any]:
        by = {"contract_number": emulator.contract_number, "password": emulator.password}
        return settings_of(emulator, api_key=None, printerless=True, **by)


def test_a_parcel_from_every_country(colissimo: ColissimoEmulator) -> None:
    carrier = carrier_of(colissimo)
    numbers = {
        country: carrier.create_label(a_request(country)).tracking_number for country in carrier.coverage
    }
    assert len(numbers) == 19
    assert {country for country, number in numbers.items() if number.startswith("8R")} == {"FR", "MC"}
    written = {
        sold.body["letter"]["sender"]["address"]["countryCode"]: sold.body["letter"]["sender"]["address"]
        for sold in colissimo.sold
    }
    assert written["LU"]["zipCode"] == "1234"
    assert written["MC"]["zipCode"] == "98000"


def test_what_is_asked_is_whole(colissimo: ColissimoEmulator) -> None:
    parcel = a_parcel(weight_grams=1234, value=Money(1999, "EUR"))
    label = carrier_of(colissimo, insured=True, label_days=30, parent_account="900001").create_label(
        a_request(parcel=parcel)
    )
    body = colissimo.sold[0].body
    assert body["fields"] == {"field": [{"key": "ACCOUNT_NUMBER", "value": "900001"}]}
    assert body["letter"]["parcel"] == {"weight": 1.24, "insuranceValue": 1999}
    assert body["letter"]["sender"]["address"] == {
        "firstName": "Camille",
        "lastName": "Martin",
        "line2": "12 bis rue des Lilas",
        "countryCode": "FR",
        "city": "Paris",
        "zipCode": "75020",
        "email": "camille@example.com",
    }
    assert body["letter"]["addressee"]["address"]["companyName"] == "Maison Lumière"
    assert body["letter"]["service"]["returnTypeChoice"] == 3
    assert label.tracking_url.endswith(f"code={label.tracking_number}")
    assert label.expires is not None


@pytest.mark.parametrize(
    ("grams", "kilograms"), [(0, 0.01), (9, 0.01), (11, 0.02), (290, 0.29), (30_000, 30.0)]
)
def test_weights_are_kilograms(colissimo: ColissimoEmulator, grams: int, kilograms: float) -> None:
    carrier_of(colissimo).create_label(a_request(parcel=a_parcel(weight_grams=grams)))
    assert colissimo.sold[0].body["letter"]["parcel"]["weight"] == kilograms


def test_too_heavy_or_insured_in_another_currency_is_declined(colissimo: ColissimoEmulator) -> None:
    with pytest.raises(Declined, match="30999 Le poids du colis est incorrect"):
        carrier_of(colissimo).create_label(a_request(parcel=a_parcel(weight_grams=30_001)))
    with pytest.raises(Declined, match="PLN"):
        carrier_of(colissimo, insured=True).create_label(a_request(parcel=a_parcel(value=Money(100, "PLN"))))
    assert colissimo.sold == []


def test_a_label_may_set_the_printer_up_first(colissimo: ColissimoEmulator) -> None:
    colissimo.document = "CT~~CD,~CC^~CT~\r\n^XA^CI28^FO1,1^FDÉsope^FS^XZ".encode()
    label = carrier_of(colissimo).create_label(a_request(format=LabelFormat.ZPL))
    assert label.document == colissimo.document


def test_a_code_for_the_post_office_is_a_picture_that_can_be_read(colissimo: ColissimoEmulator) -> None:
    carrier = carrier_of(colissimo, printerless=True)
    label = carrier.create_label(a_request("MC"))
    assert label.qr is not None
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(label.qr)))
    assert read.text == label.tracking_number
    assert carrier.create_label(a_request("BE")).qr is None
    assert carrier.create_label(a_request(format=LabelFormat.ZPL)).qr is None
    assert [sold.operation for sold in colissimo.sold] == ["generateToken", "generateLabel", "generateLabel"]


def test_a_code_that_the_contract_lacks_is_declined(colissimo: ColissimoEmulator) -> None:
    colissimo.tokens = False
    with pytest.raises(Declined, match="retour sécurisé"):
        carrier_of(colissimo, printerless=True).create_label(a_request())


def test_labels_from_abroad_are_a4(colissimo: ColissimoEmulator) -> None:
    carrier = carrier_of(colissimo)
    parse(carrier.create_label(a_request("BE")).document, LabelFormat.PDF)
    assert colissimo.sold[0].body["outputFormat"]["outputPrintingType"] == "PDF_A4_300dpi"
    with pytest.raises(Declined, match="no CORI labels as ZPL"):
        carrier.create_label(a_request("BE", format=LabelFormat.ZPL))
    with pytest.raises(Declined, match="format de sortie"):
        carrier_of(colissimo, zpl_abroad=True).create_label(a_request("BE", format=LabelFormat.ZPL))


@pytest.mark.parametrize(
    ("country", "postal_code"),
    [("FR", "97110"), ("FR", "98800"), ("ES", "35001"), ("ES", "38 001"), ("GP", "97110"), ("CH", "1200")],
)
def test_where_it_does_not_go(colissimo: ColissimoEmulator, country: str, postal_code: str) -> None:
    sender = an_address(country=country, postal_code=postal_code)
    with pytest.raises(Declined, match="no parcels from"):
        carrier_of(colissimo).create_label(a_request(sender=sender))


def test_monaco_written_as_france_is_monaco(colissimo: ColissimoEmulator) -> None:
    carrier_of(colissimo).create_label(a_request(sender=an_address(postal_code="98000")))
    assert colissimo.sold[0].body["letter"]["sender"]["address"]["countryCode"] == "MC"


def test_a_warehouse_outside_france_is_declined(colissimo: ColissimoEmulator) -> None:
    with pytest.raises(Declined, match="France only"):
        carrier_of(colissimo).create_label(a_request(recipient=an_address(country="DE")))


@pytest.mark.parametrize(
    ("name", "street", "city"),
    [
        ("Zażółć Gęślą-Jaźń", "ul. Świętokrzyska 31/33A m. 12, klatka schodowa II, domofon 45 B", "Łódź"),
        ("Αλέξανδρος Παπαδόπουλος", "Λεωφόρος Βασιλίσσης Σοφίας 46", "Θεσσαλονίκη"),
        ("x" * 500, "y" * 500, "z" * 500),
        ("Cher", "12 rue " + "é" * 28, "a" * 35),
        ("", "12 rue " + "é" * 29, "\u202e\x00\r\n^XZ"),
        ("x " * 40, "1 2 " * 40, "\ud800Paris"),
    ],
)
@pytest.mark.parametrize("letters", ["LATIN_1", "ASCII", "ALL"])
def test_addresses_of_any_kind_fit(
    colissimo: ColissimoEmulator, name: str, street: str, city: str, letters: str
) -> None:
    sender = an_address(
        name=name, street=street, city=city + "a", email="e" * 90, phone="0" * 40, street2="B"
    )
    carrier_of(colissimo, letters=letters).create_label(a_request(sender=sender))
    written = colissimo.sold[0].body["letter"]["sender"]["address"]
    assert not {"email", "phoneNumber"} & written.keys()
    assert max(map(len, written.values())) <= 35
    if letters == "LATIN_1":
        assert "".join(written.values()).encode("latin-1")


@pytest.mark.parametrize("lacking", [{"street": ""}, {"city": " "}, {"postal_code": ""}])
def test_an_address_that_lacks_something_is_declined(
    colissimo: ColissimoEmulator, lacking: dict[str, str]
) -> None:
    with pytest.raises(Declined, match="Colissimo needs"):
        carrier_of(colissimo).create_label(a_request(sender=an_address(**lacking)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_key": "s3cret-of-nobody"},
        {"api_key": None, "contract_number": "875030", "password": "s3cret-of-nobody"},
    ],
)
def test_wrong_keys_are_a_matter_of_settings(colissimo: ColissimoEmulator, wrong: dict[str, Any]) -> None:
    """The emulator repeats a wrong key; no error does."""
    with pytest.raises(Misconfigured) as refused:
        carrier_of(colissimo, **wrong).create_label(a_request())
    assert "s3cret" not in refused.value.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_key": None},
        {"api_key": None, "contract_number": "1"},
        {"pdf": "ZPL_10x15_203dpi"},
        {"zpl": "DPL"},
    ],
)
def test_settings_that_cannot_work_are_refused(colissimo: ColissimoEmulator, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        carrier_of(colissimo, **wrong)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ((400, "30109", "Le code produit est incorrect"), Declined),
        ((200, "30109", "Le code produit est incorrect"), Declined),
        ((400, "30000", "Identifiant ou mot de passe incorrect"), Misconfigured),
        ((200, "40001", "Contrat résilié"), Misconfigured),
        ((403, "1", "Accès non autorisé"), Misconfigured),
        ((400, "50000", "Service saturé"), TryLater),
        ((500, "50000", "Service saturé"), TryLater),
        ((500, "1", "Erreur technique"), OutcomeUnknown),
        ((422, "1", "Mal formaté"), Declined),
        ((502, "1", "Bad gateway"), OutcomeUnknown),
    ],
)
def test_what_an_error_means(
    colissimo: ColissimoEmulator, said: tuple[int, str, str], meant: type[PluginError]
) -> None:
    colissimo.say = said
    carrier = carrier_of(colissimo, misconfigured_ids=["30000", "40001"], later_ids=["50000"])
    with pytest.raises(meant) as raised:
        carrier.create_label(a_request())
    assert str(raised.value) == f"{said[0]} {said[1]} {said[2]}"


def test_an_answer_that_leads_elsewhere_says_nothing(colissimo: ColissimoEmulator) -> None:
    colissimo.say = (302, "1", "Voir ailleurs")
    with pytest.raises(OutcomeUnknown, match=r"^302$"):
        carrier_of(colissimo).create_label(a_request())


@pytest.mark.parametrize("document", [b"", b"^XA^XZ", b"<html>"])
def test_a_label_that_is_none_leaves_the_parcel_to_people(
    colissimo: ColissimoEmulator, document: bytes
) -> None:
    colissimo.document = document
    with pytest.raises(OutcomeUnknown, match="parcel 8R12345678901 was made"):
        carrier_of(colissimo).create_label(a_request())


def test_a_sheet_that_cannot_be_drawn_is_still_a_label(colissimo: ColissimoEmulator) -> None:
    colissimo.document = b"%PDF-1.4 and no more"
    label = carrier_of(colissimo, printerless=True).create_label(a_request())
    assert (label.document, label.qr) == (colissimo.document, None)


def test_what_was_sold_and_never_answered_is_not_asked_for_again(colissimo: ColissimoEmulator) -> None:
    """No deduplication: a repetition is a second label."""
    carrier = carrier_of(colissimo)
    colissimo.fail(Fault.ACT_THEN_CUT)
    with pytest.raises(OutcomeUnknown):
        carrier.create_label(a_request())
    assert len(colissimo.sold) == 1
    carrier.create_label(a_request())
    assert len({sold.number for sold in colissimo.sold}) == 2


def test_a_label_to_try_is_only_checked(colissimo: ColissimoEmulator) -> None:
    with pytest.raises(Declined, match="would take it"):
        carrier_of(colissimo).create_label(a_request(sandbox=True))
    assert (colissimo.checked, colissimo.sold) == (1, [])
    with pytest.raises(Misconfigured):
        carrier_of(colissimo, api_key="another").create_label(a_request(sandbox=True))
    colissimo.fail(Fault.BREAK)
    with pytest.raises(TryLater):
        carrier_of(colissimo).create_label(a_request(sandbox=True))
    with ColissimoEmulator() as real:
        carrier = carrier_of(real, sandbox_url=colissimo.base_url)
        assert carrier.create_label(a_request(sandbox=True)).document
        assert (len(colissimo.sold), real.sold) == (1, [])


def test_what_was_seen_is_told_oldest_first(colissimo: ColissimoEmulator) -> None:
    labels = [carrier_of(colissimo).create_label(a_request()) for _ in range(2)]
    first, other = (label.tracking_number for label in labels)
    colissimo.events[first] = [
        {"code": "DI1", "label": "Votre colis est livré.", "date": "2026-11-05T10:00:00+01:00"},
        {"code": "ET1", "label": "En transit", "date": "2026-11-04T10:00:00"},
        {"code": "PC1", "label": "Pris en\ncharge", "date": "2026-11-03T10:00:00+01:00"},
        {"code": "DR1", "label": "Annoncé", "date": "2026-11-02T10:00:00+01:00"},
        {"code": "XX9", "label": "Nouveau", "date": "2026-11-02T10:00:00+01:00"},
        {"code": "PC1", "label": "Hier", "date": "hier"},
    ]
    assert carrier_of(colissimo).track(labels) == []
    carrier = carrier_of(colissimo, tracking_key=colissimo.tracking_key)
    assert [update.state for update in carrier.track(labels)] == [
        TrackingState.HANDED_OVER,
        TrackingState.IN_TRANSIT,
        TrackingState.DELIVERED,
    ]
    assert carrier.track(labels)[0].description == "Pris en charge"
    colissimo.events[other] = {"code": "DI1"}  # type: ignore[assignment]
    assert len(carrier.track(labels)) == 3
    with pytest.raises(Misconfigured):
        carrier_of(colissimo, tracking_key="another").track(labels)


def test_tracking_that_nobody_can_read_is_no_news() -> None:
    assert list(seen(httpx.Response(200, content=b"[" * 100_000), "N1")) == []


@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.LATE, Fault.TWICE, Fault.ACT_THEN_HANG}))
def test_an_error_never_holds_a_body(colissimo: ColissimoEmulator, fault: Fault) -> None:
    colissimo.fail(fault)
    with pytest.raises(PluginError) as raised:
        carrier_of(colissimo).create_label(a_request())
    assert not {"{", "<"} & set(str(raised.value))
