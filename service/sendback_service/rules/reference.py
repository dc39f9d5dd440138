"""The short reference that people read and type: `R`, eight random characters, a check character.

No 0, 1, I, L, O, U: what people mistake for each other, and what makes words. The check is a weighted sum modulo a
prime (31), larger than the alphabet's 30, so every single wrong character and every swap of neighbours is found;
a body whose check would be the 31st value is never given out.
"""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
BODY = 8
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_PRIME = 31
_PREFIX = "R"


def reference(drawn: str) -> str | None:
    """The reference with these random characters (`BODY` of the alphabet); None where its check has no character."""
    body = _PREFIX + drawn
    check = _check(body)
    return None if check >= len(ALPHABET) else body + ALPHABET[check]


def _check(body: str) -> int:
    return sum([place * _VALUES[c] for place, c in enumerate(body, 2)]) % _PRIME
