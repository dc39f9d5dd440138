"""Values for fields: what belongs there, by its name and its rules; and now and then what does not."""

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from buf.validate import validate_pb2
from google.protobuf.descriptor import FieldDescriptor

HOSTILE = (
    "",
    " ",
    "\x00",
    "a\x07b",
    "\u202egpj.exe",
    "Z" + "\u0301" * 40,
    "x" * 70_000,
    "'; DROP TABLE returns; --",
    "<script>alert(1)</script>",
    "%s%n{0}{x}$(id)`id`",
    "../../etc/passwd",
    "👩‍👩‍👧‍👦 كتاب",
    "ﬁ\u200bﬀ",
    "-1",
    "9" * 400,
    "NaN",
    "null",
    "ret_",
    "http://169.254.169.254/",
    "\ud7ff\U0010ffff",
)
_PLAIN = ("x", "1", "a-b", "Robe", "Camille Martin", "EUR", "FR", "fr", "0" * 20, "Straße 7", "A1b2c3")
_SAMPLES = (
    *("EUR", "JPY", "KWD", "FR", "DE", "ES-CN", "fr", "en", "de", "en-GB", "returns.read", "keys.write"),
    *("https://shop.example/returns", "http://shop.example", "buyer1@example.com", "#336699", "#fff"),
    *(
        "abc",
        "a-b-c",
        "ABC_DEF",
        "0123456789abcdef",
        "a" * 64,
        "0" * 64,
        "2026-11-20",
        "12:30",
        "Europe/Paris",
    ),
    *("+33612345678", "123456", "61091000", "VAT123", "R7K3F9Q2", "mer_0000", "own", "1", "0.5", "a b"),
)
_NUMBERS = (0, 1, 2, 7, 30, 100, 1000)
_EXTREMES = (-1, -(2**31), 2**31 - 1, 2**31, -(2**63), 2**63 - 1, 2**63, 2**64 - 1, 10**12)
_BITS = {
    FieldDescriptor.TYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_SINT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.TYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_UINT64: (0, 2**64 - 1),
}


class Values:
    """`known` are values by field name that mean something to the service under test; every `strange`th is
    wrong. What is known is chosen with the likelihood `likely`."""

    def __init__(self, random: Random, known: Mapping[str, Sequence[str]], likely: float = 0.85) -> None:
        self._random = random
        self._known = known
        self._likely = likely
        self.strange = 0.0

    def scalar(self, field: FieldDescriptor, rules: Any) -> Any:
        wrong = self._random.random() < self.strange
        if field.type == FieldDescriptor.TYPE_STRING:
            return self._random.choice(HOSTILE) if wrong else self._text(field.name, rules.string)
        if field.type == FieldDescriptor.TYPE_BYTES:
            return self._random.randbytes(self._random.choice((0, 1, 100, 5000)))
        if field.type == FieldDescriptor.TYPE_BOOL:
            return self._random.random() < 0.5
        if field.type == FieldDescriptor.TYPE_ENUM:
            return self._enum(field, wrong=wrong)
        if field.type in (FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT):
            return self._random.choice((0.0, 1.5, -1.0, 1e308, float("inf"), float("nan")))
        return self._number(field, rules, wrong=wrong)

    def _text(self, name: str, rules: Any) -> str:
        known = self._known.get(name, ())
        if known and self._random.random() < self._likely:
            return self._random.choice(known)
        if getattr(rules, "in"):
            return str(self._random.choice(list(getattr(rules, "in"))))
        pool = (*_PLAIN, *_SAMPLES)
        if rules.pattern:
            return self._random.choice([text for text in pool if re.search(rules.pattern, text)] or pool)
        text = self._random.choice(pool)
        return (text * (rules.min_len + 1))[: rules.max_len or 200]

    def _enum(self, field: FieldDescriptor, *, wrong: bool) -> int:
        numbers = [value.number for value in field.enum_type.values]
        return self._random.choice((0, 99) if wrong else numbers[1:] or numbers)

    def _number(self, field: FieldDescriptor, rules: Any, *, wrong: bool) -> int:
        low, high = _BITS.get(field.type, (-(2**31), 2**31 - 1))
        if wrong:
            return min(max(self._random.choice(_EXTREMES), low), high)
        kind = rules.WhichOneof("type")
        bounds = getattr(rules, kind) if kind else None
        least = getattr(bounds, "gte", 0) or 0
        most = getattr(bounds, "lte", 0) or 10**6
        return max(least, min(most, self._random.choice(_NUMBERS)))


def demanded(rules: Any) -> bool:
    """Whether a field's rules refuse what is not there."""
    kind = rules.WhichOneof("type")
    if kind is None:
        return False
    own = getattr(rules, kind)
    empty = kind == "string" and own.pattern and not re.search(own.pattern, "")
    least = any(getattr(own, name, 0) for name in ("min_len", "min_items", "gte", "gt", "in", "not_in"))
    return bool(empty or least)


def rules_of(field: FieldDescriptor) -> Any:
    return field.GetOptions().Extensions[validate_pb2.field]
