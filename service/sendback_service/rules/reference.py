"""The short reference that people read and type: `R`, eight random characters, a check character.

No 0, 1, I, L, O, U: what people mistake for each other, and what makes words. The check is a weighted sum modulo a
prime (31), larger than the alphabet's 30, so every single wrong character and every swap of neighbours is found;
a body whose check would be the 31st value is never given out.
"""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
BODY = 8
LENGTH = 1 + BODY + 1
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_PRIME = 31
_PREFIX = "R"


def reference(drawn: str) -> str | None:
    """The reference with these random characters (`BODY` of the alphabet); None where its check has no character."""
    body = _PREFIX + drawn
    check = _check(body)
    return None if check >= len(ALPHABET) else body + ALPHABET[check]


def is_misread(text: str) -> bool:
    """Whether that has the form of a reference and is none: a character of it is wrong, or two changed places."""
    if len(text) != LENGTH or text[0] != _PREFIX or not text.isalnum():
        return False
    return not set(text) <= _VALUES.keys() or reference(text[1:-1]) != text


def _check(body: str) -> int:
    return sum([place * _VALUES[c] for place, c in enumerate(body, 2)]) % _PRIME
