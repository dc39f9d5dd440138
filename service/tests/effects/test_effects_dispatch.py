"""Lanes and turns: a slow account and a noisy merchant hold up nobody else."""

from collections.abc import Sequence
from typing import Any

import pytest
from sendback_service.effects.dispatch import Dispatch, Turns
from sendback_service.effects.engine import QueuedIntent
from sendback_service.routing import Candidate
from sendback_service.store import Database
from sendback_service.store.tables import ParcelRow, ReceiverRow, TransferRow
from sendback_service.store.transaction import Intent
from sqlmodel import select

from service.tests.effects.world import MERCHANT, PARCEL, STAFF, ask_for_label, begin, settle

NOON = 1_800_000_000.0


def test_a_merchant_that_asks_for_much_stands_behind_one_that_asks_for_little() -> None:
    turns = Turns(lambda: NOON)
    noisy = [turns.of("noisy") for _ in range(1000)]
    assert noisy == sorted(noisy)
    assert noisy[-1] - noisy[0] == 49
    assert turns.of("quiet") == noisy[0]


def test_what_waited_is_not_overtaken_for_ever() -> None:
    clock = [NOON]
    turns = Turns(lambda: clock[0])
    last = [turns.of("noisy") for _ in range(1000)][-1]
    clock[0] += 60
    assert turns.of("quiet") > last
    assert set(turns._next) == {"quiet"}


class Started:
    def __init__(self) -> None:
        self.lanes: list[str] = []

    def start(self, wanted: Sequence[QueuedIntent]) -> None:
        assert all(one.priority > 0 for one in wanted)
        self.lanes += [one.lane for one in wanted]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_lane_is_that_of_the_account_that_is_called(database: Database) -> None:
    database.transact(begin, STAFF)
    database.transact(ask_for_label, STAFF)
    database.transact(settle, STAFF)
    asked = (Candidate("closed", "makes no PDF"), Candidate("post"), Candidate("other"))
    started = Started()
    dispatch = Dispatch(database, started, lambda _: asked, "bank", "mail")
    transfer = database.look(lambda tx: tx.session.exec(select(TransferRow)).one())
    buy = Intent("buy_label", PARCEL, "labels")
    dispatch.start(MERCHANT, buy, "evt_1")
    dispatch.start(MERCHANT, Intent("pay", transfer.id, "refunds"), "evt_1")
    dispatch.start(MERCHANT, Intent("send", "msg_1", "messages"), "evt_1")
    dispatch.start(MERCHANT, Intent("forget", "era_1", "erasures"), "evt_1")
    database.transact(lambda tx: _bought_by(tx, "other"), STAFF)
    dispatch.start(MERCHANT, Intent("void_label", PARCEL, "labels"), "evt_2")
    assert started.lanes == [
        "labels:post",
        "refunds:bank",
        "messages:mail",
        "erasures:",
        "labels:other",
    ]


def _bought_by(tx: Any, account: str) -> None:
    parcel = tx.session.get_one(ParcelRow, (MERCHANT, PARCEL))
    parcel.account = account
    tx.session.add(parcel)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_receivers_that_are_slow_or_fail_wait_for_each_other_alone(database: Database) -> None:
    kinds = {"whe_1": {}, "whe_2": {"slow": True}, "whe_3": {"failures": 1}}
    rows = [ReceiverRow(merchant_id=MERCHANT, endpoint=name, **kind) for name, kind in kinds.items()]
    database.transact(lambda tx: tx.session.add_all(rows), STAFF)
    started = Started()
    dispatch = Dispatch(database, started, lambda _: (), "bank", "mail")
    for name in kinds:
        dispatch.start(MERCHANT, Intent("tell", name, "webhooks"), "turn")
    assert started.lanes == ["webhooks:quick", "webhooks:slow", "webhooks:slow"]
