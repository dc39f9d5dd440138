"""What others say and no database can keep: PostgreSQL takes no NUL in a text, and nobody can encode half a surrogate
pair, such as a text leaves that was cut off in the middle of a picture."""

import re

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def is_writable(said: object) -> bool:
    """Whether it is a text that can be kept as it is."""
    return isinstance(said, str) and _UNWRITABLE.search(said) is None


def writable(said: str) -> str:
    """For words that people read: with a mark in the place of what cannot be kept."""
    return _UNWRITABLE.sub("\ufffd", said)
