"""What the buyer sends the goods with: a free label, a label with a fee, or instructions."""

from collections.abc import Sequence
from enum import StrEnum

from sendback_service.rules.policy import Fault, FreeLabelWhenCreditOn, LabelPolicy, Policy
from sendback_service.rules.states import SettlementKind
from sendback_service.rules.territory import LabelRefusal
from sendback_service.rules.values import frozen


class LabelOfferKind(StrEnum):
    FREE_LABEL = "FREE_LABEL"
    LABEL_WITH_FEE = "LABEL_WITH_FEE"
    INSTRUCTIONS = "INSTRUCTIONS"


class OfferReason(StrEnum):
    """Why it is offered."""

    POLICY = "POLICY"
    CREDIT = "CREDIT"
    MERCHANT_FAULT = "MERCHANT_FAULT"
    NO_AMOUNT = "NO_AMOUNT"
    COUNTRY = "COUNTRY"


@frozen
class LabelOffer:
    """`fee` is in the order's currency; `refusal` says why there is no label where that is due to the place."""

    kind: LabelOfferKind
    why: OfferReason
    fee: int = 0
    refusal: LabelRefusal | None = None


def label_offer(
    policy: Policy,
    currency: str,
    refusal: LabelRefusal | None,
    outcome: SettlementKind,
    faults: Sequence[Fault] = (),
) -> LabelOffer:
    """Credit makes the label free whatever the policy, also NONE, wherever labels can be had. A currency without an
    amount has no fee."""
    if refusal is not None:
        return LabelOffer(LabelOfferKind.INSTRUCTIONS, OfferReason.COUNTRY, refusal=refusal)
    if _free_for_credit(policy, outcome):
        return LabelOffer(LabelOfferKind.FREE_LABEL, OfferReason.CREDIT)
    if policy.labels.policy is LabelPolicy.NONE:
        return LabelOffer(LabelOfferKind.INSTRUCTIONS, OfferReason.POLICY)
    if policy.labels.policy is LabelPolicy.FREE:
        return LabelOffer(LabelOfferKind.FREE_LABEL, OfferReason.POLICY)
    return _flat_fee(policy, currency, faults)


def _flat_fee(policy: Policy, currency: str, faults: Sequence[Fault]) -> LabelOffer:
    fee = dict(policy.labels.fees).get(currency, 0)
    if not fee:
        return LabelOffer(LabelOfferKind.FREE_LABEL, OfferReason.NO_AMOUNT)
    if fee_waived(faults):
        return LabelOffer(LabelOfferKind.FREE_LABEL, OfferReason.MERCHANT_FAULT)
    return LabelOffer(LabelOfferKind.LABEL_WITH_FEE, OfferReason.POLICY, fee)


def fee_waived(faults: Sequence[Fault]) -> bool:
    """Nobody pays for the merchant's own fault, or the carrier's."""
    return bool(faults) and all(fault is not Fault.BUYER for fault in faults)


def _free_for_credit(policy: Policy, outcome: SettlementKind) -> bool:
    if not policy.credit.enabled:
        return False
    if policy.credit.free_label is FreeLabelWhenCreditOn.ALL_RETURNS:
        return True
    return outcome is SettlementKind.STORE_CREDIT
