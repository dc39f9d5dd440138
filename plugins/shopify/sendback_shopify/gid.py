"""Shopify's ids: `gid://shopify/Order/8980220018994`. In the contract an id is its last part, which is also what
webhooks carry and what the admin's addresses show."""

import re

from sendback_sdk import Declined

_TAIL = re.compile(r"^[A-Za-z0-9_-]{1,64}$")


def gid(kind: str, tail: str) -> str:
    """`gid("Order", "1001")`; an id that is none of Shopify's is refused before it is sent."""
    if not _TAIL.match(tail):
        raise Declined(f"{tail[:80]!r} is no id of Shopify's")
    return f"gid://shopify/{kind}/{tail}"


def tail(gid: str) -> str:
    return gid.rsplit("/", 1)[-1].split("?", 1)[0]
