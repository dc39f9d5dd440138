"""Lists by pages: a token says behind which key to go on, and which list it belongs to."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sendback_service.refusal import Reason, refuse

T = TypeVar("T")

DEFAULT_SIZE = 50
LARGEST_SIZE = 200


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
    if name != list_name or not isinstance(key, str):
        raise refuse(Reason.PAGE_TOKEN_INVALID)
    return key


def page_of(list_name: str, found: Sequence[T], size: int, key: Callable[[T], str]) -> Page[T]:
    """A page of `size` from up to `size + 1` found."""
    if len(found) <= size:
        return Page(tuple(found))
    return Page(tuple(found[:size]), token_of(list_name, key(found[size - 1])))
