"""What a return would be: chosen units, label offer, quote, approval. Pure; every door makes its returns here."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sendback_sdk import Rule
from sendback_sdk.addresses import Address
from sendback_sdk.orders import Order

from sendback_service.refusal import Reason, Refusal, invalid, refuse
from sendback_service.rules.approval import needs_approval
from sendback_service.rules.binding import binding
from sendback_service.rules.eligibility import NotReturnable, Verdict, verdicts
from sendback_service.rules.labels import LabelOffer, label_offer
from sendback_service.rules.policy import Evidence
from sendback_service.rules.policy import Reason as ReturnReason
from sendback_service.rules.quote import Circumstances, Quote, QuoteUnit, quote, quote_hash
from sendback_service.rules.states import SettlementKind
from sendback_service.rules.territory import label_refusal, territory
from sendback_service.shops import PolicyVersion, Shop
from sendback_service.store.documents import order_from
from sendback_service.store.hot import OrderFacts

LARGEST_RETURN = 1000
_BEYOND_STAFF = frozenset({NotReturnable.ALREADY_RETURNED, NotReturnable.UNFULFILLED})


@dataclass(frozen=True, slots=True)
class Item:
    """Some units of a line that somebody wants to return. `evidence` are ids of uploaded photos; `seal_intact` is the
    buyer's word on goods sealed for hygiene."""

    line_id: str
    quantity: int
    reason_code: str = ""
    comment: str = ""
    evidence: tuple[str, ...] = ()
    seal_intact: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. `override_note` is staff's reason to go beyond the policy; empty keeps to it."""

    items: tuple[Item, ...]
    outcome: SettlementKind = SettlementKind.REFUND
    ship_from: Address | None = None
    override_note: str = ""


