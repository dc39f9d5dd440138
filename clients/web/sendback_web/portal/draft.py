"""What a buyer has chosen so far: kept in the browser, in cookies of the portal's own, and in the form that confirms.

Nothing of it is believed: the service judges it anew at every step.
"""

import base64
import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from sendback.v1.address_pb2 import Address
from sendback.v1.return_pb2 import ReturnItem
from starlette.requests import Request
from starlette.responses import Response

from sendback_web.portal.front import Front
from sendback_web.portal.session import kept

COOKIE = "sendback_draft"
_HOURS = 12
_PARTS, _PART = 2, 3500
_LARGEST = 512 * 1024
MOST_LINES = 1000  # of an order, and so of its return
ADDRESS = ("name", "company", "street", "street2", "postal_code", "city", "region_code")


class TooLong(Exception):
    """More than browsers keep, or than is read."""


@dataclass(frozen=True, slots=True)
class Choice:
    line_id: str
    quantity: int
    reason: str = ""
    comment: str = ""
    photos: tuple[str, ...] = ()
    seal: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """`ship_from` is empty while the parcel leaves from the order's address. `order_id` is whose draft it is."""

    order_id: str = ""
    choices: tuple[Choice, ...] = ()
    ship_from: dict[str, str] = field(default_factory=dict)

    def choice(self, line_id: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.line_id == line_id), None)

    @property
    def items(self) -> list[ReturnItem]:
        return [
            ReturnItem(
                order_line_id=choice.line_id,
                quantity=choice.quantity,
                reason_code=choice.reason,
                comment=choice.comment,
                evidence_image_ids=choice.photos,
                seal_intact=choice.seal,
            )
            for choice in self.choices
        ]

    @property
    def address(self) -> Address | None:
        return Address(**self.ship_from) if self.ship_from else None

    def written(self) -> str:
        said = json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode()
        if len(said) > _LARGEST:
            raise TooLong
        return base64.urlsafe_b64encode(zlib.compress(said, 9)).decode().rstrip("=")


def read(text: str) -> Draft:
    """The draft that was written; an empty one where the text is none."""
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return _draft(json.loads(zlib.decompressobj().decompress(packed, _LARGEST)))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError, zlib.error):
        return Draft()


def _draft(kept: Any) -> Draft:
    known = {field.name for field in fields(Choice)}
    choices = tuple(
        _choice({k: v for k, v in choice.items() if k in known}) for choice in kept["choices"][:MOST_LINES]
    )
    ship_from = {name: _text(kept["ship_from"][name], 100) for name in ADDRESS if kept["ship_from"].get(name)}
    return Draft(_text(kept["order_id"], 128), choices, ship_from)


def _choice(said: dict[str, Any]) -> Choice:
    return Choice(
        line_id=_text(said["line_id"], 128),
        quantity=max(1, min(10_000, int(said["quantity"]))),
        reason=_text(said["reason"], 64),
        comment=_text(said["comment"], 1000),
        photos=tuple(_text(photo, 64) for photo in said["photos"][:5]),
        seal=bool(said["seal"]),
    )


def _text(said: Any, longest: int) -> str:
    """ValueError for half of a pair of surrogates, which JSON can name and no text can hold."""
    text = str(said)[:longest]
    text.encode()
    return text


def of(request: Request) -> Draft:
    """The draft of the order that is signed in to."""
    draft = read("".join(request.cookies.get(name, "") for name in _names()))
    order_id = kept(request).order_id
    return draft if draft.order_id == order_id else Draft(order_id)


def keep(at: Front, response: Response, draft: Draft) -> Response:
    text = draft.written()
    if len(text) > _PARTS * _PART:
        raise TooLong
    for place, name in enumerate(_names()):
        part = text[place * _PART : (place + 1) * _PART]
        if part:
            secure = at.house.settings.secure
            response.set_cookie(
                name, part, max_age=_HOURS * 3600, path=at.home, httponly=True, samesite="lax", secure=secure
            )
        else:
            response.delete_cookie(name, path=at.home)
    return response


def forget(at: Front, response: Response) -> Response:
    for name in _names():
        response.delete_cookie(name, path=at.home)
    return response


def _names() -> Iterable[str]:
    return (f"{COOKIE}_{place}" for place in range(_PARTS))
