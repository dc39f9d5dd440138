"""A draft in the browser's cookies. Lines are named by their places in the order and what is said of them stands in
columns, so that each of a thousand may be chosen: browsers and proxies take some 8 kB of cookies.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from sendback.v1.portal_service_pb2 import ReturnableOrder
from starlette.requests import Request
from starlette.responses import Response

from sendback_web.portal.draft import MOST_LINES, UNREADABLE, Draft, TooLong, draft_of, packed, unpacked
from sendback_web.portal.front import Front
from sendback_web.portal.session import kept

COOKIE = "sendback_draft"
_HOURS = 12
_PARTS, _PART = 2, 3500


def of(request: Request, order: ReturnableOrder) -> Draft:
    """The draft of the order that is signed in to; an empty one where the order's lines are others by now."""
    order_id = kept(request).order_id
    text = "".join(request.cookies.get(name, "") for name in _names())
    draft = read(text, _lines(order))
    return draft if draft.order_id == order_id else Draft(order_id)


def keep(at: Front, response: Response, draft: Draft, order: ReturnableOrder) -> Response:
    text = written(draft, _lines(order))
    for place, name in enumerate(_names()):
        part = text[place * _PART : (place + 1) * _PART]
        if part:
            secure = at.shared.settings.secure
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


def written(draft: Draft, lines: Sequence[str]) -> str:
    """TooLong where cookies cannot hold it."""
    places = {line: place for place, line in enumerate(lines)}
    chosen = [choice for choice in draft.choices if choice.line_id in places]
    reasons = sorted({choice.reason for choice in chosen})
    text = packed(
        {
            "order": draft.order_id,
            "of": _fingerprint(lines),
            "lines": [places[choice.line_id] for choice in chosen],
            "quantities": [choice.quantity for choice in chosen],
            "reasons": reasons,
            "reason": [reasons.index(choice.reason) for choice in chosen],
            "comments": {n: choice.comment for n, choice in enumerate(chosen) if choice.comment},
            "photos": {n: choice.photos for n, choice in enumerate(chosen) if choice.photos},
            "seals": [n for n, choice in enumerate(chosen) if choice.seal],
            "ship_from": draft.ship_from,
        }
    )
    if len(text) > _PARTS * _PART:
        raise TooLong
    return text


def read(text: str, lines: Sequence[str]) -> Draft:
    """The draft that was written of these lines; an empty one where the text is none, or of others."""
    try:
        said = unpacked(text)
        if said["of"] != _fingerprint(lines):
            return Draft()
        seals = frozenset(said["seals"])
        places = said["lines"][:MOST_LINES]
        choices = [_choice(said, n, lines[place], seal=n in seals) for n, place in enumerate(places)]
        return draft_of({"order_id": said["order"], "choices": choices, "ship_from": said["ship_from"]})
    except UNREADABLE:
        return Draft()


def _choice(said: Any, n: int, line_id: str, *, seal: bool) -> dict[str, Any]:
    return {
        "line_id": line_id,
        "quantity": said["quantities"][n],
        "reason": said["reasons"][said["reason"][n]],
        "comment": said["comments"].get(str(n), ""),
        "photos": said["photos"].get(str(n), ()),
        "seal": seal,
    }


def _lines(order: ReturnableOrder) -> list[str]:
    return [line.order_line_id for line in order.lines]


def _fingerprint(lines: Sequence[str]) -> str:
    return sha256("\0".join(lines).encode()).hexdigest()[:16]


def _names() -> Iterable[str]:
    return (f"{COOKIE}_{place}" for place in range(_PARTS))