@dataclass(frozen=True, slots=True)
class DraftUnit:
    line_id: str
    number: int
    title: str
    reason_code: str
    comment: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """An order seen under the policy that binds it, at one moment."""

    facts: OrderFacts
    order: Order
    shop: Shop
    policy: PolicyVersion
    place: str
    verdicts: tuple[Verdict, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    case: Case
    wish: Wish
    units: tuple[DraftUnit, ...]
    ship_from: Address | None
    place: str
    offer: LabelOffer
    quote: Quote
    in_review: bool

    def hash(self, issued: datetime) -> str:
        """Names what the buyer was shown and when: `<seconds>.<digest>`."""
        seconds = f"{int(issued.timestamp()):x}"
        digest = quote_hash(
            self.quote,
            issued=seconds,
            order=[self.case.facts.id, self.case.facts.version],
            policy=self.case.policy.version,
            units=[[u.line_id, u.number, u.reason_code] for u in self.units],
            offer=[self.offer.kind, self.offer.fee, self.place],
            review=self.in_review,
        )
        return f"{seconds}.{digest}"


def case_of(facts: OrderFacts, shop: Shop, now: datetime, plugin_rules: Sequence[Rule]) -> Case:
    order = order_from(facts.document)
    policy = _binding(shop, order)
    place = place_of(order.ship_to)
    return Case(
        facts=facts,
        order=order,
        shop=shop,
        policy=policy,
        place=place,
        verdicts=verdicts(
            order, policy.policy, policy.version, facts.held, now, place, _excluded(order, plugin_rules)
        ),
        now=now,
    )


def draft(case: Case, wish: Wish, coverage: frozenset[str]) -> Draft:
    """`coverage` are the territories that carriers on this merchant's route can be sent from."""
    policy = case.policy.policy
    ship_from = wish.ship_from or case.order.ship_to
    place = place_of(ship_from)
    units = _chosen(case, wish)
    reasons = {reason.code: reason for reason in policy.reasons}
    _check_reasons(wish.items, reasons)
    faults = [reasons[u.reason_code].fault for u in units if u.reason_code in reasons]
    offer = offer_for(case, place, wish.outcome, coverage, faults)
    money = quote(
        case.order,
        policy,
        tuple(_quote_unit(unit, reasons) for unit in units),
        Circumstances(
            wish.outcome, offer.fee, case.facts.paid, case.facts.shipping_refunded, case.facts.held
        ),
    )
    if wish.outcome is SettlementKind.STORE_CREDIT:
        _check_credit(case, money)
    in_review = not wish.override_note and needs_approval(
        policy.approval, money.goods, case.order.currency, {u.reason_code for u in units}
    )
    return Draft(case, wish, units, ship_from, place, offer, money, in_review)


def offer_for(
    case: Case,
    place: str,
    outcome: SettlementKind,
    coverage: frozenset[str],
    faults: Sequence[object] = (),
) -> LabelOffer:
    terms = case.policy.policy.labels
    refusal = label_refusal(place, terms.countries, terms.outlying, coverage)
    return label_offer(case.policy.policy, case.order.currency, refusal, outcome, faults)  # type: ignore[arg-type]


def place_of(address: Address | None) -> str:
    return "" if address is None else territory(address.country, address.postal_code, address.city)


def credit_refusal(case: Case) -> str:
    """Why this order's buyer cannot choose store credit; empty where they can."""
    if not case.policy.policy.credit.enabled:
        return "the merchant does not offer it"
    return "" if case.order.customer_id else "the buyer has no customer account in the shop"


def _check_credit(case: Case, money: Quote) -> None:
    why = credit_refusal(case)
    largest = dict(case.policy.policy.credit.maximum).get(case.order.currency)
    if not why and largest is not None and money.amount > largest:
        why = f"more than the largest credit, {largest} {case.order.currency} in minor units"
    if why:
        raise refuse(Reason.CREDIT_NOT_OFFERED, why=why)


def _binding(shop: Shop, order: Order) -> PolicyVersion:
    if not shop.policies:
        return shop.policy
    versions = [(p.publish_time, p.policy) for p in shop.policies if p.publish_time is not None]
    return shop.policies[binding(versions, order.placed_time, order.currency)]


def _excluded(order: Order, plugin_rules: Sequence[Rule]) -> dict[str, str]:
    """Line → the first plugin rule that excludes it."""
    found: dict[str, str] = {}
    for rule in plugin_rules:
        for line in order.lines:
            if line.id not in found and rule.excludes(order, line):
                found[line.id] = rule.id
    return found


def _chosen(case: Case, wish: Wish) -> tuple[DraftUnit, ...]:
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
            )
            for verdict in _take(by_line[item.line_id], item, wish)
        ]
    return tuple(units)


def _take(line: list[Verdict], item: Item, wish: Wish) -> list[Verdict]:
    """Takes the item's units off the line's verdicts, so that a second item for it gets others."""
    free = [v for v in line if v.returnable or (wish.override_note and v.code not in _BEYOND_STAFF)]
    if len(free) < item.quantity:
        raise _not_returnable(item, [v for v in line if v not in free], len(free))
    taken = free[: item.quantity]
    line[:] = [v for v in line if v not in taken]
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


def _check_reasons(items: Sequence[Item], reasons: Mapping[str, ReturnReason]) -> None:
    for place, item in enumerate(items):
        at = f"items[{place}]"
        if not reasons:
            continue
        if item.reason_code not in reasons:
            raise invalid(f"{at}.reason_code", f"must be one of {', '.join(reasons)}")
        needed = reasons[item.reason_code].evidence
        if needed is Evidence.COMMENT and not item.comment.strip():
            raise invalid(f"{at}.comment", f"the reason {item.reason_code} needs a comment")
        if needed is Evidence.PHOTO and not item.evidence:
            raise invalid(f"{at}.evidence_image_ids", f"the reason {item.reason_code} needs a photo")


def _quote_unit(unit: DraftUnit, reasons: Mapping[str, ReturnReason]) -> QuoteUnit:
    if unit.reason_code in reasons:
        return QuoteUnit(unit.line_id, unit.number, reasons[unit.reason_code].fault)
    return QuoteUnit(unit.line_id, unit.number)
