"""Money that is due on request, before anything was sent: the label's fee is taken as it was shown, or falls away."""

from datetime import timedelta

import pytest
from sendback_service.store.tables import SettlementRow
from sendback_service.store.transaction import Transaction
from sqlmodel import select

from service.tests.effects.parties import Bank, FindingPost, Post
from service.tests.effects.world import MERCHANT, RETURN, STAFF, Stage, ask_for_label

MINUTE = timedelta(minutes=1)
GOODS, FEE = 5000, 500


def due(stage: Stage, post: Post) -> Stage:
    """A return whose label and money are both asked for now."""

    def ask(tx: Transaction) -> None:
        ask_for_label(tx)
        tx.set_deadline(MERCHANT, "settlement.due", RETURN, tx.now)

    stage.carriers, stage.platforms = {"post": post}, {"bank": Bank()}
    stage.database.transact(ask, STAFF)
    return stage


def paid(stage: Stage) -> list[int]:
    return stage.database.look(lambda tx: list(tx.session.exec(select(SettlementRow.amount_minor))))


def test_money_waits_for_the_label_that_its_fee_is_for(stage: Stage) -> None:
    due(stage, Post("later", "later", "ok")).run(until=timedelta(seconds=5))
    assert paid(stage) == []
    stage.run(until=MINUTE)
    assert paid(stage) == [GOODS - FEE]


@pytest.mark.parametrize("kind", [Post, FindingPost])
@pytest.mark.parametrize("line", ["no", "later", "deaf"])
def test_no_fee_is_taken_and_nothing_waits_where_no_label_comes(
    stage: Stage, kind: type[Post], line: str
) -> None:
    due(stage, kind(line)).run(until=30 * MINUTE)
    assert paid(stage) == [GOODS]
