"""Answers in parts, however they are put together."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sendback_colissimo import Colissimo
from sendback_colissimo.emulator import ColissimoEmulator
from sendback_colissimo.parts import Parts, parts_of
from sendback_sdk.testing import a_label_request, made

LABEL = b"%PDF-1.4\r\n\r\n--\r\nuuid:\x00\xff\xfe\n\r\x80\n--uuid:of-another\r\nContent-ID: <jsonInfos>\r\n\r\n%%EOF"


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"told": "multipart/mixed;boundary={boundary}"},
        {"told": 'MULTIPART/Mixed; Boundary = "{boundary}" ; charset=utf-8'},
        {"told": 'multipart/related; type="application/xop+xml"; boundary="{boundary}"'},
        {"told": 'multipart/mixed; boundary="another"'},
        {"told": "multipart/mixed"},
        {"told": "application/json"},
        {"boundary": "=_a(b)+c.*[d]?'e"},
        {"boundary": "-----=_Part_12_345"},
        {"boundary": "x" * 70},
        {"line": b"\n"},
        {"preamble": b"\r\n"},
        {"preamble": b"This is a message in parts.\r\n"},
    ],
)
def test_a_label_is_found_byte_for_byte(form: dict[str, Any]) -> None:
    with ColissimoEmulator() as emulator:
        for name, value in form.items():
            setattr(emulator.form, name, value)
        emulator.document = LABEL
        settings = {"base_url": emulator.base_url, "api_key": emulator.api_key}
        label = made(Colissimo, settings).create_label(a_label_request())
    assert label.document == LABEL
    assert label.tracking_number == "8R12345678901"


def test_parts_are_told_by_id_or_kind() -> None:
    body = (
        b"--b\r\ncontent-id: <LABEL>\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n"
        b"--b\r\nContent-Type: application/json\r\n\r\n" + json.dumps({"é": 1}).encode() + b"\r\n"
        b"--b\r\nContent-ID: <cn23>\r\n\r\ncustoms\r\n--b--\r\n"
    )
    assert parts_of("", body) == Parts({"é": 1}, {"label": b"%PDF-", "cn23": b"customs"})


@pytest.mark.parametrize(
    ("content_type", "body", "infos"),
    [
        ("application/json", b'{"messages": []}', {"messages": []}),
        ("multipart/mixed; boundary=b", b'{"messages": []}', {"messages": []}),
        ("multipart/mixed; boundary=b", b"--b\r\nContent-ID: <jsonInfos>\r\n\r\n[1]", {}),
        ("multipart/mixed; boundary=b", b"--b", {}),
        ("multipart/mixed; boundary=b", b"--b--", {}),
        ("multipart/mixed; boundary=", b"--\r\n--\r\n", {}),
        ("", b"", {}),
        ("application/json", b"[" * 100_000, {}),
        ("multipart/mixed; boundary*=no'such'b", b"--b\r\n\r\n", {}),
    ],
)
def test_what_cannot_be_read_is_left_out(content_type: str, body: bytes, infos: dict[str, Any]) -> None:
    assert parts_of(content_type, body).infos == infos


def test_parts_within_parts_do_not_go_on_for_ever() -> None:
    nested = b"".join(
        b'--%d\r\nContent-Type: multipart/mixed; boundary="%d"\r\n\r\n' % (n, n + 1) for n in range(3000)
    )
    assert parts_of('multipart/mixed; boundary="0"', nested).infos == {}


@given(st.text(max_size=60), st.binary(max_size=200))
def test_no_answer_breaks_the_parser(content_type: str, body: bytes) -> None:
    parts_of(content_type, body)
    parts_of(f"multipart/mixed; {content_type}", b"--b\r\n" + body)
