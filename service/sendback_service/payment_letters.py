"""Which letter tells of which settlement: the number of a letter is the place of its settlement among those of its kind
by which money of the return went."""

from collections.abc import Sequence

from sqlmodel import col, select

from sendback_service.amounts_due import WORTHLESS
from sendback_service.held import HeldReturn
from sendback_service.messages import BY_ANOTHER_CHANNEL, Occasion, request
from sendback_service.rules.states import Inspection, SettlementKind
from sendback_service.store.tables import MessageRow, SettlementRow
from sendback_service.store.transaction import Intent

ABOUT_MONEY = (Occasion.REFUNDED, Occasion.CREDITED, Occasion.NOTHING_DUE)


def gone(held: HeldReturn) -> list[SettlementRow]:
    """By which money of this return went, be it that it came back since."""
    query = select(SettlementRow).where(
        SettlementRow.merchant_id == held.row.merchant_id,
        SettlementRow.return_id == held.row.id,
        SettlementRow.reverses_id == "",
        col(SettlementRow.settle_time).is_not(None),
    )
    return list(held.tx.session.exec(query))


def time_after(earlier: Sequence[SettlementRow], now: int) -> int:
    """Later than theirs, whatever the clock says: a transaction may have waited for one that began after it, and
    letters are paired in the order of these times."""
    return max([now, *(row.settle_time + 1 for row in earlier if row.settle_time)])


def letter_about(held: HeldReturn, row: SettlementRow, earlier: Sequence[SettlementRow]) -> list[Intent]:
    """One for each time that money went, or that nothing was left to go. What is waived is nothing to write about; what
    was missing or rejected has its own letter, which says that nothing is paid for it."""
    if row.kind == SettlementKind.WAIVED or not (row.amount_minor or _came_back(held, row)):
        return []
    place = sum(other.kind == row.kind for other in earlier)
    return request(held.tx, row.merchant_id, held.row.id, _occasion(row), place)


def settlement_of(letter: MessageRow, settlements: Sequence[SettlementRow]) -> SettlementRow | None:
    """Of those by which money went, in their order, the one that a letter about money tells of; by each channel the
    same one. None where there is none of which it could."""
    place = letter.number % BY_ANOTHER_CHANNEL
    for kind in (SettlementKind.REFUND, SettlementKind.STORE_CREDIT):
        of_kind = [s for s in settlements if s.kind == kind]
        found = of_kind[min(place, len(of_kind) - 1)] if of_kind else None
        if found is not None and _occasion(found) == letter.occasion:
            return found
    return None


def _occasion(row: SettlementRow) -> Occasion:
    if not row.amount_minor:
        return Occasion.NOTHING_DUE
    return Occasion.CREDITED if row.kind == SettlementKind.STORE_CREDIT else Occasion.REFUNDED


def _came_back(held: HeldReturn, row: SettlementRow) -> bool:
    """Whether any of its units did, or may still."""
    return any(u.settlement_id == row.id and Inspection(u.inspection) not in WORTHLESS for u in held.units)
