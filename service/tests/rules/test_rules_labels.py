"""What the goods are sent with, and who must agree."""

from dataclasses import replace

import pytest
from sendback_service.rules.approval import needs_approval
from sendback_service.rules.labels import LabelOffer, LabelOfferKind, OfferReason, label_offer
from sendback_service.rules.policy import (
    Approval,
    CreditTerms,
    Fault,
    FreeLabelWhenCreditOn,
    LabelPolicy,
    LabelTerms,
    Policy,
)
from sendback_service.rules.states import SettlementKind
from sendback_service.rules.territory import LabelRefusal

FREE, FEE, INSTRUCTIONS = LabelOfferKind
REFUND, CREDIT = SettlementKind.REFUND, SettlementKind.STORE_CREDIT
FLAT = Policy(labels=LabelTerms(LabelPolicy.FLAT_FEE, (("EUR", 500), ("JPY", 800), ("KWD", 0))))
NO_LABELS = Policy(labels=LabelTerms(LabelPolicy.NONE))
CREDIT_ON = CreditTerms(enabled=True)
FOR_ALL = CreditTerms(enabled=True, free_label=FreeLabelWhenCreditOn.ALL_RETURNS)


def offer(
    policy: Policy,
    outcome: SettlementKind = REFUND,
    *faults: Fault,
    currency: str = "EUR",
    refusal: LabelRefusal | None = None,
) -> LabelOffer:
    return label_offer(policy, currency, refusal, outcome, faults)


def test_a_policy_that_says_nothing_gives_free_labels() -> None:
    assert offer(Policy()) == LabelOffer(FREE, OfferReason.POLICY)


def test_flat_fee_in_the_orders_currency() -> None:
    assert offer(FLAT) == LabelOffer(FEE, OfferReason.POLICY, 500)
    assert offer(FLAT, currency="JPY") == LabelOffer(FEE, OfferReason.POLICY, 800)


@pytest.mark.holds("fee-per-currency")
@pytest.mark.parametrize("currency", ["SEK", "KWD"])
def test_a_currency_without_an_amount_has_no_fee(currency: str) -> None:
    assert offer(FLAT, currency=currency) == LabelOffer(FREE, OfferReason.NO_AMOUNT)


@pytest.mark.holds("label-none")
def test_none_means_instructions() -> None:
    assert offer(NO_LABELS) == LabelOffer(INSTRUCTIONS, OfferReason.POLICY)


@pytest.mark.holds("credit-frees-label")
@pytest.mark.parametrize("policy", [FLAT, NO_LABELS, Policy()])
def test_credit_has_its_label_free_whatever_the_policy(policy: Policy) -> None:
    with_credit = replace(policy, credit=CREDIT_ON)
    assert offer(with_credit, CREDIT) == LabelOffer(FREE, OfferReason.CREDIT)
    assert offer(with_credit, REFUND) == offer(policy, REFUND)


@pytest.mark.parametrize("policy", [FLAT, NO_LABELS])
def test_credit_extended_to_all_returns(policy: Policy) -> None:
    assert offer(replace(policy, credit=FOR_ALL), REFUND) == LabelOffer(FREE, OfferReason.CREDIT)
    assert offer(replace(policy, credit=replace(FOR_ALL, enabled=False)), REFUND) == offer(policy, REFUND)


@pytest.mark.parametrize("refusal", LabelRefusal)
@pytest.mark.parametrize("policy", [Policy(), FLAT, NO_LABELS, replace(FLAT, credit=FOR_ALL)])
@pytest.mark.parametrize("outcome", [REFUND, CREDIT])
def test_where_no_label_can_be_had_there_are_instructions_which_cost_nothing(
    refusal: LabelRefusal, policy: Policy, outcome: SettlementKind
) -> None:
    found = offer(policy, outcome, refusal=refusal)
    assert found == LabelOffer(INSTRUCTIONS, OfferReason.COUNTRY, 0, refusal)


@pytest.mark.parametrize("fault", [Fault.MERCHANT, Fault.CARRIER])
def test_nobody_pays_for_what_is_not_their_fault(fault: Fault) -> None:
    assert offer(FLAT, REFUND, fault, fault) == LabelOffer(FREE, OfferReason.MERCHANT_FAULT)
    assert offer(FLAT, REFUND, fault, Fault.BUYER) == LabelOffer(FEE, OfferReason.POLICY, 500)
    assert offer(NO_LABELS, REFUND, fault) == LabelOffer(INSTRUCTIONS, OfferReason.POLICY)


def test_only_a_label_with_a_fee_has_a_fee() -> None:
    policies = [Policy(), FLAT, NO_LABELS, replace(FLAT, credit=CREDIT_ON), replace(FLAT, credit=FOR_ALL)]
    refusals = [None, LabelRefusal.OVERSEAS]
    found = [offer(p, o, refusal=r) for p in policies for o in (REFUND, CREDIT) for r in refusals]
    assert {made.kind for made in found} == set(LabelOfferKind)
    assert all((made.fee > 0) == (made.kind is FEE) for made in found)


@pytest.mark.parametrize(
    ("terms", "value", "reasons", "needed"),
    [
        (Approval(), 10**9, {"DAMAGED"}, False),
        (Approval(always=True), 0, set(), True),
        (Approval(above=(("EUR", 10_000),)), 10_000, set(), False),
        (Approval(above=(("EUR", 10_000),)), 10_001, set(), True),
        (Approval(above=(("JPY", 10_000),)), 10_001, set(), False),
        (Approval(above=(("EUR", 0),)), 1, set(), True),
        (Approval(reason_codes=frozenset({"DAMAGED"})), 1, {"DAMAGED", "TOO_SMALL"}, True),
        (Approval(reason_codes=frozenset({"DAMAGED"})), 1, {"TOO_SMALL"}, False),
    ],
)
def test_when_staff_must_agree(terms: Approval, value: int, reasons: set[str], needed: bool) -> None:
    assert needs_approval(terms, value, "EUR", reasons) is needed
