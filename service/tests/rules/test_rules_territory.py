"""Where parcels leave from, and where labels can be had."""

import pytest
from sendback_service.rules.territory import LABEL_COUNTRIES, OUTLYING, LabelRefusal, label_refusal, territory

EIGHTEEN = [
    "FR",
    "AT",
    "BE",
    "CZ",
    "DK",
    "FI",
    "DE",
    "GR",
    "HU",
    "IE",
    "IT",
    "LU",
    "NL",
    "PL",
    "SK",
    "ES",
    "SE",
    "PT",
]
EVERYWHERE = LABEL_COUNTRIES | OUTLYING
NONE: frozenset[str] = frozenset()

# One postal code of the mainland each, as it is written there.
MAINLAND = {
    "FR": "75020",
    "AT": "1010",
    "BE": "1000",
    "CZ": "110 00",
    "DK": "1050",
    "FI": "00100",
    "DE": "10115",
    "GR": "104 31",
    "HU": "1051",
    "IE": "D02 AF30",
    "IT": "00184",
    "LU": "L-1234",
    "NL": "1012 AB",
    "PL": "00-950",
    "SK": "811 01",
    "ES": "28013",
    "SE": "114 55",
    "PT": "1100-148",
}
# Places that look far away and are mainland all the same.
STILL_MAINLAND = [
    ("FR", "20000"),  # Corsica
    ("ES", "07001"),  # Balearics
    ("DE", "27498"),  # Heligoland
    ("DE", "78266"),  # Büsingen
    ("IT", "23041"),  # Livigno
    ("IT", "22061"),  # Campione
    ("IT", "00121"),  # Ostia, next to the Vatican's number
    ("GR", "63086"),  # Athos
    ("DK", "3700"),  # Bornholm
    ("DK", "3790"),
    ("FI", "23500"),  # beside Åland
    ("FI", "21900"),
    ("PT", "8900-001"),  # the Algarve
    ("ES", "50001"),
    ("ES", "34001"),
    ("ES", "36201"),
    ("SE", "97231"),  # Luleå: 97 is far away in France only
    ("DE", "98527"),
    ("PL", "97-200"),
    ("IT", "97100"),
    ("IT", "35121"),  # Padua: 35 is the Canaries in Spain only
    ("DE", "38100"),
    ("DE", "22085"),
    ("CZ", "39001"),
]
OVERSEAS = [
    ("FR", "97110", "GP"),
    ("FR", "97133", "BL"),
    ("FR", "97150", "MF"),
    ("FR", "97200", "MQ"),
    ("FR", "97300", "GF"),
    ("FR", "97400", "RE"),
    ("FR", "97500", "PM"),
    ("FR", "97600", "YT"),
    ("FR", "97700", "BL"),
    ("FR", "97800", "MF"),
    ("FR", "97900", "FR-OM"),
    ("FR", "98100", "FR-OM"),
    ("FR", "98400", "TF"),
    ("FR", "98500", "YT"),
    ("FR", "98600", "WF"),
    ("FR", "98700", "PF"),
    ("FR", "98800", "NC"),
    ("FR", "98999", "CP"),
    ("DK", "3900", "GL"),
    ("DK", "3999", "GL"),
    ("DK", "3800", "FO"),
    ("DK", "100", "FO"),
    ("DK", "FO-100", "FO"),
]
OWN_CODES = [
    "GP",
    "MQ",
    "GF",
    "RE",
    "YT",
    "PM",
    "BL",
    "MF",
    "WF",
    "PF",
    "NC",
    "TF",
    "CP",
    "AW",
    "CW",
    "SX",
    "BQ",
    "GL",
    "FO",
]
OUTLYING_PLACES = [
    ("ES", "35001", "IC"),
    ("ES", "38001", "IC"),
    ("ES", "51001", "EA"),
    ("ES", "52001", "EA"),
    ("PT", "9000-001", "PT-30"),
    ("PT", "9400-001", "PT-30"),
    ("PT", "9500-001", "PT-20"),
    ("PT", "9980-001", "PT-20"),
    ("FI", "22100", "AX"),
    ("FI", "22999", "AX"),
]


