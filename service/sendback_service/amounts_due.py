"""What is to be paid for a return now: the units that are due, and the quote over them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sendback_sdk.orders import Order
from sqlmodel import col, select

from sendback_service.held import HeldReturn
from sendback_service.rules.policy import Fault, Policy, SettlementMoment
from sendback_service.rules.quote import (
    Circumstances,
    Credited,
    Quote,
    QuoteRule,
    QuoteUnit,
    quote,
    quote_hash,
)
from sendback_service.rules.sales_tax import Taxes, taxes_of
from sendback_service.rules.states import (
    INSPECTED,
    Inspection,
    LabelState,
    SettlementKind,
    SettlementState,
)
from sendback_service.rules.tenders import beyond_report, left_to_refund
from sendback_service.store.tables import SettlementRow, TransferRow, UnitRow
from sendback_service.store.tables.goods import HELD
from sendback_service.store.tables.money import GIVEN_BACK, GIVEN_BACK_MINOR

COUNTED = (SettlementState.SUBMITTED, SettlementState.UNKNOWN, SettlementState.SETTLED)
WORTHLESS = frozenset({Inspection.REJECTED, Inspection.MISSING})
# Of which it is not known whether it will have a label.
_UNDECIDED = frozenset({LabelState.REQUESTED, LabelState.UNKNOWN, LabelState.VOID_PENDING})


def due(held: HeldReturn) -> tuple[Quote, str, list[UnitRow]]:
    """What is to be paid now, the hash that names it, and the units that it covers."""
    policy = held.policy()
    units = due_units(held, policy)
    money = quote(priced(held), policy, tuple(_quote_unit(u, policy) for u in units), circumstances(held))
    digest = quote_hash(
        money,
        return_=held.row.id,
        units=[[u.line_id, u.unit, u.inspection, u.grade] for u in units],
    )
    return money, digest, units


def taxes_due(held: HeldReturn, money: Quote, units: Sequence[UnitRow]) -> Taxes:
    """The tax of the order that is in the goods and the shipping of what `due` found."""
    policy = held.policy()
    found = [_quote_unit(unit, policy) for unit in units]
    return taxes_of(held.order(), found, money.shipping, circumstances(held).shipping_refunded)


def expect_again(held: HeldReturn) -> None:
    """What the buyer may expect now that units were taken off or the fee fell away: with the fee that is still shown,
    and nothing inspected. What is paid already stays what was expected."""
    if any(unit.settlement_id for unit in held.units):
        return
    policy = held.policy()
    units = tuple(_quote_unit(u, policy) for u in held.units)
    around = replace(circumstances(held), label_fee=held.row.shown_fee_minor)
    held.row.estimated_minor = quote(priced(held), policy, units, around).amount


def priced(held: HeldReturn) -> Order:
    """The order as it was when the return was made, with its payments as they are known today."""
    return replace(held.order(), payments=held.payments())


def due_units(held: HeldReturn, policy: Policy) -> list[UnitRow]:
    """Units not settled yet; where inspection decides, only those that were looked at."""
    inspected_only = policy.settlement_moment(held.row.outcome) is SettlementMoment.INSPECTION
    return [
        unit
        for unit in held.units
        if not unit.settlement_id and (not inspected_only or Inspection(unit.inspection) in INSPECTED)
    ]


def counted(units: Sequence[UnitRow]) -> list[tuple[str, int]]:
    """Lines with how many of their units came back, or may still."""
    lines = Counter(unit.line_id for unit in units if Inspection(unit.inspection) not in WORTHLESS)
    return list(lines.items())


def circumstances(held: HeldReturn) -> Circumstances:
    earlier = _counted_settlements(held)
    stages = [s for s in earlier if s.return_id == held.row.id]
    return Circumstances(
        outcome=SettlementKind(held.row.outcome),
        label_fee=_fee_owed(held, stages),
        paid=beyond_report(held.payments(), _paid(held)),
        shipping_refunded=sum(s.shipping_minor for s in earlier),
        before=_settled_units(held),
        credited=_credited(stages),
    )


def left_for(held: HeldReturn) -> int:
    """What is left of the order's payments."""
    return left_to_refund(held.payments(), circumstances(held).paid)


def computed(settlement: SettlementRow) -> int:
    """What it comes to, before staff put an amount of their own in the place of that."""
    own = [step["base"] for step in settlement.quote.get("steps", ()) if step["rule"] == QuoteRule.MANUAL]
    return own[0] if own else settlement.amount_minor


