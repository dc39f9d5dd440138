"""What returns come to: parts of a list add up to the total, whatever the returns; and money finds its unit."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from sendback_service.rules.figures import Book, Tally, most, together
from sendback_service.rules.returned import (
    PaidSettlement,
    Returned,
    ReturnedParcel,
    ReturnedUnit,
    unit_shares,
)
from sendback_service.rules.states import Decision, Inspection, LabelState, SettlementKind, Transit

REFUND, CREDIT = SettlementKind.REFUND, SettlementKind.STORE_CREDIT


def a_unit(line: str = "1", number: int = 0, settlement: str = "set_1", **changes: object) -> ReturnedUnit:
    usual = {"title": f"Title {line}", "product_id": f"p{line}", "reason": "SIZE"}
    return ReturnedUnit(line, number, settlement_id=settlement, **{**usual, **changes})


def a_return(*units: ReturnedUnit, region: str = "FR", **changes: object) -> Returned:
    return Returned(
        id="ret_1",
        reference="R1",
        order_id="ord_1",
        order_number="1",
        decision=Decision.APPROVED,
        outcome=REFUND,
        region=region,
        language="fr",
        policy_version=1,
        currency="EUR",
        estimated=0,
        label_offer="FREE_LABEL",
        label_fee=0,
        units=units or (a_unit(),),
        **changes,
    )


def a_parcel(label: LabelState = LabelState.PURCHASED, price: int | None = 490) -> ReturnedParcel:
    cost = None if price is None else (price, "EUR")
    return ReturnedParcel(label, Transit.NOT_SCANNED, "post", "T1", cost)


def paid(amount: int, *lines: tuple[str, int], kind: SettlementKind = REFUND) -> PaidSettlement:
    return PaidSettlement("set_1", kind, "EUR", amount, lines)


def booked(*returns: Returned) -> Book:
    book = Book()
    for found in returns:
        book.count(found)
    return book


def test_money_goes_by_the_quotes_lines_and_within_a_line_alike() -> None:
    units = [a_unit("1"), a_unit("2", 0), a_unit("2", 1), a_unit("2", 2)]
    assert unit_shares(paid(9900, ("1", 8900), ("2", 1000)), units) == (8900, 334, 333, 333)


def test_what_was_rejected_or_missing_has_none_of_it() -> None:
    units = [a_unit(number=0), a_unit(number=1, inspection=Inspection.REJECTED)]
    assert unit_shares(paid(5000, ("1", 5000)), units) == (5000, 0)
    missing = [a_unit(inspection=Inspection.MISSING), a_unit(number=1, inspection=Inspection.MISSING)]
    assert unit_shares(paid(700, ("1", 700)), missing) == (350, 350)


def test_another_amount_than_the_quoted_one_goes_by_the_same_weights() -> None:
    units = [a_unit("1"), a_unit("2")]
    assert unit_shares(paid(100, ("1", 7500), ("2", 2500)), units) == (75, 25)


def test_units_of_another_settlement_have_none_of_it() -> None:
    units = [a_unit("1"), a_unit("1", 1, settlement="set_2")]
    assert unit_shares(paid(500, ("1", 500)), units) == (500, 0)
    assert unit_shares(paid(500), [a_unit(settlement=""), a_unit(number=1, settlement="")]) == (250, 250)


def test_by_reason_by_product_by_region() -> None:
    units = (a_unit("1", reason="BROKEN"), a_unit("2"), a_unit("2", 1))
    first = a_return(*units, settlements=(paid(9900, ("1", 8900), ("2", 1000)),), parcels=(a_parcel(),))
    credited = paid(1000, ("2", 1000), kind=CREDIT)
    second = a_return(a_unit("2"), region="DE", settlements=(credited,), parcels=(a_parcel(price=None),))
    book = booked(first, second)
    assert book.total == Tally(
        "", 2, 4, {"EUR": 9900}, {"EUR": 1000}, {"EUR": 490}, labels=2, priced_labels=1
    )
    assert book.by_reason["BROKEN"] == Tally("Title 1", 1, 1, {"EUR": 8900}, {}, {"EUR": 164})
    assert (book.by_reason["SIZE"].returns, book.by_reason["SIZE"].units) == (2, 3)
    assert book.by_product["p2"].credited == {"EUR": 1000}
    assert book.by_region["DE"].labels == 1
    assert [key for key, _ in most(book.by_product, 1)] == ["p2"]


def test_a_product_is_told_by_its_id_else_its_sku_else_its_title() -> None:
    assert a_unit(sku="S").product == "p1"
    assert a_unit(product_id="", sku="S").product == "S"
    assert a_unit(product_id="").product == "Title 1"


def test_a_label_that_was_voided_or_never_came_costs_nothing() -> None:
    lost = (LabelState.VOIDED, LabelState.FAILED, LabelState.REQUESTED, LabelState.UNKNOWN)
    for label in LabelState:
        book = booked(a_return(parcels=(a_parcel(label),)))
        free = label in (*lost, LabelState.NOT_NEEDED)
        assert book.total.label_costs == ({} if free else {"EUR": 490}), label
        assert book.total.labels == (0 if free else 1)


@st.composite
def returns(draw: st.DrawFn) -> Returned:
    units = tuple(
        a_unit(
            draw(st.sampled_from("12")),
            number,
            draw(st.sampled_from(["set_1", "set_2", ""])),
            reason=draw(st.sampled_from(["", "SIZE", "BROKEN"])),
            inspection=draw(st.sampled_from(Inspection)),
        )
        for number in range(draw(st.integers(1, 6)))
    )
    amounts = st.integers(0, 10_000)
    settlements = tuple(
        PaidSettlement(
            f"set_{number}",
            draw(st.sampled_from([REFUND, CREDIT])),
            draw(st.sampled_from(["EUR", "JPY"])),
            draw(amounts),
            (("1", draw(amounts)), ("2", draw(amounts))),
        )
        for number in range(1, draw(st.integers(1, 3)))
    )
    region = draw(st.sampled_from(["FR", "DE", "GP"]))
    parcels = (a_parcel(price=draw(st.one_of(st.none(), amounts))),)
    return a_return(*units, region=region, settlements=settlements, parcels=parcels)


@given(st.lists(returns(), max_size=6))
def test_the_parts_add_up_to_the_total(found: list[Returned]) -> None:
    book = booked(*found)
    spent = Counter[tuple[str, str]]()
    for made in found:
        for settlement in made.settlements:
            spent[settlement.kind, settlement.currency] += settlement.amount
    total = book.total
    assert total.returns == len(found)
    assert total.units == sum(len(made.units) for made in found)
    for kind, amounts in ((REFUND, total.refunded), (CREDIT, total.credited)):
        assert amounts == {c: a for (k, c), a in spent.items() if k == kind and a}
    for parts in (book.by_reason, book.by_product, book.by_region):
        whole = together(parts.values())
        assert (whole.units, whole.refunded, whole.credited, whole.label_costs) == (
            total.units,
            total.refunded,
            total.credited,
            total.label_costs,
        )
