"""Which version of a policy binds an order."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sendback_service.rules.binding import binding, no_worse
from sendback_service.rules.policy import (
    Evidence,
    Fault,
    FreeLabelWhenCreditOn,
    LabelPolicy,
    Limits,
    Policy,
    Reason,
    SettlementMoment,
    ShippingRefund,
    Window,
)
from sendback_service.rules.territory import LABEL_COUNTRIES

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
EUR_5, EUR_9 = (("EUR", 500),), (("EUR", 900),)
SOME, MORE = frozenset({"a"}), frozenset({"a", "b"})
# Where terms matter only beside others: credit that is on, a label that has a fee.
GROUND = Policy()
GROUND = replace(
    GROUND,
    labels=replace(GROUND.labels, policy=LabelPolicy.FLAT_FEE, fees=EUR_5),
    credit=replace(GROUND.credit, enabled=True),
    limits=Limits(30, 5, EUR_9),
)

# Field by field: what is worse for a buyer, and what is better.
WORSE_AND_BETTER: dict[str, tuple[Any, Any]] = {
    "window.days": (14, 30),
    "window.demand_delivery": (True, False),
    "labels.policy": (LabelPolicy.FLAT_FEE, LabelPolicy.FREE),
    "labels.fees": (EUR_9, EUR_5),
    "labels.countries": (frozenset({"FR"}), frozenset({"FR", "DE"})),
    "labels.outlying": (frozenset(), frozenset({"IC"})),
    "credit.enabled": (False, True),
    "credit.free_label": (FreeLabelWhenCreditOn.CREDIT_RETURNS, FreeLabelWhenCreditOn.ALL_RETURNS),
    "credit.moment": (SettlementMoment.INSPECTION, SettlementMoment.FIRST_SCAN),
    "credit.maximum": (EUR_5, EUR_9),
    "credit.bonus_percent": (5, 10),
    "credit.bonus_maximum": (EUR_5, EUR_9),
    "credit.expires_after_days": (90, 365),
    "exclusions.tags": (MORE, SOME),
    "exclusions.product_ids": (MORE, SOME),
    "exclusions.countries": (MORE, SOME),
    "exclusions.discount_at_least_percent": (30, 50),
    "exclusions.order_tags": (MORE, SOME),
    "exclusions.customer_ids": (MORE, SOME),
    "approval.always": (True, False),
    "approval.above": (EUR_5, EUR_9),
    "approval.reason_codes": (MORE, SOME),
    "approval.customer_ids": (MORE, SOME),
    "limits.days": (60, 30),
    "limits.returns": (3, 5),
    "limits.values": (EUR_5, EUR_9),
    "settlement": (SettlementMoment.INSPECTION, SettlementMoment.DELIVERY),
    "shipping": (ShippingRefund.IF_ALL_RETURNED, ShippingRefund.PROPORTIONAL),
    "restocking_percent": (15, 10),
    "grades.percent": ((("C_DAMAGED", 30),), (("C_DAMAGED", 50),)),
    "unused_label_days": (14, 30),
    "reasons": ((Reason("LATE", ()),), (Reason("LATE", (), Fault.CARRIER),)),
}
# Particular terms are laid over before versions are compared; service terms remind people, and bind nobody.
INDIFFERENT = {
    "window.time_zone",
    "particulars",
    "service.reminder_days",
    "service.parcel_days",
    "service.inspection_days",
    "service.refund_days",
}
# The value that stands for "no limit" or "all of them".
UNLIMITED: dict[str, Any] = {
    "labels.countries": frozenset(),
    "credit.maximum": (),
    "credit.bonus_maximum": (),
    "credit.expires_after_days": 0,
    "exclusions.discount_at_least_percent": 0,
    "approval.above": (),
    "limits.days": 0,
    "limits.returns": 0,
    "limits.values": (),
    "grades.percent": (),
    "unused_label_days": 0,
}


def leaves(value: Any, path: str = "") -> Iterator[str]:
    for field in fields(value):
        at, inner = f"{path}{field.name}", getattr(value, field.name)
        yield from leaves(inner, f"{at}.") if is_dataclass(inner) else [at]


def having(path: str, value: Any, policy: Policy = GROUND) -> Policy:
    first, _, rest = path.partition(".")
    inner = value if not rest else replace(getattr(policy, first), **{rest: value})
    return replace(policy, **{first: inner})


def bound(placed: datetime, *versions: Policy, currency: str = "EUR") -> int:
    """Versions published a month after each other."""
    dated = [(FIRST + timedelta(days=30 * n), policy) for n, policy in enumerate(versions)]
    return binding(dated, placed, currency)


def test_every_term_of_a_policy_is_judged() -> None:
    assert set(leaves(Policy())) == WORSE_AND_BETTER.keys() | INDIFFERENT


@pytest.mark.parametrize("path", WORSE_AND_BETTER)
def test_each_term_by_itself_holds_the_buyer_to_the_better(path: str) -> None:
    worse, better = (having(path, value) for value in WORSE_AND_BETTER[path])
    assert no_worse(better, worse, "EUR")
    assert not no_worse(worse, better, "EUR")
    assert bound(FIRST, worse, better) == 1
    assert bound(FIRST, better, worse) == 0


@pytest.mark.parametrize("path", UNLIMITED)
def test_no_limit_is_better_than_any(path: str) -> None:
    unlimited = having(path, UNLIMITED[path])
    for value in WORSE_AND_BETTER[path]:
        assert no_worse(unlimited, having(path, value), "EUR")
        assert not no_worse(having(path, value), unlimited, "EUR")


@pytest.mark.parametrize("path", WORSE_AND_BETTER)
def test_what_gives_here_and_takes_there_does_not_bind(path: str) -> None:
    if path == "window.days":
        return
    worse, better = WORSE_AND_BETTER[path]
    old = having(path, better, replace(GROUND, window=Window(14)))
    assert bound(FIRST, old, having(path, worse, replace(GROUND, window=Window(30)))) == 0


def test_the_same_policy_again_binds_as_the_newest() -> None:
    assert bound(FIRST, GROUND, GROUND, GROUND) == 2


def test_an_order_takes_the_version_in_force_when_it_was_placed() -> None:
    versions = [replace(GROUND, window=Window(days)) for days in (30, 20, 14)]
    moments = (-400, 0, 29, 30, 59, 60, 900)
    found = [bound(FIRST + timedelta(days=day), *versions) for day in moments]
    assert found == [0, 0, 0, 1, 1, 2, 2]


def test_an_order_older_than_the_first_version_takes_the_first_or_a_better_one() -> None:
    before = FIRST - timedelta(days=1)
    assert bound(before, GROUND, replace(GROUND, restocking_percent=10)) == 0
    assert bound(before, replace(GROUND, restocking_percent=10), GROUND) == 1


def test_only_the_current_version_is_compared_and_no_other_in_between() -> None:
    versions = [replace(GROUND, window=Window(days)) for days in (20, 60, 14)]
    assert bound(FIRST, *versions) == 0


def test_amounts_in_currencies_that_the_buyer_did_not_pay_in_do_not_matter() -> None:
    dearer = having("labels.fees", (*EUR_5, ("JPY", 10**6)))
    assert bound(FIRST, GROUND, dearer) == 1
    assert bound(FIRST, GROUND, dearer, currency="JPY") == 0


def test_no_label_is_worse_than_a_dear_one() -> None:
    none = having("labels.policy", LabelPolicy.NONE)
    assert bound(FIRST, GROUND, none) == 0
    assert bound(FIRST, none, GROUND) == 1


def test_labels_free_for_all_returns_make_the_fee_no_matter() -> None:
    free = having("credit.free_label", FreeLabelWhenCreditOn.ALL_RETURNS)
    assert bound(FIRST, free, having("labels.fees", EUR_9, free)) == 1


def test_terms_of_credit_matter_to_nobody_who_had_none() -> None:
    off = having("credit.enabled", False)
    assert bound(FIRST, off, having("credit.maximum", EUR_5)) == 1


def test_naming_all_countries_is_no_narrower_than_naming_none() -> None:
    assert bound(FIRST, GROUND, having("labels.countries", LABEL_COUNTRIES)) == 1


def test_any_limit_is_worse_than_none() -> None:
    none = replace(GROUND, limits=Limits())
    assert bound(FIRST, none, replace(GROUND, limits=Limits(1, 10_000))) == 0
    assert bound(FIRST, GROUND, none) == 1
    assert bound(FIRST, GROUND, replace(GROUND, limits=Limits(90))) == 1


def test_limits_that_give_here_and_take_there_do_not_bind() -> None:
    assert bound(FIRST, GROUND, replace(GROUND, limits=Limits(120, 50, EUR_9))) == 0


def test_reasons_that_are_worse_for_buyers_do_not_bind() -> None:
    damaged = Reason("DAMAGED", (("en", "Damaged"),), Fault.MERCHANT, Evidence.COMMENT)
    old = having("reasons", (damaged,))
    reworded = replace(damaged, titles=(("en", "It came damaged"),))
    assert bound(FIRST, old, having("reasons", (reworded, Reason("OTHER", ())))) == 1
    assert bound(FIRST, old, having("reasons", (replace(damaged, fault=Fault.CARRIER),))) == 1
    assert bound(FIRST, old, having("reasons", (replace(damaged, fault=Fault.BUYER),))) == 0
    assert bound(FIRST, old, having("reasons", (replace(damaged, evidence=Evidence.PHOTO),))) == 0
    assert bound(FIRST, old, having("reasons", (replace(damaged, evidence=Evidence.NONE),))) == 1
    assert bound(FIRST, old, having("reasons", ())) == 0
