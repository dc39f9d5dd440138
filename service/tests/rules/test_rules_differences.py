"""In what two policies differ, and for whom that is better."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sendback_sdk.money import Money
from sendback_service.rules.binding import no_worse
from sendback_service.rules.clauses import CLAUSES
from sendback_service.rules.differences import Effect, differences, effect_of
from sendback_service.rules.policy import (
    Approval,
    CreditTerms,
    Evidence,
    Exclusions,
    Fault,
    FreeLabelWhenCreditOn,
    GradeTerms,
    LabelPolicy,
    LabelTerms,
    Limits,
    Particular,
    Policy,
    Reason,
    SettlementMoment,
    ShippingRefund,
    Window,
)
from sendback_service.rules.territory import LABEL_COUNTRIES

from service.tests.rules.test_rules_binding import GROUND, WORSE_AND_BETTER, having, leaves

B, W, N = Effect.BETTER, Effect.WORSE, Effect.NEUTRAL
SWAPPED = {B: W, W: B, N: N, Effect.MIXED: Effect.MIXED}


def found(old: Policy, new: Policy) -> list[tuple[str, Any, Any, Effect]]:
    return [(d.path, d.old, d.new, d.effect) for d in differences(old, new)]


def of_labels(*fees: tuple[str, int], policy: LabelPolicy = LabelPolicy.FLAT_FEE) -> Policy:
    return Policy(labels=LabelTerms(policy, fees))


_amounts = st.dictionaries(st.sampled_from(["EUR", "JPY"]), st.sampled_from([300, 500])).map(
    lambda drawn: tuple(sorted(drawn.items()))
)
_few = st.frozensets(st.sampled_from(["a", "b"]))
policies = st.builds(
    Policy,
    window=st.builds(Window, st.sampled_from([14, 30]), st.just("Europe/Paris"), st.booleans()),
    labels=st.builds(
        LabelTerms,
        st.sampled_from(LabelPolicy),
        _amounts,
        st.sampled_from([frozenset(), LABEL_COUNTRIES, frozenset({"FR"})]),
        st.sampled_from([frozenset(), frozenset({"IC"})]),
    ),
    credit=st.builds(
        CreditTerms,
        st.booleans(),
        st.sampled_from(FreeLabelWhenCreditOn),
        st.sampled_from(SettlementMoment),
        _amounts,
        st.sampled_from([0, 10]),
        _amounts,
        st.sampled_from([0, 90]),
    ),
    reasons=st.lists(
        st.builds(
            Reason,
            st.sampled_from(["LATE", "FIT"]),
            st.just(()),
            st.sampled_from(Fault),
            st.sampled_from(Evidence),
        ),
        unique_by=lambda reason: reason.code,
    ).map(tuple),
    exclusions=st.builds(Exclusions, _few, _few, _few, st.sampled_from([0, 30]), _few, _few),
    approval=st.builds(Approval, st.booleans(), _amounts, _few, _few),
    limits=st.one_of(
        st.just(Limits()), st.builds(Limits, st.sampled_from([30, 90]), st.sampled_from([2, 5]), _amounts)
    ),
    particulars=st.lists(
        st.builds(
            Particular,
            st.sampled_from([frozenset({"FR"}), frozenset({"FR", "DE"})]),
            st.sampled_from([frozenset(), frozenset({"cus_1"})]),
            window_days=st.sampled_from([None, 20]),
            label_policy=st.sampled_from([None, *LabelPolicy]),
            always_approve=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    settlement=st.sampled_from(SettlementMoment),
    shipping=st.sampled_from(ShippingRefund),
    restocking_percent=st.sampled_from([0, 15]),
    grades=_amounts.map(lambda drawn: GradeTerms(tuple(("C_DAMAGED", n // 10) for _, n in drawn[:1]))),
    unused_label_days=st.sampled_from([0, 14, 30]),
)


@given(policies)
def test_a_policy_does_not_differ_from_itself(policy: Policy) -> None:
    assert found(policy, policy) == []


@given(policies, policies)
def test_the_way_back_undoes_the_way_there(old: Policy, new: Policy) -> None:
    """But for particular terms, which are judged beside all else that the newer policy says."""
    old, new = replace(old, particulars=()), replace(new, particulars=())
    there = [(d.field, d.keys, d.old, d.new, d.effect) for d in differences(old, new)]
    back = [(d.field, d.keys, d.new, d.old, SWAPPED[d.effect]) for d in differences(new, old)]
    assert sorted(map(str, there)) == sorted(map(str, back))


@given(policies, policies, st.sampled_from(["EUR", "JPY", "USD"]))
def test_a_version_binds_earlier_orders_just_where_no_difference_is_worse(
    old: Policy, new: Policy, currency: str
) -> None:
    effects = {difference.effect for difference in differences(old, new, currency)}
    assert no_worse(new, old, currency) == (W not in effects)


@given(policies, policies, policies)
def test_better_than_better_is_better(first: Policy, second: Policy, third: Policy) -> None:
    if no_worse(second, first, "EUR") and no_worse(third, second, "EUR"):
        assert no_worse(third, first, "EUR")


@pytest.mark.parametrize("path", WORSE_AND_BETTER)
def test_each_clause_by_itself_is_one_difference(path: str) -> None:
    worse, better = (having(path, value) for value in WORSE_AND_BETTER[path])
    assert [effect for *_, effect in found(worse, better)] == [B]
    assert [effect for *_, effect in found(better, worse)] == [W]


@pytest.mark.parametrize("field", [clause.field for clause in CLAUSES if clause.by_currency])
def test_amounts_in_a_currency_that_no_other_field_names_are_told(field: str) -> None:
    one, other = (having(field.removesuffix("[]"), (("CHF", amount),)) for amount in (500, 900))
    assert [(d.path, d.effect is N) for d in differences(one, other)] == [
        (field.replace("[]", "[CHF]"), False)
    ]


def test_no_field_of_a_policy_is_without_a_clause() -> None:
    """By their names on the wire, where some differ from those of the rules."""
    wire = {
        "labels.countries": "labels.region_codes",
        "labels.outlying": "labels.outlying_codes",
        "credit.free_label": "credit.free_label_when_credit_on",
        "exclusions.countries": "exclusions.region_codes",
        "grades.percent": "grades",
        "particulars": "",
    }
    fields = {wire.get(path, path) for path in leaves(Policy())} - {""}
    assert {clause.field.partition("[]")[0] for clause in CLAUSES} == fields


def test_differences_stand_in_the_order_of_the_fields() -> None:
    new = replace(GROUND, restocking_percent=15, window=Window(60), shipping=ShippingRefund.ALWAYS)
    assert found(GROUND, new) == [
        ("window.days", 30, 60, B),
        ("shipping", "NEVER", "ALWAYS", B),
        ("restocking_percent", 0, 15, W),
    ]


def test_fees_are_told_by_currency() -> None:
    old, new = of_labels(("CHF", 500), ("EUR", 500)), of_labels(("EUR", 300), ("JPY", 800))
    assert found(old, new) == [
        ("labels.fees[CHF]", Money(500, "CHF"), None, B),
        ("labels.fees[EUR]", Money(500, "EUR"), Money(300, "EUR"), B),
        ("labels.fees[JPY]", None, Money(800, "JPY"), W),
    ]
    assert [d.path for d in differences(old, new, "EUR")] == ["labels.fees[EUR]"]


@pytest.mark.parametrize(
    ("old", "new", "effects"),
    [
        (of_labels(policy=LabelPolicy.FREE), of_labels(("EUR", 500)), [W, W]),
        (of_labels(("EUR", 500)), of_labels(policy=LabelPolicy.FREE), [B, B]),
        (of_labels(policy=LabelPolicy.NONE), of_labels(("EUR", 500)), [B, B]),
        (of_labels(("EUR", 500)), of_labels(policy=LabelPolicy.NONE), [W, W]),
        (of_labels(policy=LabelPolicy.FREE), of_labels(), [N]),
        (
            of_labels(("EUR", 500), policy=LabelPolicy.FREE),
            of_labels(("EUR", 900), policy=LabelPolicy.FREE),
            [N],
        ),
    ],
    ids=["fee", "no fee", "some", "none", "a fee of nothing", "a fee that nobody pays"],
)
def test_what_labels_cost_is_judged_as_a_whole(old: Policy, new: Policy, effects: list[Effect]) -> None:
    assert [effect for *_, effect in found(old, new)] == effects


def test_labels_that_credit_makes_free_for_all_cost_nothing_whatever_the_fee() -> None:
    free = CreditTerms(enabled=True, free_label=FreeLabelWhenCreditOn.ALL_RETURNS)
    old, new = replace(of_labels(("EUR", 500)), credit=free), replace(of_labels(("EUR", 900)), credit=free)
    assert found(old, new) == [("labels.fees[EUR]", Money(500, "EUR"), Money(900, "EUR"), N)]


def test_a_switch_tells_what_its_details_do_not() -> None:
    on = Policy(credit=CreditTerms(enabled=True, bonus_percent=10, maximum=(("EUR", 10_000),)))
    assert found(Policy(), on) == [
        ("credit.enabled", False, True, B),
        ("credit.maximum[EUR]", None, Money(10_000, "EUR"), N),
        ("credit.bonus_percent", 0, 10, N),
    ]
    seen = Policy(approval=Approval(above=(("EUR", 500),)))
    assert found(Policy(approval=Approval(always=True)), seen) == [
        ("approval.always", True, False, B),
        ("approval.above[EUR]", None, Money(500, "EUR"), N),
    ]


def test_what_left_a_list_and_what_came_are_told_apart() -> None:
    old, new = (Policy(exclusions=Exclusions(tags=frozenset(tags))) for tags in ("ab", "bcd"))
    told = [(d.path, d.keys, d.old, d.new, d.effect) for d in differences(old, new)]
    assert told == [
        ("exclusions.tags", ("a",), True, False, B),
        ("exclusions.tags", ("c", "d"), False, True, W),
    ]


def test_tags_differ_by_more_than_case() -> None:
    old, new = (Policy(exclusions=Exclusions(tags=frozenset({tag}))) for tag in ("Soldes", "soldes"))
    assert found(old, new) == []


def test_no_countries_named_are_all_of_them() -> None:
    some = Policy(labels=LabelTerms(countries=frozenset({"FR", "DE"})))
    (left,) = differences(Policy(), some)
    assert (left.path, set(left.keys), left.new, left.effect) == (
        "labels.region_codes",
        LABEL_COUNTRIES - {"FR", "DE"},
        False,
        W,
    )


def test_reasons_are_told_one_by_one() -> None:
    late, fit = Reason("LATE", (("en", "Late"),), Fault.CARRIER), Reason("FIT", (("en", "Too small"),))
    reworded = replace(fit, titles=(("en", "Does not fit"),), evidence=Evidence.COMMENT)
    assert found(Policy(reasons=(late, fit)), Policy(reasons=(reworded,))) == [
        ("reasons", True, False, W),
        ("reasons[FIT].titles", fit.titles, reworded.titles, N),
        ("reasons[FIT].evidence", "NONE", "COMMENT", W),
    ]


def test_to_demand_what_nobody_asked_for_is_worse() -> None:
    photo, free = Reason("BROKEN", (), evidence=Evidence.PHOTO), Reason("FIT", ())
    assert found(Policy(), Policy(reasons=(photo,))) == [
        ("reasons", False, True, B),
        ("reasons[BROKEN].evidence", "NONE", "PHOTO", W),
    ]
    assert [effect for *_, effect in found(Policy(), Policy(reasons=(photo, free)))] == [B]
    assert [effect for *_, effect in found(Policy(reasons=(free,)), Policy(reasons=(photo, free)))] == [B]


def test_a_grade_that_is_not_named_counts_in_full() -> None:
    full, half = (Policy(grades=GradeTerms((("C_DAMAGED", percent),))) for percent in (100, 50))
    assert found(Policy(), full) == [("grades[C_DAMAGED]", None, 100, N)]
    assert found(Policy(), half) == [("grades[C_DAMAGED]", None, 50, W)]


FRENCH = frozenset({"FR"})


def particular(**terms: Any) -> Policy:
    return Policy(particulars=(Particular(FRENCH, **terms),))


def test_particular_terms_are_judged_for_those_that_they_are_for() -> None:
    old, new = particular(window_days=20), particular(window_days=60, restocking_percent=10)
    assert found(old, new) == [
        ("particulars[FR]", old.particulars[0], new.particulars[0], Effect.MIXED),
    ]
    assert found(Policy(), particular(window_days=20)) == [
        ("particulars[FR]", None, Particular(FRENCH, window_days=20), W),
    ]
    assert found(Policy(), particular(window_days=60))[0][-1] is B
    assert list(differences(old, new, "EUR")) == []


def test_whoever_has_particular_terms_is_not_met_by_a_change_of_the_rest() -> None:
    old = replace(particular(window_days=20), window=Window(30))
    new = replace(old, window=Window(14))
    assert found(old, new) == [("window.days", 30, 14, W)]


def test_terms_that_keep_what_they_had_before_for_some() -> None:
    new = replace(particular(window_days=30), window=Window(14))
    (_, for_some) = found(Policy(), new)
    assert for_some == ("particulars[FR]", None, new.particulars[0], N)


def test_who_stands_behind_wider_terms_is_bound_by_those() -> None:
    wide, narrow = Particular(FRENCH, window_days=10), Particular(FRENCH, frozenset({"c"}), window_days=60)
    old, new = Policy(particulars=(narrow, wide)), Policy(particulars=(wide, narrow))
    assert found(old, new) == [("particulars[FR,c]", narrow, wide, W)]


def test_a_long_audience_is_named_in_short() -> None:
    many = frozenset(f"customer-{n:05}" for n in range(9999))
    new = Policy(particulars=(Particular(customer_ids=many, window_days=60),))
    ((path, *_),) = found(Policy(), new)
    assert len(path) < 90
    assert path.endswith("… (9999)]")


def test_all_of_them_together() -> None:
    longer, dearer = replace(GROUND, window=Window(60)), replace(GROUND, restocking_percent=5)
    for new, together in (
        (GROUND, N),
        (longer, B),
        (dearer, W),
        (replace(longer, restocking_percent=5), Effect.MIXED),
    ):
        assert effect_of(differences(GROUND, new)) is together
