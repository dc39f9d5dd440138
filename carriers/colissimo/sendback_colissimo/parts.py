"""An answer of SLS taken apart: `multipart/mixed` whose parts are told by Content-ID, or JSON alone. Pure."""

import json
import re
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from typing import Any

# The line that the first part begins with, where the header does not tell it: RFC 2046 allows 70 characters.
_FIRST_LINE = re.compile(rb"\s*--([^\r\n]{1,70}?)[ \t]*\r?\n")
_MOST_PARTS = 20


@dataclass(frozen=True, slots=True)
class Parts:
    """`infos` is the JSON, {} where there is none that can be read; `documents` the others, by id (`label`, `cn23`)."""

    infos: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, bytes] = field(default_factory=dict)


def parts_of(content_type: str, body: bytes) -> Parts:
    """Never fails: what cannot be read is left out."""
    boundary = _boundary(content_type, body)
    if not boundary:
        return Parts(_json(body))
    infos: dict[str, Any] = {}
    documents: dict[str, bytes] = {}
    for part in _read(boundary, body):
        name = str(part.get("content-id", "")).strip().strip("<>").lower()
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if name == "jsoninfos" or (not name and part.get_content_subtype() == "json"):
            infos = infos or _json(content)
        else:
            documents.setdefault(name or "label", content)
    return Parts(infos, documents)


def _boundary(content_type: str, body: bytes) -> str:
    """As the header tells it, if the body keeps to it; else as the body begins."""
    header = Message()
    header["content-type"] = " ".join(content_type.split())
    told = header.get_boundary() if header.get_content_maintype() == "multipart" else None
    if told and f"--{told}".encode("latin-1", "replace") in body:
        return told
    begins = _FIRST_LINE.match(body)
    return begins[1].decode("latin-1") if begins else ""


def _read(boundary: str, body: bytes) -> list[Message]:
    """Headers and bodies told apart as mail is, byte for byte."""
    quoted = boundary.replace("\\", "\\\\").replace('"', '\\"')
    head = f'Content-Type: multipart/mixed; boundary="{quoted}"\r\n\r\n'.encode("latin-1", "replace")
    try:
        parts = BytesParser().parsebytes(head + body).get_payload()
    except RecursionError:
        return []
    return (
        [part for part in parts[:_MOST_PARTS] if isinstance(part, Message)] if isinstance(parts, list) else []
    )


def _json(content: bytes) -> dict[str, Any]:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
