"""What a buyer has chosen so far: kept in the browser (`draft_cookies`), and in the form that confirms.

Nothing of it is believed: the service judges it anew at every step.
"""

import base64
import json
import zlib
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from sendback.v1.address_pb2 import Address
from sendback.v1.return_pb2 import ReturnItem

_LARGEST = 512 * 1024
MOST_LINES = 1000  # of an order, and so of its return
ADDRESS = ("name", "company", "street", "street2", "postal_code", "city", "region_code")


# What reading raises where a text is no draft.
UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
    zlib.error,
)


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
        return packed(asdict(self))


def read(text: str) -> Draft:
    """The draft that was written; an empty one where the text is none."""
    try:
        return draft_of(unpacked(text))
    except UNREADABLE:
        return Draft()


def packed(said: Any) -> str:
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) > _LARGEST:
        raise TooLong
    return base64.urlsafe_b64encode(zlib.compress(text, 9)).decode().rstrip("=")


def unpacked(text: str) -> Any:
    """One of UNREADABLE where nobody packed it."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return json.loads(zlib.decompressobj().decompress(data, _LARGEST))


def draft_of(said: Any) -> Draft:
    """What `asdict` makes of a draft, or one of UNREADABLE."""
    known = {field.name for field in fields(Choice)}
    choices = tuple(
        _choice({k: v for k, v in choice.items() if k in known}) for choice in said["choices"][:MOST_LINES]
    )
    ship_from = {name: _text(said["ship_from"][name], 100) for name in ADDRESS if said["ship_from"].get(name)}
    return Draft(_text(said["order_id"], 128), choices, ship_from)


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
