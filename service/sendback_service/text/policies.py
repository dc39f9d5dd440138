"""A change of policy in words: what differs, for whom that is better, and how past returns would have been judged."""

from sendback_sdk.money import Money

from sendback_service.rules.clauses import Titles, Value
from sendback_service.rules.differences import Difference, Effect
from sendback_service.rules.eligibility import NotReturnable
from sendback_service.rules.judging import ACCEPTED, CREDIT_NOT_OFFERED, IN_REVIEW, RETURNABLE
from sendback_service.rules.policy import (
    Evidence,
    Fault,
    FreeLabelWhenCreditOn,
    LabelPolicy,
    Particular,
    SettlementMoment,
    ShippingRefund,
)
from sendback_service.text.addresses import country
from sendback_service.text.amounts import amount
from sendback_service.text.verdicts import verdict_text
from sendback_service.text.words import N_, Words, words

_MOST_MEMBERS = 12

CLAUSES: dict[str, str] = {
    "window.days": N_("Days in which a return can be asked for"),
    "window.time_zone": N_("Time zone in which days are counted"),
    "window.demand_delivery": N_("Only what is known as delivered can come back"),
    "labels.policy": N_("Return labels"),
    "labels.fees[]": N_("Fee for a return label, orders in {key}"),
    "labels.region_codes": N_("Countries with return labels"),
    "labels.outlying_codes": N_("Outlying areas with return labels"),
    "credit.enabled": N_("Store credit"),
    "credit.free_label_when_credit_on": N_("Returns whose label is free thanks to store credit"),
    "credit.moment": N_("Store credit is given"),
    "credit.maximum[]": N_("Largest store credit, orders in {key}"),
    "credit.bonus_percent": N_("Bonus on store credit, in per cent"),
    "credit.bonus_maximum[]": N_("Largest bonus on store credit, orders in {key}"),
    "credit.expires_after_days": N_("Days after which store credit lapses"),
    "reasons": N_("Reasons for a return"),
    "reasons[].titles": N_("Words of the reason {key}"),
    "reasons[].fault": N_("Whose fault the reason {key} is"),
    "reasons[].evidence": N_("What the reason {key} asks of buyers"),
    "exclusions.tags": N_("Product tags that exclude a return"),
    "exclusions.product_ids": N_("Products that cannot be returned"),
    "exclusions.region_codes": N_("Countries that nothing is taken back from"),
    "exclusions.discount_at_least_percent": N_("Discount from which nothing is taken back, in per cent"),
    "exclusions.order_tags": N_("Order tags that exclude a return"),
    "exclusions.customer_ids": N_("Customers whose returns are refused"),
    "approval.always": N_("Staff must agree to every return"),
    "approval.above[]": N_("Value above which staff must agree, orders in {key}"),
    "approval.reason_codes": N_("Reasons for which staff must agree"),
    "approval.customer_ids": N_("Customers for whom staff must agree"),
    "settlement": N_("Refunds are paid"),
    "shipping": N_("Delivery is refunded"),
    "restocking_percent": N_("Restocking fee, in per cent"),
    "grades[]": N_("Per cent refunded for the grade {key}"),
    "unused_label_days": N_("Days after which an unused label lets the return expire"),
    "limits.days": N_("Days that the limits for one customer look back"),
    "limits.returns": N_("Most returns of one customer in these days"),
    "limits.values[]": N_("Most that one customer may return in these days, orders in {key}"),
    "service.reminder_days": N_("Days before expiry on which buyers are reminded of an unused label"),
    "service.parcel_days": N_("Days after which a parcel on its way is late"),
    "service.inspection_days": N_("Days in which a parcel that arrived is to be inspected"),
    "service.refund_days": N_("Days after arrival in which money is due"),
    "particulars[]": N_("Particular terms for {key}"),
}
# By kind, for the same name can stand in two of them.
_VALUES: dict[type, dict[object, str]] = {
    bool: {True: N_("yes"), False: N_("no")},
    LabelPolicy: {
        LabelPolicy.FREE: N_("free"),
        LabelPolicy.FLAT_FEE: N_("for a flat fee"),
        LabelPolicy.NONE: N_("none, buyers get instructions"),
    },
    FreeLabelWhenCreditOn: {
        FreeLabelWhenCreditOn.CREDIT_RETURNS: N_("those for store credit"),
        FreeLabelWhenCreditOn.ALL_RETURNS: N_("all of them"),
    },
    SettlementMoment: {
        SettlementMoment.ON_REQUEST: N_("when the return is agreed to"),
        SettlementMoment.FIRST_SCAN: N_("when the carrier first scans the parcel"),
        SettlementMoment.DELIVERY: N_("when the parcel arrives"),
        SettlementMoment.INSPECTION: N_("when the items were inspected"),
    },
    ShippingRefund: {
        ShippingRefund.NEVER: N_("never"),
        ShippingRefund.IF_ALL_RETURNED: N_("when everything comes back"),
        ShippingRefund.PROPORTIONAL: N_("in proportion to the items"),
        ShippingRefund.ALWAYS: N_("with the first return"),
        ShippingRefund.STATUTORY: N_("as the right of withdrawal demands"),
    },
    Fault: {
        Fault.MERCHANT: N_("the shop’s"),
        Fault.BUYER: N_("the buyer’s"),
        Fault.CARRIER: N_("the carrier’s"),
    },
    Evidence: {
        Evidence.NONE: N_("nothing"),
        Evidence.COMMENT: N_("a comment"),
        Evidence.PHOTO: N_("a photo"),
    },
}
# What a field that says nothing means, and a number that is 0.
_ABSENT: dict[str, str] = {
    "labels.fees[]": N_("no fee"),
    "credit.maximum[]": N_("no limit"),
    "credit.bonus_maximum[]": N_("no limit"),
    "approval.above[]": N_("no limit"),
    "grades[]": N_("in full"),
    "limits.values[]": N_("no limit"),
    "particulars[]": N_("as for everybody"),
}
_ZERO: dict[str, str] = {
    "credit.expires_after_days": N_("never"),
    "unused_label_days": N_("never"),
    "exclusions.discount_at_least_percent": N_("no limit"),
    "limits.returns": N_("no limit"),
}
_EFFECTS: dict[Effect, str] = {
    Effect.BETTER: N_("Better for buyers."),
    Effect.WORSE: N_("Worse for buyers."),
    Effect.MIXED: N_("Better for some buyers, worse for others."),
    Effect.NEUTRAL: N_("Neither better nor worse for buyers."),
}
_COUNTRIES = frozenset({"labels.region_codes", "labels.outlying_codes", "exclusions.region_codes"})
_JUDGEMENTS: dict[str, str] = {
    RETURNABLE: N_("This item could come back."),
    ACCEPTED: N_("The return would go ahead at once."),
    IN_REVIEW: N_("The return would wait for your approval."),
    CREDIT_NOT_OFFERED: N_("Store credit would not be offered."),
}


