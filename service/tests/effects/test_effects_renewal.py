"""Labels beyond the first: renewed when they run out, one for each of several parcels; and the fee, once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sendback_sdk import Label, LabelRequest
from sendback_service import another_parcel, tracking
from sendback_service.amounts_due import circumstances, due
from sendback_service.decisions import void
from sendback_service.effects.renewal import MOST_RENEWALS
from sendback_service.held import HeldReturn, hold
from sendback_service.refusal import Reason, Refusal
from sendback_service.rules.states import Transit
from sendback_service.settlements import Payout, pay, settle
from sendback_service.store import Database
from sendback_service.store.documents import address_document
from sendback_service.store.tables import EventRow, ParcelRow, ReturnRow, SettlementRow, WorkItemRow
from sendback_service.store.transaction import Transaction
from sqlmodel import select

from service.tests.audits import broken
from service.tests.effects.parties import Bank, FindingPost
from service.tests.effects.world import BUYER, MERCHANT, PARCEL, RETURN, STAFF, Stage, ask_for_label

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY = timedelta(days=1)
FEE = 500


class BriefPost(FindingPost):
    """Its labels are accepted for ten days."""

    expires: Callable[[], datetime] | None = None

    def _make(self, request: LabelRequest) -> Label:
        label = super()._make(request)
        return label if self.expires is None else replace(label, expires=self.expires())


def begun(stage: Stage, *lines: str, brief: bool = True) -> BriefPost:
    """A return of two shirts whose goods are with the buyer, and its first label."""

    def unpack(tx: Transaction) -> None:
        held = hold(tx, MERCHANT, RETURN)
        held.row.ship_from = address_document(BUYER)
        for unit in held.units:
            unit.inspection = "EXPECTED"
        ask_for_label(tx)

    post = BriefPost(*lines)
    if brief:
        post.expires = lambda: stage.clock.now + 10 * DAY
    stage.carriers = {"post": post}
    stage.database.transact(unpack, STAFF)
    stage.run()
    return post


def verb(stage: Stage, change: Callable[[HeldReturn], object]) -> None:
    stage.clock.turn(timedelta(seconds=1))
    stage.database.transact(lambda tx: change(hold(tx, MERCHANT, RETURN)), STAFF)
    stage.run()


def labels(database: Database) -> list[str]:
    def read(tx: Transaction) -> list[str]:
        rows = tx.session.exec(select(ParcelRow).order_by(ParcelRow.create_time, ParcelRow.id))
        return [row.label for row in rows]

    return database.look(read)


def owed(database: Database) -> int:
    """The label fee that a settlement would take now."""
    return database.look(lambda tx: circumstances(hold(tx, MERCHANT, RETURN)).label_fee)


def offer(database: Database) -> tuple[str, int]:
    row = database.look(lambda tx: tx.session.get_one(ReturnRow, (MERCHANT, RETURN)))
    return row.label_offer, row.shown_fee_minor


def test_a_label_that_runs_out_is_renewed_and_the_buyer_told(stage: Stage) -> None:
    post = begun(stage)
    stage.run(until=11 * DAY, step=DAY)
    assert labels(stage.database) == ["EXPIRED", "PURCHASED"]
    first, second = (request.reference for request in post.requests)
    assert (first, second != PARCEL) == (PARCEL, True)
    assert stage.postman.occasions == ["label", "renewed_label"]
    assert owed(stage.database) == FEE
    events = stage.database.look(lambda tx: list(tx.session.exec(select(EventRow.type))))
    assert events.count("label.expired") == 1


def test_only_so_many_are_renewed_then_there_are_instructions_and_no_fee(stage: Stage) -> None:
    post = begun(stage)
    stage.run(until=100 * DAY, step=2 * DAY)
    assert labels(stage.database) == ["EXPIRED"] * (MOST_RENEWALS + 1)
    assert len(post.made) == MOST_RENEWALS + 1
    told = [occasion for occasion in stage.postman.occasions if occasion != "reminder"]
    assert told == ["label"] + ["renewed_label"] * MOST_RENEWALS + ["instructions"]
    assert (offer(stage.database), owed(stage.database)) == (("INSTRUCTIONS", 0), 0)
    assert stage.database.look(lambda tx: list(tx.session.exec(select(WorkItemRow.kind)))) == [
        "label.expired"
    ]


def test_labels_of_several_parcels_run_out_each_by_itself(stage: Stage) -> None:
    post = begun(stage)
    for _ in range(MOST_RENEWALS):
        verb(stage, another_parcel.for_staff)
    stage.run(until=11 * DAY, step=DAY)
    parcels = MOST_RENEWALS + 1
    assert labels(stage.database) == ["EXPIRED"] * parcels + ["PURCHASED"] * parcels
    assert (post.voided, offer(stage.database)) == ([], ("LABEL_WITH_FEE", FEE))
    stage.run(until=100 * DAY, step=2 * DAY)
    assert labels(stage.database) == ["EXPIRED"] * parcels * (MOST_RENEWALS + 1)
    told = [occasion for occasion in stage.postman.occasions if "instructions" in occasion]
    assert told == ["parcel_instructions"] * MOST_RENEWALS + ["instructions"]
    assert (offer(stage.database), owed(stage.database)) == (("INSTRUCTIONS", 0), 0)


def test_a_label_that_fails_while_another_is_asked_for_is_the_only_one_given_up(stage: Stage) -> None:
    begun(stage, "ok", "ok", "no", "ok")
    verb(stage, another_parcel.for_buyer)
    stage.run(until=11 * DAY, step=11 * DAY)
    assert sorted(labels(stage.database)) == ["EXPIRED", "EXPIRED", "FAILED", "PURCHASED"]
    assert offer(stage.database) == ("LABEL_WITH_FEE", FEE)


def _scan(held: HeldReturn) -> None:
    (first,) = (parcel for parcel in held.parcels if parcel.id == PARCEL)
    tracking.report(held.tx, first, Transit.HANDED_OVER, held.tx.now)


def _end(held: HeldReturn) -> None:
    held.row.decision = "CLOSED"
    held.tx.session.add(held.row)


def _inspect(held: HeldReturn) -> None:
    for unit in held.units:
        unit.inspection = "ACCEPTED"
        held.tx.session.add(unit)


def _erase(held: HeldReturn) -> None:
    held.parcels[0].request = {}
    held.tx.session.add(held.parcels[0])


@pytest.mark.parametrize("happened", [_scan, _end, _inspect, _erase])
def test_none_is_renewed_that_nobody_needs(stage: Stage, happened: Callable[[HeldReturn], None]) -> None:
    post = begun(stage)
    verb(stage, happened)
    stage.run(until=11 * DAY, step=DAY)
    assert len(post.made) == 1
    assert labels(stage.database) == ["PURCHASED" if happened is _scan else "EXPIRED"]


@pytest.mark.parametrize("renewals", [1, 2])
def test_an_old_label_that_is_used_all_the_same_voids_the_newest(stage: Stage, renewals: int) -> None:
    post = begun(stage)
    stage.run(until=10 * renewals * DAY, step=DAY)
    verb(stage, _scan)
    assert labels(stage.database) == ["EXPIRED"] * renewals + ["VOIDED"]
    assert post.voided == [f"post-{renewals + 1}"]
    assert owed(stage.database) == FEE


def test_a_renewal_that_no_carrier_makes_ends_in_instructions_without_a_fee(stage: Stage) -> None:
    begun(stage, "ok", "no")
    stage.run(until=11 * DAY, step=DAY)
    assert labels(stage.database) == ["EXPIRED", "FAILED"]
    assert stage.postman.occasions == ["label", "instructions"]
    assert owed(stage.database) == 0


def paid(stage: Stage) -> Bank:
    """One of two units came by itself, and was paid less the fee; the label waits for the other."""
    bank = Bank()
    stage.platforms = {"bank": bank}
    verb(stage, lambda held: accept(held, 0))
    verb(stage, settle)
    assert settled(stage) == [(2500 - FEE, FEE)]
    return bank


def accept(held: HeldReturn, number: int) -> None:
    held.units[number].inspection = "ACCEPTED"
    held.tx.session.add(held.units[number])


def settled(stage: Stage) -> list[tuple[int, int]]:
    """Each settlement's amount and fee."""
    query = select(SettlementRow.amount_minor, SettlementRow.label_fee_minor).order_by(SettlementRow.id)
    return stage.database.look(lambda tx: [(amount, fee) for amount, fee in tx.session.exec(query)])


