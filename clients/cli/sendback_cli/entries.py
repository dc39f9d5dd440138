"""What a file holds, one order after the other."""

from dataclasses import dataclass

from sendback.v1.order_pb2 import Order


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field or column, and what would be right."""

    field: str
    description: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An order and where it stood, such as `line 12`; without an order, what stood there instead and why it is none."""

    place: str
    order: Order | None = None
    problems: tuple[Problem, ...] = ()
    source: str = ""


class Unreadable(Exception):
    """A column does not hold what it should."""

    def __init__(self, field: str, description: str) -> None:
        super().__init__(f"{field}: {description}")
        self.problem = Problem(field, description)
