"""The consumer's right of withdrawal: open for 14 days from receipt of the order's last item, whatever the policy says.

Source: Directive 2011/83/EU, articles 9 to 16. What counsel must check stands in service/docs/withdrawal.md.
"""

from collections.abc import Set
from dataclasses import replace
from datetime import datetime

from sendback_sdk.orders import Order, OrderLine, OrderState

from sendback_service.rules.eligibility import NotReturnable, Verdict
from sendback_service.rules.policy import Approval, GradeTerms, Limits, Policy, ShippingRefund, Window
from sendback_service.rules.units import Unit, units_of
from sendback_service.rules.window import returnable_until

DAYS = 14
_RULE = "withdrawal"


def statutory(policy: Policy) -> Policy:
    """The terms that hold for a withdrawal: nothing kept for restocking, nobody asked, standard delivery paid back with
    the whole order. The label's fee stays, since the buyer was told it before."""
    return replace(
        policy,
        window=Window(DAYS, policy.window.time_zone),
        approval=Approval(),
        limits=Limits(),
        restocking_percent=0,
        grades=GradeTerms(),
        shipping=ShippingRefund.STATUTORY,
    )


def withdrawal_until(order: Order, time_zone: str) -> datetime | None:
    """The first instant too late, counted from the last of the goods to arrive; None while one has not arrived, since
    the days have not begun to run. What no carrier brings is not waited for."""
    units = units_of(order)
    goods = [unit for unit in units if not (unit.line.digital or unit.line.gift_card)]
    if any(unit.delivered is None for unit in goods):
        return None
    window = Window(DAYS, time_zone)
    return max((returnable_until(unit, order.placed_time, window) for unit in goods or units), default=None)


def withdrawal_verdicts(
    order: Order, policy: Policy, policy_version: int, held: Set[tuple[str, int]], now: datetime
) -> tuple[Verdict, ...]:
    """One verdict a unit. Only what the law itself excepts is excepted; nothing of the merchant's own."""
    until = withdrawal_until(order, policy.window.time_zone)
    over = until is not None and now >= until
    return tuple(
        Verdict(unit.line.id, unit.number, _code(unit, order, held, over=over), _RULE, until, policy_version)
        for unit in units_of(order)
    )


def _code(unit: Unit, order: Order, held: Set[tuple[str, int]], *, over: bool) -> NotReturnable | None:
    if (unit.line.id, unit.number) in held:
        return NotReturnable.ALREADY_RETURNED
    if order.state is OrderState.CANCELLED:
        return NotReturnable.ORDER_CANCELLED
    if not unit.fulfilled:
        return NotReturnable.UNFULFILLED
    return _excepted(unit.line) or (NotReturnable.WINDOW_EXPIRED if over else None)


def _excepted(line: OrderLine) -> NotReturnable | None:
    """Article 16: made to the buyer's measure, digital content, sealed goods (whose seal the buyer vouches for)."""
    if line.personalised:
        return NotReturnable.PERSONALISED
    return NotReturnable.DIGITAL if line.digital else None