def refusal(country: str, postal_code: str = "", **given: frozenset[str]) -> LabelRefusal | None:
    """With every carrier there is, and a merchant who chose nothing apart."""
    return label_refusal(
        territory(country, postal_code),
        given.get("chosen", NONE),
        given.get("outlying", NONE),
        given.get("carried", EVERYWHERE),
    )


def test_the_eighteen_and_monaco() -> None:
    assert set(EIGHTEEN) | {"MC"} == LABEL_COUNTRIES


@pytest.mark.holds("label-countries")
@pytest.mark.parametrize("country", EIGHTEEN)
def test_the_mainland_of_each_gets_labels(country: str) -> None:
    assert territory(country, MAINLAND[country]) == country
    assert refusal(country, MAINLAND[country]) is None
    assert refusal(country) is None


@pytest.mark.parametrize(("country", "postal_code"), STILL_MAINLAND)
def test_far_away_but_mainland(country: str, postal_code: str) -> None:
    assert territory(country, postal_code) == country


@pytest.mark.holds("label-overseas")
@pytest.mark.parametrize(("country", "postal_code", "place"), OVERSEAS)
def test_overseas_under_the_mothers_code(country: str, postal_code: str, place: str) -> None:
    assert territory(country, postal_code) == place
    assert refusal(country, postal_code) is LabelRefusal.OVERSEAS


@pytest.mark.holds("label-overseas")
@pytest.mark.parametrize("code", OWN_CODES)
def test_overseas_under_a_code_of_its_own(code: str) -> None:
    assert territory(code, "97110") == code
    assert refusal(code) is LabelRefusal.OVERSEAS
    assert refusal(code, carried=EVERYWHERE | {code}) is LabelRefusal.OVERSEAS


def test_every_97_and_98_of_france_but_980_is_overseas() -> None:
    served = {number for number in range(97_000, 99_000) if refusal("FR", str(number)) is None}
    assert served == set(range(98_000, 98_100))
    refused = {refusal("FR", str(number)) for number in set(range(97_000, 99_000)) - served}
    assert refused == {LabelRefusal.OVERSEAS}


@pytest.mark.parametrize("written", ["98000", "98099", "F-98000", "98 000"])
def test_monaco_under_frances_code(written: str) -> None:
    assert territory("FR", written) == "MC"
    assert refusal("FR", written) is None


def test_monaco_goes_with_france() -> None:
    assert territory("MC", "98000") == "MC"
    assert refusal("MC", "98000", chosen=frozenset({"FR"})) is None
    assert refusal("MC", "98000", chosen=frozenset({"DE"})) is LabelRefusal.NOT_CHOSEN
    assert refusal("FR", "75020", chosen=frozenset({"MC"})) is LabelRefusal.NOT_CHOSEN


@pytest.mark.parametrize(("country", "postal_code", "place"), OUTLYING_PLACES)
def test_outlying_areas_are_refused_until_switched_on(country: str, postal_code: str, place: str) -> None:
    assert territory(country, postal_code) == place
    assert refusal(country, postal_code) is LabelRefusal.OUTLYING
    on = frozenset({place})
    assert refusal(country, postal_code, outlying=on) is None
    assert refusal(country, postal_code, outlying=OUTLYING - on) is LabelRefusal.OUTLYING
    assert refusal(country, postal_code, outlying=on, chosen=frozenset({country})) is None
    assert refusal(country, postal_code, outlying=on, chosen=frozenset({"DE"})) is LabelRefusal.NOT_CHOSEN
    assert refusal(country, postal_code, outlying=on, carried=frozenset({country})) is LabelRefusal.NO_CARRIER