def void_all(held: HeldReturn) -> None:
    held.tx.record(MERCHANT, "label.void_requested", held.subject, {}, void(held.tx, held.parcels))


@pytest.mark.parametrize("lines", [("ok",), ("ok", "no")])
def test_a_fee_that_was_taken_goes_back_when_the_return_ends_in_instructions(
    stage: Stage, lines: tuple[str, ...]
) -> None:
    begun(stage, *lines)
    bank = paid(stage)
    stage.run(until=100 * DAY, step=2 * DAY)
    assert settled(stage) == [(2500 - FEE, FEE), (FEE, -FEE)]
    assert [request.amount.minor for request in bank.paid.values()] == [2500 - FEE, FEE]
    assert (offer(stage.database), owed(stage.database)) == (("INSTRUCTIONS", 0), 0)
    assert stage.postman.occasions.count("refunded") == 2
    found = stage.database.look(lambda tx: broken(tx, MERCHANT))
    assert [f.name for f in found if f.table in ("settlement", "transfer") or "fee" in f.name] == []


def test_a_fee_that_was_taken_goes_back_with_a_label_that_is_voided(stage: Stage) -> None:
    begun(stage, brief=False)
    paid(stage)
    verb(stage, void_all)
    assert settled(stage) == [(2500 - FEE, FEE), (FEE, -FEE)]
    verb(stage, another_parcel.for_staff)
    assert (labels(stage.database), owed(stage.database)) == (["VOIDED", "PURCHASED"], FEE)


