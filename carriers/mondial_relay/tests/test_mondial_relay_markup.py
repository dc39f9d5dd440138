"""XML from outside is read with distrust; signatures and letters are as documented."""

import pytest
from sendback_mondial_relay import answer, soap
from sendback_mondial_relay.letters import lines, printed
from sendback_mondial_relay.markup import Unreadable, read
from sendback_sdk import OutcomeUnknown, TryLater

ENTITY = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
LAUGHS = b'<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;&l;">]><a>&m;&m;</a>'
REFUSED = [
    ENTITY,
    LAUGHS,
    b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>',
    b"<a>" * 50 + b"</a>" * 50,
    b"<a>" + b"<b/>" * 20_001 + b"</a>",
    b"<a>&undeclared;</a>",
    b"<a",
    b"",
    b"\xff\xfe<",
    b'<?xml version="1.0" encoding="utf-7"?><a/>',
    b'<?xml version="1.0" encoding="no-such"?><a/>',
    b"<html>Welcome</html",
]


@pytest.mark.parametrize("body", REFUSED, ids=range(len(REFUSED)))
def test_what_is_not_trusted_is_not_read(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body)
    with pytest.raises(OutcomeUnknown):
        answer.made(body, "secret")
    with pytest.raises(TryLater):
        soap.points(body, 5)


def test_what_it_refuses_is_not_quoted() -> None:
    with pytest.raises(Unreadable) as refused:
        read(b"<a><Password>secret</a>")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "body",
    [
        b"<a/>",
        b"<ShipmentCreationResponse><ShipmentsList><Shipment/></ShipmentsList></ShipmentCreationResponse>",
        b'<R><ShipmentsList><Shipment ShipmentNumber="1"/></ShipmentsList></R>',
        b"<R><ShipmentsList><Shipment><LabelList><Label><Output>x</Output></Label></LabelList></Shipment>"
        b"</ShipmentsList></R>",
    ],
)
def test_an_answer_without_a_label_is_in_doubt(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown, match="no label"):
        answer.made(body, "secret")


def test_a_label_beside_an_error_is_a_label() -> None:
    body = (
        b'<R xmlns="http://www.example.org/Response"><ShipmentsList><Shipment ShipmentNumber="96408887"><LabelList>'
        b"<Label><Output> https://x </Output></Label></LabelList></Shipment></ShipmentsList>"
        b'<StatusList><Status Code="10048" Level="Error" Message=""/></StatusList></R>'
    )
    assert answer.made(body, "secret") == answer.Made("96408887", "https://x", ("10048",))


def test_a_call_is_signed_by_its_values_in_their_order() -> None:
    """The vector is from a public client: brand `test`, parcel `E001`, language FR."""
    values = {"Enseigne": "test", "Expedition": "E001", "Langue": "FR"}
    assert soap.signature(values, "test") == "B351449343E158B37FCD6AE7394581FD"
    assert soap.signature(values, "other") != soap.signature(values, "test")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Łódź", "LODZ"),
        ("Ελευθερίας", "ELEYTHERIAS"),
        ("Ørsted & Søn", "ORSTED SON"),
        ("L’Haÿ-les-Roses", "L'HAY-LES-ROSES"),
        ("a\x00b\u202ec", "A BC"),
        ("", ""),
    ],
)
def test_letters_are_those_it_prints(text: str, plain: str) -> None:
    assert printed(text) == plain


def test_lines_are_broken_between_words() -> None:
    assert lines("12 bis rue des Lilas", 12, 30) == ("12 BIS RUE", "DES LILAS")
    assert lines("", 12, 30) == ("", "")
    assert lines("x" * 30, 12, 5) == ("X" * 12, "X" * 5)