def difference_text(difference: Difference, language: str) -> str:
    """What differs, and whom it serves."""
    say = words(language)
    what = say(CLAUSES[difference.field], key=difference.keys[0])
    if difference.of_members:
        sentence = N_("{what}, new: {members}.") if difference.new else N_("{what}, no longer: {members}.")
        told = say(sentence, what=what, members=_members(difference, say))
    else:
        before = _value(difference.field, difference.old, difference.new, say)
        now = _value(difference.field, difference.new, difference.old, say)
        told = say(N_("{what}: {before} → {now}."), what=what, before=before, now=now)
    return f"{told} {say(_EFFECTS[difference.effect])}"


def verdict_on_change(effect: Effect, language: str) -> str:
    """What it means for orders that were placed before."""
    say = words(language)
    if effect in (Effect.BETTER, Effect.NEUTRAL):
        return say(N_("Nothing gets worse for buyers: it holds for orders placed before, too."))
    return say(
        N_(
            "Something gets worse for buyers: orders placed before that would lose by it keep what held for them."
        )
    )


def judgement_text(judged: str, language: str) -> str:
    if judged in set(NotReturnable):
        return verdict_text(judged, language)
    return words(language)(_JUDGEMENTS[judged]) if judged in _JUDGEMENTS else judged


def _value(field: str, value: Value, other: Value, say: Words) -> str:
    match value:
        case None:
            return say(_ABSENT[field]) if field in _ABSENT else "–"
        case Money():
            return amount(value.minor, value.currency, say)
        case tuple():
            return _titles(value, other)
        case Particular():
            return _particular(value, say)
        case 0 if field in _ZERO:
            return say(_ZERO[field])
    known = _VALUES.get(type(value), {}).get(value)
    return str(value) if known is None else say(known)


def _particular(terms: Particular, say: Words) -> str:
    """What they say, each as the same clause of the policy is told."""
    said: list[tuple[str, str, Value]] = [
        ("window.days", "", terms.window_days),
        ("labels.policy", "", terms.label_policy),
        *(("labels.fees[]", currency, Money(minor, currency)) for currency, minor in terms.label_fees),
        ("restocking_percent", "", terms.restocking_percent),
        ("approval.always", "", terms.always_approve or None),
    ]
    return "; ".join(
        f"{say(CLAUSES[field], key=key)} {_value(field, value, None, say)}"
        for field, key, value in said
        if value is not None
    )


def _titles(value: Titles, other: Value) -> str:
    """In the languages in which they differ."""
    others = other if isinstance(other, tuple) else ()
    return (
        ", ".join(f"{language}: “{text}”" for language, text in value if (language, text) not in others)
        or "–"
    )


def _members(difference: Difference, say: Words) -> str:
    named = difference.keys
    if difference.field in _COUNTRIES:
        named = tuple(sorted(country(code, say) for code in named))
    rest = len(named) - _MOST_MEMBERS
    return ", ".join(named[:_MOST_MEMBERS]) + (f" … (+{rest})" if rest > 0 else "")