@pytest.mark.parametrize("code", ["IC", "EA", "AX"])
def test_outlying_areas_under_a_code_of_their_own(code: str) -> None:
    assert territory(code, "") == code
    assert refusal(code) is LabelRefusal.OUTLYING
    assert refusal(code, outlying=OUTLYING) is None


def test_overseas_cannot_be_switched_on() -> None:
    assert refusal("FR", "97110", outlying=OUTLYING | {"GP"}) is LabelRefusal.OVERSEAS
    assert refusal("GP", chosen=frozenset({"GP"})) is LabelRefusal.OVERSEAS


@pytest.mark.parametrize(
    ("country", "written", "place"),
    [
        ("FR", " 97110 ", "GP"),
        ("FR", "97 110", "GP"),
        ("FR", "F-97110", "GP"),
        ("FR", "f-97110", "GP"),
        ("FR", "FR-97110", "GP"),
        ("FR", "FR 97110", "GP"),
        ("FR", "FR97110", "GP"),
        ("FR", "97110 CEDEX", "GP"),
        ("FR", "９７１１０", "GP"),
        ("FR", "97\u00a0110", "GP"),
        ("DK", "DK-3900", "GL"),
        ("ES", "E-35001", "IC"),
        ("PT", "9500001", "PT-20"),
        ("PT", "PT-9500-001", "PT-20"),
        ("PT", "9500", "PT-20"),
        ("FI", "AX-22100", "AX"),
        ("LU", "L-1234", "LU"),
        ("LU", "LU-1234", "LU"),
        ("DE", "D-97110", "DE"),
    ],
)
def test_postal_codes_as_people_write_them(country: str, written: str, place: str) -> None:
    assert territory(country, written) == place


@pytest.mark.parametrize(
    ("country", "written"), [("FR", "1000"), ("ES", "3501"), ("ES", "7001"), ("FI", "2200"), ("DK", "0800")]
)
def test_a_first_zero_lost_in_a_spreadsheet_moves_nobody_overseas(country: str, written: str) -> None:
    assert territory(country, written) == country


@pytest.mark.parametrize(("written", "state"), [("47890", "SM"), ("47899", "SM"), ("00120", "VA")])
def test_states_of_their_own_within_italy(written: str, state: str) -> None:
    assert territory("IT", written) == state
    assert refusal("IT", written) is LabelRefusal.NOT_SERVED


@pytest.mark.parametrize("city", ["Aruba", " curaçao ", "CURACAO", "Bonaire", "Sint Maarten"])
def test_the_caribbean_netherlands_written_as_a_city(city: str) -> None:
    assert label_refusal(territory("NL", "", city), NONE, NONE, EVERYWHERE) is LabelRefusal.OVERSEAS
    assert territory("FR", "75020", city) == "FR"


@pytest.mark.parametrize("country", ["GB", "CH", "NO", "US", "SM", "VA", "SI", "HR", "JE", "ZZ", ""])
def test_elsewhere_no_label_and_no_error(country: str) -> None:
    assert refusal(country, "97110") is LabelRefusal.NOT_SERVED


def test_the_merchants_choice_narrows() -> None:
    assert refusal("DE", chosen=frozenset({"FR", "DE"})) is None
    assert refusal("AT", chosen=frozenset({"FR", "DE"})) is LabelRefusal.NOT_CHOSEN


def test_what_no_carrier_covers_is_not_offered() -> None:
    assert refusal("DE", carried=frozenset({"FR"})) is LabelRefusal.NO_CARRIER
    assert refusal("DE", carried=NONE) is LabelRefusal.NO_CARRIER


@pytest.mark.parametrize("junk", ["", "-", "\x00", "☃", "9" * 4000, "ABC", "\u202e97110"])
def test_no_postal_code_breaks_it(junk: str) -> None:
    assert territory("DE", junk) == "DE"
    assert isinstance(territory("FR", junk), str)
