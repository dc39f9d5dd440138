"""What Colissimo answers: a label, or messages that say why not. Pure."""

from dataclasses import dataclass
from typing import Any, NoReturn

import httpx
from sendback_sdk import Declined, LabelFormat, Misconfigured, OutcomeUnknown, TryLater

from sendback_colissimo.parts import Parts, parts_of

_FINE = ("INFOS", "INFO", "SUCCESS", "WARNING")
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Meaning:
    """Ids of messages that are told apart from a plain no, which are not documented: settings."""

    misconfigured: frozenset[str]
    later: frozenset[str]


@dataclass(frozen=True, slots=True)
class Made:
    number: str
    document: bytes


def made(response: httpx.Response, format: LabelFormat, meaning: Meaning) -> Made:
    """Raises what the messages mean where there is no parcel number."""
    parts = checked(response, meaning)
    number = _number(parts.infos)
    if not number:
        raise OutcomeUnknown("an answer without a parcel number")
    document = parts.documents.get("label", b"").strip(b"\r\n")
    if not _is(document, format):
        raise OutcomeUnknown(f"parcel {number} was made, without a label as {format}")
    return Made(number, document)


def _is(document: bytes, format: LabelFormat) -> bool:
    """ZPL may set the printer up before the label begins."""
    return b"^XA" in document if format is LabelFormat.ZPL else document.startswith(b"%PDF-")


def checked(response: httpx.Response, meaning: Meaning) -> Parts:
    """The parts of an answer that says no error. Errors come with 400, and with 200 too."""
    parts = parts_of(response.headers.get("content-type", ""), response.content)
    errors = [each for each in _messages(parts.infos) if _is_error(each)]
    if not response.is_success or (errors and not _number(parts.infos)):
        _refuse(response.status_code, errors, meaning)
    if not parts.infos:
        raise OutcomeUnknown("an answer that cannot be read")
    return parts


def _refuse(status: int, errors: list[dict[str, Any]], meaning: Meaning) -> NoReturn:
    ids = {str(each.get("id", "")) for each in errors}
    said = f"{status} {'; '.join(map(_shown, errors))}".strip()[:_SHOWN]
    if status in (401, 403) or ids & meaning.misconfigured:
        raise Misconfigured(said)
    if ids & meaning.later:
        raise TryLater(said)
    if status >= 500:
        raise OutcomeUnknown(said)
    raise Declined(said)


def _messages(infos: dict[str, Any]) -> list[dict[str, Any]]:
    messages = infos.get("messages")
    return [each for each in messages if isinstance(each, dict)] if isinstance(messages, list) else []


def _is_error(message: dict[str, Any]) -> bool:
    kind = str(message.get("type", "")).upper()
    return kind == "ERROR" or (kind not in _FINE and str(message.get("id", "0")) != "0")


def _shown(message: dict[str, Any]) -> str:
    text = str(message.get("messageContent") or "")
    return f"{message.get('id', '')} {' '.join(text.split())}".strip()


def _number(infos: dict[str, Any]) -> str:
    """The token's answer and the label's hold it alike."""
    for name in ("labelV2Response", "tokenV2Response"):
        answer = infos.get(name)
        number = answer.get("parcelNumber") if isinstance(answer, dict) else None
        if isinstance(number, str) and number.strip():
            return number.strip()
    return ""