def test_a_fee_goes_back_with_what_is_due_beside_it(stage: Stage) -> None:
    """Nothing else is paid by itself because of it."""
    begun(stage, brief=False)
    paid(stage)
    verb(stage, lambda held: accept(held, 1))
    verb(stage, void_all)
    assert (len(settled(stage)), owed(stage.database)) == (1, -FEE)
    verb(stage, settle)
    assert settled(stage) == [(2500 - FEE, FEE), (2500 + FEE, -FEE)]


def test_a_fee_that_staff_settled_in_an_amount_of_their_own_stays_as_they_did(stage: Stage) -> None:
    """They may have left it out."""
    begun(stage)
    stage.platforms = {"bank": Bank()}
    verb(stage, lambda held: accept(held, 0))
    verb(stage, lambda held: pay(held, Payout(due(held)[1], amount=2400, note="agreed")))
    stage.run(until=100 * DAY, step=2 * DAY)
    assert settled(stage) == [(2400, FEE)]
    assert owed(stage.database) == 0


def test_a_second_parcel_gets_a_label_of_its_own_and_the_fee_is_taken_once(stage: Stage) -> None:
    post = begun(stage, brief=False)
    verb(stage, another_parcel.for_buyer)
    assert labels(stage.database) == ["PURCHASED", "PURCHASED"]
    assert len(post.live) == 2
    assert stage.postman.occasions == ["label", "another_label"]
    assert owed(stage.database) == FEE


def test_a_second_label_that_fails_leaves_the_first_and_its_fee(stage: Stage) -> None:
    begun(stage, "ok", "no", brief=False)
    verb(stage, another_parcel.for_buyer)
    assert labels(stage.database) == ["PURCHASED", "FAILED"]
    assert stage.postman.occasions == ["label", "parcel_instructions"]
    assert (offer(stage.database), owed(stage.database)) == (("LABEL_WITH_FEE", FEE), FEE)


def test_a_second_label_in_doubt_is_told_of_once(stage: Stage) -> None:
    """Nobody can say whether it was made: after ten minutes the buyer gets instructions for that parcel alone."""
    post = begun(stage, "ok", "silent", brief=False)
    post.finding.lines = ["later"]
    verb(stage, another_parcel.for_buyer)
    stage.run(until=timedelta(hours=2), step=timedelta(minutes=1))
    assert stage.postman.occasions == ["label", "parcel_instructions"]
    assert owed(stage.database) == FEE
    post.finding.lines = ["ok"]
    stage.run(until=timedelta(hours=2), step=timedelta(minutes=1))
    assert labels(stage.database) == ["PURCHASED", "VOIDED"]


