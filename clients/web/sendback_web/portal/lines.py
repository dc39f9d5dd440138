"""The order's lines as its buyer reads them: what can come back, until when, and what cannot and why."""

from dataclasses import dataclass

from google.type.date_pb2 import Date
from sendback.v1.portal_service_pb2 import ReturnableLine, ReturnableOrder

from sendback_web.portal.draft import Choice, Draft
from sendback_web.portal.pictures import Pictures


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why so many units of a line cannot come back, in the buyer's language."""

    explanation: str
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """`picture` is an address of ours, empty where there is none; `until` None where no window applies."""

    id: str
    title: str
    variant: str
    picture: str
    bought: int
    free: int
    sealed: bool
    until: Date | None
    hindrances: tuple[Hindrance, ...]
    choice: Choice | None


def lines_of(order: ReturnableOrder, draft: Draft, pictures: Pictures) -> list[Line]:
    """Those that can come back first."""
    lines = [_line(line, draft, pictures) for line in order.lines]
    return [line for line in lines if line.free] + [line for line in lines if not line.free]


def _line(line: ReturnableLine, draft: Draft, pictures: Pictures) -> Line:
    untils = [unit.last_day for unit in line.units if unit.returnable and unit.HasField("last_day")]
    return Line(
        id=line.order_line_id,
        title=line.title,
        variant=line.variant,
        picture=pictures.path(line.image_uri),
        bought=line.quantity,
        free=line.returnable_quantity,
        sealed=line.seal_required,
        until=min(untils, key=lambda day: (day.year, day.month, day.day), default=None),
        hindrances=_hindrances(line),
        choice=draft.choice(line.order_line_id),
    )


def _hindrances(line: ReturnableLine) -> tuple[Hindrance, ...]:
    counts: dict[str, int] = {}
    for unit in line.units:
        if not unit.returnable:
            counts[unit.explanation] = counts.get(unit.explanation, 0) + 1
    return tuple(Hindrance(explanation, count) for explanation, count in counts.items())
