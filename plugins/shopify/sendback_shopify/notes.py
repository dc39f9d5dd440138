"""Marks by which we know our own again. Shopify has no field for the keys of others, only notes that staff read."""

import re

_KEY = re.compile(r"\[sendback:([A-Za-z0-9_-]{1,64})\]")


def marked(note: str, key: str, longest: int = 255) -> str:
    """The note, cut where it must be, and the key behind it."""
    mark = f"[sendback:{key}]"
    return f"{note[: longest - len(mark) - 1]} {mark}".strip()


def key_in(note: str | None) -> str:
    """The key of ours that a note bears, or nothing."""
    found = _KEY.search(note or "")
    return found.group(1) if found else ""