def test_a_second_label_in_doubt_for_good_is_told_of_once(stage: Stage) -> None:
    """While it is in doubt the parcel says why nobody waits for it; the week in which it is asked after ends in
    silence."""
    post = begun(stage, "ok", "silent", brief=False)
    post.finding.lines = ["later"]
    verb(stage, another_parcel.for_buyer)
    stage.run(until=timedelta(hours=1), step=timedelta(minutes=1))
    assert labels(stage.database) == ["PURCHASED", "UNKNOWN"]
    failures = stage.database.look(lambda tx: tx.session.exec(select(ParcelRow.failure)).all())
    assert [failure for failure in failures if failure] != []
    stage.run(until=timedelta(days=8), step=timedelta(hours=1))
    assert labels(stage.database) == ["PURCHASED", "FAILED"]
    assert stage.postman.occasions == ["label", "parcel_instructions"]


def test_buyers_get_no_more_labels_than_items_and_staff_some_more(stage: Stage) -> None:
    begun(stage, brief=False)
    verb(stage, another_parcel.for_buyer)
    with pytest.raises(Refusal) as refused:
        verb(stage, another_parcel.for_buyer)
    assert (refused.value.reason, refused.value.metadata) == (Reason.TOO_LARGE, {"limit": "2 labels"})
    verb(stage, another_parcel.for_staff)
    assert labels(stage.database) == ["PURCHASED"] * 3


def test_a_label_that_ran_out_is_none_of_those_that_a_buyer_may_have(stage: Stage) -> None:
    begun(stage)
    stage.run(until=11 * DAY, step=DAY)
    verb(stage, another_parcel.for_buyer)
    assert labels(stage.database) == ["EXPIRED", "PURCHASED", "PURCHASED"]
    with pytest.raises(Refusal, match="2 labels"):
        verb(stage, another_parcel.for_buyer)


def test_a_voided_label_costs_nothing_until_there_is_another(stage: Stage) -> None:
    begun(stage, brief=False)
    verb(stage, _void)
    assert (labels(stage.database), owed(stage.database)) == (["VOIDED"], 0)
    verb(stage, another_parcel.for_buyer)
    assert (labels(stage.database), owed(stage.database)) == (["VOIDED", "PURCHASED"], FEE)
    assert stage.postman.occasions == ["label", "label"]


def _void(held: HeldReturn) -> None:
    intents = void(held.tx, held.parcels)
    held.tx.record(MERCHANT, "label.void_requested", held.subject, {"parcel_id": PARCEL}, intents)


def test_a_label_is_voided_by_who_bought_it_whatever_the_routes_say_now(stage: Stage) -> None:
    post, other = begun(stage, brief=False), FindingPost()
    stage.carriers = {"other": other, "post": post}
    verb(stage, _void)
    assert (post.voided, other.voiding.calls) == (["post-1"], 0)


def test_a_void_waits_for_an_account_that_is_gone_for_a_while(stage: Stage) -> None:
    post = begun(stage, brief=False)
    stage.carriers = {"other": FindingPost()}
    verb(stage, _void)
    assert labels(stage.database) == ["VOID_PENDING"]
    assert stage.database.look(lambda tx: list(tx.session.exec(select(WorkItemRow.kind)))) == [
        "account.misconfigured"
    ]
    stage.carriers = {"other": FindingPost(), "post": post}
    stage.run(until=timedelta(minutes=1))
    assert (labels(stage.database), post.voided) == (["VOIDED"], ["post-1"])


@pytest.mark.parametrize("happened", [_end, _inspect])
def test_no_other_label_for_what_is_over(stage: Stage, happened: Callable[[HeldReturn], None]) -> None:
    begun(stage, brief=False)
    verb(stage, happened)
    with pytest.raises(Refusal) as refused:
        verb(stage, another_parcel.for_staff)
    assert refused.value.reason is Reason.STATE_FORBIDS


def test_a_return_that_goes_by_instructions_gets_none(stage: Stage) -> None:
    begun(stage, "no", brief=False)
    with pytest.raises(Refusal) as refused:
        verb(stage, another_parcel.for_staff)
    assert refused.value.metadata["state"] == "INSTRUCTIONS"
