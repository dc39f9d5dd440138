"""Whether each unit of an order can come back, by which rule, and until when."""

from collections.abc import Mapping, Set
from datetime import datetime
from enum import StrEnum

from sendback_sdk.orders import Order, OrderLine, OrderState

from sendback_service.rules.policy import Exclusions, Policy
from sendback_service.rules.territory import places_of
from sendback_service.rules.units import Stretch, stretches_of
from sendback_service.rules.values import frozen
from sendback_service.rules.window import returnable_until


class NotReturnable(StrEnum):
    """Why a unit cannot come back, in the order in which the rules are asked: the first that applies is told."""

    ORDER_CANCELLED = "ORDER_CANCELLED"
    ORDER_BLOCKED = "ORDER_BLOCKED"
    CUSTOMER_BLOCKED = "CUSTOMER_BLOCKED"
    COUNTRY_NOT_SERVED = "COUNTRY_NOT_SERVED"
    ALREADY_RETURNED = "ALREADY_RETURNED"
    UNFULFILLED = "UNFULFILLED"
    GIFT_CARD = "GIFT_CARD"
    DIGITAL = "DIGITAL"
    PERSONALISED = "PERSONALISED"
    HYGIENE_UNSEALED = "HYGIENE_UNSEALED"
    FINAL_SALE = "FINAL_SALE"
    PRODUCT_EXCLUDED = "PRODUCT_EXCLUDED"
    DISCOUNT_EXCLUDED = "DISCOUNT_EXCLUDED"
    NOT_DELIVERED = "NOT_DELIVERED"
    WINDOW_EXPIRED = "WINDOW_EXPIRED"
    LIMIT_REACHED = "LIMIT_REACHED"


@frozen
class Verdict:
    """`code` None: the unit can come back. `rule` names what decided; `until` is the first instant too late."""

    line_id: str
    unit: int
    code: NotReturnable | None
    rule: str
    until: datetime | None
    policy_version: int

    @property
    def returnable(self) -> bool:
        return self.code is None


def verdicts(
    order: Order,
    policy: Policy,
    policy_version: int,
    held: Set[tuple[str, int]],
    now: datetime,
    plugin_rules: Mapping[str, str] | None = None,
    limit: str = "",
) -> tuple[Verdict, ...]:
    """One verdict a unit. `held` are (line id, unit) in live or settled returns; `plugin_rules` maps line ids to
    the rule of a plugin that excludes them; `limit` names one that the customer has reached."""
    whole = _order_verdict(order, policy.exclusions)
    lines = {
        line.id: whole or _line_verdict(line, policy.exclusions, plugin_rules or {}) for line in order.lines
    }
    found: list[Verdict] = []
    for stretch in stretches_of(order):
        id, until = stretch.line.id, _until(stretch, order, policy)
        code, rule = lines[id] or _stretch_verdict(stretch, policy, until, now) or _last_asked(limit)
        found += [
            Verdict(id, number, NotReturnable.ALREADY_RETURNED, "units", until, policy_version)
            if (id, number) in held
            else Verdict(id, number, code, rule, until, policy_version)
            for number in stretch.numbers
        ]
    return tuple(found)


def _until(stretch: Stretch, order: Order, policy: Policy) -> datetime | None:
    if not stretch.fulfilled:
        return None
    return returnable_until(stretch, order.placed_time, policy.window)


def _stretch_verdict(
    stretch: Stretch, policy: Policy, until: datetime | None, now: datetime
) -> tuple[NotReturnable, str] | None:
    if not stretch.fulfilled:
        return NotReturnable.UNFULFILLED, "fulfilment"
    if policy.window.demand_delivery and stretch.delivered is None:
        return NotReturnable.NOT_DELIVERED, "window.demand_delivery"
    if until is not None and now >= until:
        return NotReturnable.WINDOW_EXPIRED, "window.days"
    return None


def _last_asked(limit: str) -> tuple[NotReturnable | None, str]:
    """Whoever reads why hears of the goods first, and of the customer's limit where nothing else speaks against it."""
    return (NotReturnable.LIMIT_REACHED, limit) if limit else (None, "window")


def _order_verdict(order: Order, exclusions: Exclusions) -> tuple[NotReturnable, str] | None:
    if order.state is OrderState.CANCELLED:
        return NotReturnable.ORDER_CANCELLED, "order"
    if _any_tag(order.tags, exclusions.order_tags):
        return NotReturnable.ORDER_BLOCKED, "exclusions.order_tags"
    if order.customer_id and order.customer_id in exclusions.customer_ids:
        return NotReturnable.CUSTOMER_BLOCKED, "exclusions.customer_ids"
    if exclusions.countries and exclusions.countries & places_of(order.ship_to):
        return NotReturnable.COUNTRY_NOT_SERVED, "exclusions.countries"
    return None


def _line_verdict(
    line: OrderLine, exclusions: Exclusions, plugin_rules: Mapping[str, str]
) -> tuple[NotReturnable, str] | None:
    for flag, code in (
        (line.gift_card, NotReturnable.GIFT_CARD),
        (line.digital, NotReturnable.DIGITAL),
        (line.personalised, NotReturnable.PERSONALISED),
        (line.final_sale, NotReturnable.FINAL_SALE),
    ):
        if flag:
            return code, "line"
    if _any_tag(line.tags, exclusions.tags):
        return NotReturnable.PRODUCT_EXCLUDED, "exclusions.tags"
    if line.product_id and line.product_id in exclusions.product_ids:
        return NotReturnable.PRODUCT_EXCLUDED, "exclusions.product_ids"
    least = exclusions.discount_at_least_percent
    if least and _discount_percent(line) >= least:
        return NotReturnable.DISCOUNT_EXCLUDED, "exclusions.discount"
    if line.id in plugin_rules:
        return NotReturnable.PRODUCT_EXCLUDED, plugin_rules[line.id]
    return None


def _any_tag(tags: Set[str], excluded: Set[str]) -> bool:
    return bool(excluded and {tag.casefold() for tag in tags} & {tag.casefold() for tag in excluded})


def _discount_percent(line: OrderLine) -> int:
    return sum(d.amount for d in line.discounts) * 100 // line.price if line.price else 0
