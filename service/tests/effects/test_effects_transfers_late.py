"""Answers that come when others have spoken already, and accounts that change between two calls."""

from datetime import timedelta

import pytest
from sendback_sdk import RefundUpdate
from sendback_service.effects.transfers import Paying
from sendback_service.refund_news import RefundNews
from sendback_service.store.tables import TransferRow, WorkItemRow
from sqlmodel import select

from service.tests.effects.parties import Bank, FindingBank
from service.tests.effects.world import STAFF, Stage, settle

MINUTE = timedelta(minutes=1)


def states(stage: Stage) -> list[str]:
    return stage.database.look(lambda tx: sorted(tx.session.exec(select(TransferRow.state))))


def work(stage: Stage) -> set[str]:
    open_items = select(WorkItemRow.kind).where(WorkItemRow.done_time == None)  # noqa: E711
    return stage.database.look(lambda tx: set(tx.session.exec(open_items)))


def told(stage: Stage, news: RefundUpdate, default_account: str = "bank") -> None:
    stage.database.transact(RefundNews(stage.database, default_account)._heard(news, "bank"), STAFF)


@pytest.mark.parametrize("kind", [Bank, FindingBank])
@pytest.mark.parametrize("first", ["silent", "deaf"])
def test_who_was_asked_for_money_is_asked_again_and_nobody_else(
    stage: Stage, kind: type[Bank], first: str
) -> None:
    """Another account pays from now on; the old one may have paid what it did not answer."""
    old, new = kind(first, "ok"), kind()
    stage.platforms = {"bank": old, "other": new}
    stage.database.transact(settle, STAFF)
    stage.run()
    stage._handlers["pay"] = Paying(stage.database, lambda name: stage.platforms[name], "other").pay
    stage.run(until=5 * MINUTE)
    assert (states(stage), len(old.paid), len(new.paid)) == (["SETTLED"], 1, 0)
    told(stage, RefundUpdate(old.requests[0].key, settled=False), default_account="other")
    assert work(stage) == {"refund.contradicted"}