def paid_elsewhere(held: HeldReturn, units: Sequence[UnitRow]) -> bool:
    """Whether the shop may have paid for these units by itself: since the return was made it took some like them off
    its order, and paid something back that is no refund of ours."""
    then, now = held.order(), held.order_today()
    left = {line.id: line.quantity for line in now.lines}
    lines = {unit.line_id for unit in units}
    if all(left.get(line.id, 0) >= line.quantity for line in then.lines if line.id in lines):
        return False
    new = _references(now) - _references(then)
    ours = sum(abs(amount) for _, amount, reference in _paid(held) if reference in new)
    return _refunded(now) - _refunded(then) > ours


def _references(order: Order) -> set[str]:
    return {reference for payment in order.payments for reference in payment.refund_references}


def _refunded(order: Order) -> int:
    return sum(payment.refunded for payment in order.payments)


def has_label(held: HeldReturn) -> bool:
    """One that was bought and not voided."""
    return any(p.label in (LabelState.PURCHASED, LabelState.EXPIRED) for p in held.parcels)


def paid_for(held: HeldReturn, unit: UnitRow) -> bool:
    """Whether money may stand for a unit that was missing or rejected: its settlement was made before that was known,
    and counted more than its units are worth as they were found, by this one at least."""
    settlement = held.tx.session.get(SettlementRow, (held.row.merchant_id, unit.settlement_id))
    if settlement is None or settlement.state not in COUNTED:
        return False
    policy = held.policy()
    found = [_quote_unit(u, policy) for u in held.units if u.settlement_id == unit.settlement_id]
    beyond = settlement.goods_minor - _goods(held, found)
    return 0 < _goods(held, [QuoteUnit(unit.line_id, unit.unit)]) <= beyond


def _goods(held: HeldReturn, units: Iterable[QuoteUnit]) -> int:
    return quote(held.order(), held.policy(), tuple(units), Circumstances()).goods


def _quote_unit(unit: UnitRow, policy: Policy) -> QuoteUnit:
    faults = {reason.code: reason.fault for reason in policy.reasons}
    percent = dict(policy.grades.percent).get(unit.grade, 100)
    if Inspection(unit.inspection) in WORTHLESS:
        percent = 0
    return QuoteUnit(unit.line_id, unit.unit, faults.get(unit.reason_code, Fault.BUYER), percent)


def _fee_owed(held: HeldReturn, earlier: list[SettlementRow]) -> int:
    """Only with a label, only what was shown, and only once. Below nothing where it was taken and has fallen away
    since: then it goes back, unless a label may come yet, or staff paid another amount, in which it may be left out."""
    charged = sum(s.label_fee_minor for s in earlier)
    owed = (held.row.shown_fee_minor if has_label(held) else 0) - charged
    if owed >= 0 or any(parcel.label in _UNDECIDED for parcel in held.parcels):
        return max(0, owed)
    taken = sum(s.label_fee_minor for s in earlier if not _decided_by_staff(s))
    return max(owed, -max(0, taken))


def _decided_by_staff(settlement: SettlementRow) -> bool:
    """The amount."""
    return any(step["rule"] == QuoteRule.MANUAL for step in settlement.quote.get("steps", ()))


def _credited(earlier: list[SettlementRow]) -> Credited:
    """Without what staff decided, which has no bonus, then or later."""
    computed = [s for s in earlier if s.kind == SettlementKind.STORE_CREDIT and not _decided_by_staff(s)]
    bonus = sum(s.bonus_minor for s in computed)
    return Credited(
        goods=sum(s.goods_minor for s in computed),
        amount=sum(s.amount_minor for s in computed) - bonus,
        bonus=bonus,
    )


def _counted_settlements(held: HeldReturn) -> list[SettlementRow]:
    query = select(SettlementRow).where(
        SettlementRow.merchant_id == held.row.merchant_id,
        SettlementRow.order_id == held.row.order_id,
        SettlementRow.reverses_id == "",
        col(SettlementRow.state).in_(COUNTED),
    )
    return list(held.tx.session.exec(query))


def _paid(held: HeldReturn) -> tuple[tuple[str, int, str], ...]:
    query = select(TransferRow.payment_id, GIVEN_BACK_MINOR, TransferRow.provider_reference).where(
        TransferRow.merchant_id == held.row.merchant_id,
        TransferRow.order_id == held.row.order_id,
        GIVEN_BACK,
    )
    return tuple((payment, amount, reference) for payment, amount, reference in held.tx.session.exec(query))


def _settled_units(held: HeldReturn) -> frozenset[tuple[str, int]]:
    """Those that came back."""
    query = select(UnitRow.line_id, UnitRow.unit).where(
        UnitRow.merchant_id == held.row.merchant_id,
        UnitRow.order_id == held.row.order_id,
        HELD,
        UnitRow.settlement_id != "",
        col(UnitRow.inspection).not_in(WORTHLESS),
    )
    return frozenset((line, unit) for line, unit in held.tx.session.exec(query))
