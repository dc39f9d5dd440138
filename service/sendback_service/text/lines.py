"""Text from anywhere, made into lines that people can read, nothing hides in, and can be sent."""

from unicodedata import bidirectional

_LONGEST_LINE = 120
_FROM_THE_RIGHT = ("R", "AL")
_ISOLATED = "\u2068{}\u2069"
_INVISIBLE: dict[int, str | None] = {
    **dict.fromkeys(range(0x20), " "),
    **dict.fromkeys([0x7F, *range(0x80, 0xA0), *range(0x200B, 0x2010), *range(0x2028, 0x202F)]),
    **dict.fromkeys([*range(0x2060, 0x2070), 0xFEFF]),
    # Half of a pair, which nothing can encode.
    **dict.fromkeys(range(0xD800, 0xE000)),
}


def visible(line: str) -> str:
    """Without anything invisible, and with single spaces."""
    return " ".join(part for part in line.translate(_INVISIBLE).split(" ") if part)


def plain(text: object) -> str:
    """One line without anything invisible, shortened: product titles come from anywhere."""
    line = visible(str(text))
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


def apart(text: object) -> str:
    """A plain line for a sentence that is read from the left: what is read from the right keeps to itself in it, and
    draws no figure of its neighbours into it (UAX 9)."""
    line = plain(text)
    return _ISOLATED.format(line) if any(bidirectional(c) in _FROM_THE_RIGHT for c in line) else line
