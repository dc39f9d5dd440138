"""A return that staff make: for a buyer who wrote or called, or for goods that came by themselves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sendback.v1.order_pb2 import Order, OrderLine
from sendback.v1.order_service_pb2 import GetOrderRequest
from sendback.v1.return_pb2 import Outcome, Return, ReturnBasis, ReturnItem, UnitVerdict
from sendback.v1.returns_service_pb2 import CreateReturnRequest, ExplainEligibilityRequest
from sendback_client import SendbackError
from starlette.responses import Response

from sendback_web.console import names
from sendback_web.console.entries import NOT_A_NUMBER, Entry, field_for, filled, told, typed
from sendback_web.console.one_return import reasons_of
from sendback_web.console.orders import Judged, judged
from sendback_web.console.visit import Visit
from sendback_web.words import N_

_MADE = N_("The return is made, and the buyer is written to.")
_NOTHING = N_("Say of one item at least how many come back.")
_REASON = N_("Choose a reason.")
# What reasons may demand, where staff have it not.
_DEMANDS = {
    ".evidence_image_ids": N_(
        "This reason demands a photo. Say below why the policy does not hold, or let the buyer make the return."
    ),
    ".comment": N_("This reason demands the buyer’s words."),
}
# What no word of staff's brings back: the goods are in another return, or were never sent.
_BEYOND = ("ALREADY_RETURNED", "UNFULFILLED")
_PARTS = (
    ("", "count"),
    (".reason_code", "reason"),
    (".evidence_image_ids", "reason"),
    (".comment", "comment"),
)
_OUTCOMES = (Outcome.REFUND, Outcome.STORE_CREDIT)
_BASES = (ReturnBasis.GOODWILL, ReturnBasis.CLAIM, ReturnBasis.CARRIER_RETURN)
_REFUSED = ("INVALID_ARGUMENT", "FAILED_PRECONDITION")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the order; `most` of its units can come back, some of them only if the policy is overridden."""

    line: OrderLine
    judged: list[Judged]
    most: int


@dataclass(frozen=True, slots=True)
class Case:
    order: Order
    rows: tuple[Row, ...]
    reasons: dict[str, str]


async def show(visit: Visit) -> Response:
    usual = filled(outcome=int(Outcome.REFUND), basis=int(ReturnBasis.GOODWILL))
    return _page(visit, await _case(visit), usual)


async def make(visit: Visit) -> Response:
    """Makes the return, or says first what it would be."""
    entry = typed(await visit.form())
    case = await _case(visit)
    counts = {place: entry.number(f"count_{place}") for place in range(len(case.rows))}
    wrong = {name: visit.say(problem) for name, problem in _problems(case, entry, counts)}
    if wrong or not any(counts.values()):
        return _page(visit, case, entry.wrong(wrong, "" if wrong else visit.say(_NOTHING)), status=422)
    items = {place: _item(case, entry, place, count) for place, count in counts.items() if count}
    check = entry.one("action") == "check"
    try:
        found = await visit.desk.returns.CreateReturn(_wanted(case, entry, items.values(), check=check))
    except SendbackError as refused:
        return _page(visit, case, _refused(visit, case, list(items), entry, refused), status=422)
    if check:
        return _page(visit, case, entry, found)
    return visit.go(visit.href("returns", found.id), _MADE)


async def _case(visit: Visit) -> Case:
    order_id = visit.request.path_params["order"]
    order = await visit.desk.orders.GetOrder(GetOrderRequest(order_id=order_id))
    explained = await visit.desk.returns.ExplainEligibility(ExplainEligibilityRequest(order_id=order.id))
    version = explained.units[0].policy_version if explained.units else 0
    by_line = judged(explained.units)
    rows = (Row(line, by_line.get(line.id, []), _most(explained.units, line.id)) for line in order.lines)
    return Case(order, tuple(rows), await reasons_of(visit, version))


def _most(units: Iterable[UnitVerdict], line_id: str) -> int:
    return sum(unit.order_line_id == line_id and unit.code not in _BEYOND for unit in units)


def _problems(case: Case, entry: Entry, counts: dict[int, int | None]) -> Iterator[tuple[str, str]]:
    """By field, what can be said before the service is asked."""
    for place, count in counts.items():
        if count is None or count < 0:
            yield f"count_{place}", NOT_A_NUMBER
        elif count and case.reasons and not entry.one(f"reason_{place}"):
            yield f"reason_{place}", _REASON


def _item(case: Case, entry: Entry, place: int, count: int) -> ReturnItem:
    return ReturnItem(
        order_line_id=case.rows[place].line.id,
        quantity=count,
        reason_code=entry.one(f"reason_{place}"),
        comment=entry.one(f"comment_{place}"),
    )


def _wanted(case: Case, entry: Entry, items: Iterable[ReturnItem], *, check: bool) -> CreateReturnRequest:
    return CreateReturnRequest(
        order_id=case.order.id,
        items=items,
        outcome=_one_of(_OUTCOMES, entry.number("outcome")),
        basis=_one_of(_BASES, entry.number("basis")),
        override_note=entry.one("override_note"),
        validate_only=check,
        request_id="" if check else entry.one("request_id"),
    )


def _refused(visit: Visit, case: Case, places: list[int], entry: Entry, error: SendbackError) -> Entry:
    """Beside the line that it is about."""
    if error.code.name not in _REFUSED:
        raise error
    line_id = error.metadata.get("order_line_id", "")
    if error.reason == "NOT_RETURNABLE" and line_id:
        at = next((place for place in places if case.rows[place].line.id == line_id), places[0])
        return entry.wrong({f"count_{at}": error.message})
    fields = {"override_note": "override_note"}
    for number, place in enumerate(places):
        fields |= {f"items[{number}]{part}": f"{name}_{place}" for part, name in _PARTS}
    found = told(error, fields)
    demands = {
        field_for(problem, fields): visit.say(sentence)
        for problem in error.fields
        for end, sentence in _DEMANDS.items()
        if problem.field.endswith(end)
    }
    return entry.wrong({**found.problems, **demands}, found.trouble)


def _one_of(known: tuple[Any, ...], said: int | None) -> Any:
    return said if said in known else known[0]


def _page(
    visit: Visit, case: Case, entry: Entry, checked: Return | None = None, *, status: int = 200
) -> Response:
    return visit.show(
        "new_return.html",
        status=status,
        order=case.order,
        rows=case.rows,
        reasons=list(case.reasons.items()),
        outcomes=[(str(int(value)), names.OUTCOMES[value].text) for value in _OUTCOMES],
        bases=[(str(int(value)), names.BASES[value].text) for value in _BASES],
        entry=entry,
        checked=checked,
        names=names,
    )
