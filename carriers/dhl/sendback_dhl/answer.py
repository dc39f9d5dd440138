"""What DHL answers. Pure."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

import httpx
from sendback_sdk import OutcomeUnknown
from sendback_sdk.pages import first_page

_PDF, _PNG = b"%PDF-", b"\x89PNG\r\n\x1a\n"
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Made:
    """`code` is a PNG, or None where DHL gave none that can be shown."""

    number: str
    number_abroad: str
    document: bytes
    code: bytes | None


def parsed(response: httpx.Response) -> Any:
    """Raises `OutcomeUnknown` for what cannot be read."""
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError) as broken:
        raise OutcomeUnknown("an answer that is no JSON") from broken


def made(answer: Any) -> Made:
    number = _text(answer, "shipmentNo")
    if not number:
        raise OutcomeUnknown("an answer without a shipment number")
    document = _document(answer, "label")
    if not document.startswith(_PDF):
        raise OutcomeUnknown(f"shipment {number} was made, without a PDF")
    return Made(
        number, _text(answer, "internationalShipmentNo"), document, _code(_document(answer, "qrLabel"))
    )


def said(response: httpx.Response) -> str:
    """Of a refusal what its `title` and `detail` say (RFC 7807); the body is shown nowhere else."""
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        answer = None
    words = dict.fromkeys(word for word in (_text(answer, "title"), _text(answer, "detail")) if word)
    return f"{response.status_code} {': '.join(words)}"[:_SHOWN].strip()


def _code(document: bytes) -> bytes | None:
    """Documented as a document, not of which kind: a picture is taken as it is, a sheet is drawn."""
    if document.startswith(_PNG):
        return document
    try:
        return first_page(document) if document.startswith(_PDF) else None
    except ValueError:
        return None


def _document(answer: Any, name: str) -> bytes:
    try:
        return base64.b64decode(_text(answer.get(name), "b64"), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _text(answer: Any, name: str) -> str:
    value = answer.get(name) if isinstance(answer, dict) else None
    return " ".join(value.split()) if isinstance(value, str) else ""
