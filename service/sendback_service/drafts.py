"""What a return would be: chosen units, label offer, quote, approval. Pure; every door makes its returns here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sendback_sdk.addresses import Address

from sendback_service.cases import Case
from sendback_service.refusal import Reason, refuse
from sendback_service.rules.approval import needs_approval
from sendback_service.rules.credit import credit_refusal
from sendback_service.rules.eligibility import NotReturnable
from sendback_service.rules.labels import LabelOffer, label_offer
from sendback_service.rules.limits import reached
from sendback_service.rules.policy import Fault
from sendback_service.rules.policy import Reason as ReturnReason
from sendback_service.rules.privacy import sendable
from sendback_service.rules.quote import Circumstances, Quote, QuoteUnit, quote, quote_hash
from sendback_service.rules.states import Basis, SettlementKind
from sendback_service.rules.tenders import beyond_report
from sendback_service.rules.territory import label_refusal, place_of
from sendback_service.rules.values import frozen
from sendback_service.unit_selection import DraftUnit, Wish, check_reasons, chosen, everything


@frozen
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
            basis=self.wish.basis,
        )
        return f"{seconds}.{digest}"


def draft(case: Case, wish: Wish, coverage: frozenset[str]) -> Draft:
    """`coverage` are the territories that carriers on this merchant's route can be sent from."""
    wish = wish if wish.items else replace(wish, items=everything(case))
    policy = case.policy.policy
    ship_from = wish.ship_from or sendable(case.order.ship_to)
    place = place_of(ship_from)
    units = chosen(case, wish)
    reasons = {reason.code: reason for reason in policy.reasons}
    if wish.basis is not Basis.STATUTORY_WITHDRAWAL:
        check_reasons(wish, reasons)
    faults = [reasons[u.reason_code].fault for u in units if u.reason_code in reasons]
    offer = offer_for(case, place, wish.outcome, coverage, faults)
    money = quote(
        case.order,
        policy,
        tuple(_quote_unit(unit, reasons) for unit in units),
        Circumstances(
            wish.outcome,
            offer.fee,
            beyond_report(case.order.payments, case.facts.paid),
            case.facts.shipping_refunded,
            case.facts.held - case.facts.not_back,
        ),
    )
    if wish.outcome is SettlementKind.STORE_CREDIT:
        _check_credit(case, money)
    if not wish.override_note:
        _check_limits(case, money.goods)
    in_review = not wish.override_note and needs_approval(
        policy.approval,
        money.goods,
        case.order.currency,
        {u.reason_code for u in units},
        case.order.customer_id,
    )
    return Draft(case, wish, units, ship_from, place, offer, money, in_review)


def offer_for(
    case: Case,
    place: str,
    outcome: SettlementKind,
    coverage: frozenset[str],
    faults: Sequence[Fault] = (),
) -> LabelOffer:
    terms = case.policy.policy.labels
    refusal = label_refusal(place, terms.countries, terms.outlying, coverage)
    return label_offer(case.policy.policy, case.order.currency, refusal, outcome, faults)


def _check_credit(case: Case, money: Quote) -> None:
    if why := credit_refusal(case.policy.policy.credit, case.order, money.amount):
        raise refuse(Reason.CREDIT_NOT_OFFERED, why=why)


def _check_limits(case: Case, goods: int) -> None:
    limits = case.policy.policy.limits
    if reached(limits, case.history, case.order.currency, goods):
        before = dict(case.history.values).get(case.order.currency, 0)
        left = max(0, dict(limits.values).get(case.order.currency, 0) - before)
        raise refuse(Reason.NOT_RETURNABLE, code=NotReturnable.LIMIT_REACHED, left_minor=str(left))


def _quote_unit(unit: DraftUnit, reasons: Mapping[str, ReturnReason]) -> QuoteUnit:
    if unit.reason_code in reasons:
        return QuoteUnit(unit.line_id, unit.number, reasons[unit.reason_code].fault)
    return QuoteUnit(unit.line_id, unit.number)
