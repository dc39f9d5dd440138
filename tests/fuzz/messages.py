"""Messages of any type, by their descriptors; and bytes that are nearly messages."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any

from google.api import field_behavior_pb2
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from tests.fuzz.values import HOSTILE, Values, demanded, rules_of

_DEEPEST = 7
_SECONDS = (0, -62135596800, 253402300799, 253402300800, -(2**63), 2**63 - 1)


class Messages:
    """Draws messages; `now` is what times lie around. `always` names what is known wherever there is a field for it."""

    def __init__(
        self, random: Random, known: Mapping[str, Sequence[str]], now: datetime, *, always: bool = False
    ) -> None:
        self._random = random
        self._always = frozenset(known) if always else frozenset()
        self._values = Values(random, known, likely=1.0 if always else 0.85)
        self._now = int(now.timestamp())
        self._known_types: dict[str, Callable[[Any], None]] = {
            "google.protobuf.Timestamp": self._timestamp,
            "google.protobuf.Duration": self._duration,
            "google.type.Money": self._money,
            "google.type.Date": self._date,
            "google.protobuf.Struct": self._struct,
        }

    def drawn(self, type: Descriptor, strange: float) -> Message:
        """One whose fields are wrong so often."""
        self._values.strange = strange
        return self.message(type)

    def message(self, type: Descriptor, depth: int = 0) -> Message:
        made = message_factory.GetMessageClass(type)()
        if type.full_name in self._known_types:
            self._known_types[type.full_name](made)
            return made
        chosen = {oneof.name: self._random.choice(oneof.fields) for oneof in type.oneofs}
        for field in type.fields:
            oneof = field.containing_oneof
            if oneof is not None and chosen[oneof.name] is not field:
                continue
            if self._random.random() < self._likely(field, depth):
                self._fill(made, field, depth)
        return made

    def nearly(self, data: bytes) -> bytes:
        """Bytes of a message with some changed, cut off, doubled or put in."""
        data = bytearray(data)
        for _ in range(self._random.randint(1, 4)):
            at = self._random.randrange(len(data) + 1)
            turn = self._random.random()
            if turn < 0.5 and at < len(data):
                data[at] ^= 1 << self._random.randrange(8)
            elif turn < 0.65:
                del data[at:]
            elif turn < 0.8:
                data[at:at] = data[at : at + self._random.randrange(40)]
            else:
                data[at:at] = self._random.randbytes(self._random.randrange(1, 12))
        return bytes(data)

    def _likely(self, field: FieldDescriptor, depth: int) -> float:
        if field.name in self._always and field.type == FieldDescriptor.TYPE_STRING:
            return 1.0
        behaviour = field.GetOptions().Extensions[field_behavior_pb2.field_behavior]
        rules = rules_of(field)
        needed = rules.required or field_behavior_pb2.REQUIRED in behaviour or demanded(rules)
        if needed or (field.containing_oneof is not None and depth < _DEEPEST):
            return 0.97 if self._values.strange else 1.0
        if depth > _DEEPEST or field_behavior_pb2.OUTPUT_ONLY in behaviour:
            return 0.02
        return 0.45

    def _fill(self, made: Any, field: FieldDescriptor, depth: int) -> None:
        rules = rules_of(field)
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            self._fill_map(made, field, depth)
        elif field.is_repeated:
            least, most = rules.repeated.min_items, rules.repeated.max_items or 100
            count = max(least, min(most, self._random.choice((0, 1, 1, 1, 2, 3))))
            if self._random.random() < self._values.strange / 4:
                count = self._random.choice((most, most + 1))
            for _ in range(min(count, 300)):
                self._put(made, field, rules.repeated.items, depth)
        else:
            self._put(made, field, rules, depth)

    def _fill_map(self, made: Any, field: FieldDescriptor, depth: int) -> None:
        key, value = field.message_type.fields
        for _ in range(self._random.choice((0, 1, 2))):
            name = self._values.scalar(key, rules_of(field).map.keys)
            if value.message_type is None:
                getattr(made, field.name)[name] = self._values.scalar(value, rules_of(field).map.values)
            else:
                getattr(made, field.name)[name].CopyFrom(self.message(value.message_type, depth + 1))

    def _put(self, made: Any, field: FieldDescriptor, rules: Any, depth: int) -> None:
        if field.message_type is None:
            value = self._values.scalar(field, rules)
            if field.is_repeated:
                getattr(made, field.name).append(value)
            else:
                setattr(made, field.name, value)
            return
        part = getattr(made, field.name)
        part = part.add() if field.is_repeated else part
        if field.message_type.full_name == "google.protobuf.FieldMask":
            self._mask(part, made.DESCRIPTOR)
        else:
            part.CopyFrom(self.message(field.message_type, depth + 1))

    def _timestamp(self, made: Any) -> None:
        made.seconds = self._now + self._random.randint(-60, 60) * 86_400
        if self._random.random() < self._values.strange:
            made.seconds = self._random.choice(_SECONDS)
            made.nanos = self._random.choice((0, -1, 999_999_999, 10**9))

    def _duration(self, made: Any) -> None:
        made.seconds = self._random.choice((0, 60, 86_400, -1, 315_576_000_001, 2**63 - 1))

    def _money(self, made: Any) -> None:
        made.currency_code = self._random.choice(("EUR", "EUR", "EUR", "JPY", "KWD"))
        made.units = self._random.choice((0, 1, 5, 10, 89, 1000))
        made.nanos = self._random.choice((0, 0, 500_000_000, 990_000_000))
        if self._random.random() < self._values.strange:
            made.units = self._random.choice((-1, 2**63 - 1, -(2**63), 10**15))
            made.nanos = self._random.choice((-1, 1, 10**9, -(10**9), 2**31 - 1))
            made.currency_code = self._random.choice(("", "eur", "XXX", "€", "EURO"))

    def _date(self, made: Any) -> None:
        made.year = self._random.choice((2026, 2026, 2026, 0, -1, 10_000, 2**31 - 1))
        made.month, made.day = self._random.choice(((11, 1), (11, 20), (2, 30), (0, 0), (13, 40)))

    def _struct(self, made: Any) -> None:
        values = (
            None,
            True,
            1.5,
            float("1e308"),
            float("inf"),
            float("nan"),
            "env:HOME",
            self._random.choice(HOSTILE),
            [1, ["x"]],
            {"a": {}},
        )
        for name in self._random.sample(("token", "base_url", "service", "country", "qr", "x" * 300), 3):
            made.update({name: self._random.choice(values)})

    def _mask(self, made: Any, type: Descriptor) -> None:
        inner = [f.message_type for f in type.fields if f.message_type is not None and not f.is_repeated]
        names = [field.name for part in inner for field in part.fields] or ["x"]
        made.paths.extend(self._random.sample(names, min(len(names), self._random.randint(0, 4))))
        if self._random.random() < self._values.strange:
            made.paths.append(self._random.choice((*HOSTILE, "merchant_id", "etag", "a.b.c", "*")))
