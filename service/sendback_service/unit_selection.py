"""Which units somebody wants to return, and whether they can have them. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sendback_sdk.addresses import Address

from sendback_service.cases import Case
from sendback_service.refusal import Reason, Refusal, invalid, refuse
from sendback_service.rules.eligibility import NotReturnable, Verdict
from sendback_service.rules.policy import Evidence
from sendback_service.rules.policy import Reason as ReturnReason
from sendback_service.rules.states import Basis, SettlementKind
from sendback_service.rules.values import frozen

LARGEST_RETURN = 1000
_BEYOND_STAFF = frozenset({NotReturnable.ALREADY_RETURNED, NotReturnable.UNFULFILLED})


@frozen
class Item:
    """Some units of a line that somebody wants to return. `evidence` are ids of uploaded photos; `seal_intact` is the
    buyer's word on goods sealed for hygiene."""

    line_id: str
    quantity: int
    reason_code: str = ""
    comment: str = ""
    evidence: tuple[str, ...] = ()
    seal_intact: bool = False


@frozen
class Wish:
    """What is asked for: these items, or everything that can come back where none is named. `override_note` is staff's
    reason to go beyond the policy; empty keeps to it."""

    items: tuple[Item, ...]
    outcome: SettlementKind = SettlementKind.REFUND
    ship_from: Address | None = None
    override_note: str = ""
    basis: Basis = Basis.GOODWILL


@frozen
class DraftUnit:
    line_id: str
    number: int
    title: str
    reason_code: str
    comment: str
    evidence: tuple[str, ...] = ()
    product_id: str = ""
    sku: str = ""


def chosen(case: Case, wish: Wish) -> tuple[DraftUnit, ...]:
    """The lowest free units of each line."""
    if sum(item.quantity for item in wish.items) > LARGEST_RETURN:
        raise refuse(Reason.TOO_LARGE, limit=f"{LARGEST_RETURN} units")
    by_line: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in case.verdicts:
        by_line[verdict.line_id].append(verdict)
    lines = {line.id: line for line in case.order.lines}
    units: list[DraftUnit] = []
    for place, item in enumerate(wish.items):
        if item.line_id not in lines:
            raise invalid(f"items[{place}].order_line_id", f"no line {item.line_id!r} in this order")
        if lines[item.line_id].hygiene_sealed and not (item.seal_intact or wish.override_note):
            raise _unsealed(item)
        units += [
            DraftUnit(
                item.line_id,
                verdict.unit,
                lines[item.line_id].title,
                item.reason_code,
                item.comment,
                item.evidence,
                lines[item.line_id].product_id,
                lines[item.line_id].sku,
            )
            for verdict in _take(by_line[item.line_id], item, wish)
        ]
    return tuple(units)


def everything(case: Case) -> tuple[Item, ...]:
    """All units that can come back, line by line, sealed goods left to the buyer's word."""
    counts: dict[str, int] = {}
    sealed = {line.id for line in case.order.lines if line.hygiene_sealed}
    for verdict in case.verdicts:
        if verdict.returnable and verdict.line_id not in sealed:
            counts[verdict.line_id] = counts.get(verdict.line_id, 0) + 1
    if not counts:
        raise _not_returnable(Item("", 1), [v for v in case.verdicts if not v.returnable], 0)
    return tuple(Item(line_id, quantity) for line_id, quantity in counts.items())


def check_reasons(wish: Wish, reasons: Mapping[str, ReturnReason]) -> None:
    """Staff who go beyond the policy bring nothing that its reasons demand: they have the buyer's word, no photo."""
    for place, item in enumerate(wish.items):
        at = f"items[{place}]"
        if not reasons:
            continue
        if item.reason_code not in reasons:
            raise invalid(f"{at}.reason_code", f"must be one of {', '.join(reasons)}")
        needed = Evidence.NONE if wish.override_note else reasons[item.reason_code].evidence
        if needed is Evidence.COMMENT and not item.comment.strip():
            raise invalid(f"{at}.comment", f"the reason {item.reason_code} needs a comment")
        if needed is Evidence.PHOTO and not item.evidence:
            raise invalid(f"{at}.evidence_image_ids", f"the reason {item.reason_code} needs a photo")


def _take(line: list[Verdict], item: Item, wish: Wish) -> list[Verdict]:
    """Takes the item's units off the line's verdicts, so that a second item for it gets others."""
    free = [v for v in line if v.returnable or (wish.override_note and v.code not in _BEYOND_STAFF)]
    if len(free) < item.quantity:
        raise _not_returnable(item, [v for v in line if v not in free], len(free))
    taken = free[: item.quantity]
    numbers = {v.unit for v in taken}
    line[:] = [v for v in line if v.unit not in numbers]
    return taken


def _not_returnable(item: Item, refused: Sequence[Verdict], free: int) -> Refusal:
    first = refused[0] if refused else None
    code = NotReturnable.ALREADY_RETURNED if first is None or first.code is None else first.code
    until = "" if first is None or first.until is None else first.until.isoformat()
    return refuse(
        Reason.NOT_RETURNABLE,
        code=code,
        order_line_id=item.line_id,
        wanted=str(item.quantity),
        free=str(free),
        until=until,
    )


def _unsealed(item: Item) -> Refusal:
    return refuse(
        Reason.NOT_RETURNABLE,
        code=NotReturnable.HYGIENE_UNSEALED,
        order_line_id=item.line_id,
        wanted=str(item.quantity),
        free="0",
        until="",
    )
