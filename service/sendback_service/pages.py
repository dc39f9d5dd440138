"""Lists by pages: a token says behind which key to go on, and which list it belongs to."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sendback_service.refusal import Reason, refuse

T = TypeVar("T")

DEFAULT_SIZE = 50
LARGEST_SIZE = 200
# So many rows are looked at in a question, and so many questions asked for a page.
STRETCH = 1000
_STRETCHES = 5
# Anybody can write a token: what stands in it is looked at like whatever else comes in.
_KEY = re.compile(r"[!-~]+")
# A place that has no more of them fits into the eight bytes of its column.
PLACE_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: tuple[T, ...]
    next_token: str = ""


def size_of(wanted: int) -> int:
    return min(wanted, LARGEST_SIZE) if wanted else DEFAULT_SIZE


def token_of(list_name: str, key: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([list_name, key]).encode()).decode().rstrip("=")


def key_in(token: str, list_name: str) -> str | None:
    """The key behind which to go on; None at the beginning."""
    if not token:
        return None
    try:
        name, key = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError, TypeError):
        raise refuse(Reason.PAGE_TOKEN_INVALID) from None
    if name != list_name or not isinstance(key, str) or not _KEY.fullmatch(key):
        raise refuse(Reason.PAGE_TOKEN_INVALID)
    return key


def place_in(token: str, list_name: str, digits: int = PLACE_DIGITS) -> int | None:
    """The same of a list whose keys are numbers, of so many digits at most."""
    key = key_in(token, list_name)
    if key is not None and not (key.isdigit() and len(key) <= digits):
        raise refuse(Reason.PAGE_TOKEN_INVALID)
    return None if key is None else int(key)


def sifted(
    list_name: str,
    size: int,
    behind: str | None,
    end_of: Callable[[str | None], str | None],
    found_in: Callable[[str | None, str | None, int], Sequence[T]],
    key: Callable[[T], str],
) -> Page[T]:
    """A page of what fits, when what does not fit must be looked at too: in stretches of `STRETCH` rows. `end_of` names
    the last of the stretch behind a key, None where the list ends before; `found_in` what fits in one, so many at most.
    Where little fits, the page is short or empty, and its token goes on behind what was looked at."""
    found: list[T] = []
    for _ in range(_STRETCHES):
        end = end_of(behind)
        found += found_in(behind, end, size + 1 - len(found))
        if end is None or len(found) > size:
            return page_of(list_name, found, size, key)
        behind = end
    return Page(tuple(found), token_of(list_name, behind or ""))


def page_of(list_name: str, found: Sequence[T], size: int, key: Callable[[T], str]) -> Page[T]:
    """A page of `size` from up to `size + 1` found."""
    if len(found) <= size:
        return Page(tuple(found))
    return Page(tuple(found[:size]), token_of(list_name, key(found[size - 1])))
