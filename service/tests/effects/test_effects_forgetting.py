"""Plugins forget a buyer: each told what it had, again until it has answered, and never more than that."""

from datetime import timedelta

import pytest
from sendback_sdk import BuyerErasure, Forgets, Plugin
from sendback_service.buyer_holdings import Buyer, buyer_keys
from sendback_service.call import Call
from sendback_service.erasures import ErasureRequest, _ask
from sendback_service.host import Host
from sendback_service.messages import Occasion, request
from sendback_service.parties import Account
from sendback_service.store import Database
from sendback_service.store.tables import (
    AttemptRow,
    ErasureRow,
    EventRow,
    ForgettingRow,
    MessageRow,
    OrderRow,
    ParcelRow,
    ReturnRow,
    WorkItemRow,
)
from sendback_service.store.transaction import Transaction
from sqlmodel import select

from service.tests.effects.parties import Bank, Post, Postman, Script
from service.tests.effects.world import MERCHANT, ORDER, PARCEL, RETURN, STAFF, Stage, ask_for_label

DAYS = timedelta(days=3)
CALL = Call("EraseBuyerData", MERCHANT, "somebody")
BUYER = Buyer(email="Buyer@example.org ")
# Where the database makes no difference, the quicker one is enough.
quick = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Memory:
    """Keeps something of buyers; what it is told it counts."""

    def __init__(self, plugin: type[Plugin], *lines: str) -> None:
        self.script = Script(list(lines) or ["ok"])
        self.told: list[BuyerErasure] = []
        self.kind = plugin

    def made(self) -> Plugin:
        memory = self

        class Keeper(self.kind):  # type: ignore[name-defined, misc]
            def forget(self, erasure: BuyerErasure) -> None:
                memory.script.next(lambda: memory.told.append(erasure))

        return Keeper()


def erased(stage: Stage, **memories: Memory) -> Stage:
    """A closed return with a label of the account `post` and a letter; then its buyer is erased."""
    stage.carriers = {"post": Post()}
    stage.forgetters = {name: memory.made() for name, memory in memories.items()}
    stage.database.transact(ask_for_label, STAFF)
    stage.run()
    stage.database.transact(_end, STAFF)
    stage.run()
    stage.database.transact(lambda tx: _ask(tx, CALL, ErasureRequest(BUYER)), CALL.author)
    return stage


def _end(tx: Transaction) -> None:
    row = tx.session.get_one(ReturnRow, (MERCHANT, RETURN))
    row.decision = "CLOSED"
    tx.session.add(row)
    tx.session.add_all(buyer_keys(MERCHANT, ORDER.id, Buyer(ORDER.email, ORDER.customer_id)))
    request(tx, MERCHANT, RETURN, Occasion.RECEIVED)
    tx.session.flush()


def states(database: Database) -> dict[str, tuple[str, str]]:
    def look(tx: Transaction) -> dict[str, tuple[str, str]]:
        return {row.account: (row.state, row.outcome) for row in tx.session.exec(select(ForgettingRow))}

    return database.look(look)


def receipt(database: Database) -> ErasureRow:
    return database.look(lambda tx: tx.session.exec(select(ErasureRow)).one())


def work(database: Database) -> list[str]:
    return database.look(lambda tx: list(tx.session.exec(select(WorkItemRow.kind))))


def test_each_is_told_what_it_had_and_no_more(stage: Stage) -> None:
    post, other, mail, shop = (Memory(kind) for kind in (Post, Post, Postman, Bank))
    erased(stage, post=post, other=other, mail=mail, shop=shop).run()
    letters = stage.database.look(lambda tx: tuple(sorted(tx.session.exec(select(MessageRow.id)))))
    key = receipt(stage.database).id
    assert post.told == [BuyerErasure(key, label_references=(PARCEL,))]
    assert other.told == []
    assert mail.told == [BuyerErasure(key, ("buyer@example.org",), message_keys=letters)]
    assert shop.told == [BuyerErasure(key, ("buyer@example.org",), ("customer_1",), ("x1",))]
    assert set(states(stage.database)) == {"post", "mail", "shop"}


def test_once_all_have_answered_nobody_knows_whom_it_was_about(stage: Stage) -> None:
    erased(stage, mail=Memory(Postman, "later", "ok"))
    assert receipt(stage.database).told
    stage.run(until=timedelta(minutes=1))
    row = receipt(stage.database)
    assert (row.told, row.about) == ({}, {})
    assert row.forget_time is not None
    types = stage.database.look(lambda tx: list(tx.session.exec(select(EventRow.type))))
    assert types.count("buyer.forgotten") == 1


@quick
@pytest.mark.parametrize("line", ["later", "silent", "broken", "wrong"])
def test_it_is_asked_again_until_it_answers(stage: Stage, line: str) -> None:
    mail = Memory(Postman, line, line, "ok")
    erased(stage, mail=mail).run(until=timedelta(minutes=5))
    assert states(stage.database) == {"mail": ("FORGOTTEN", "DONE")}
    assert len({erasure.key for erasure in mail.told}) == 1
    assert mail.script.calls == 3


@quick
def test_a_refusal_is_for_people(stage: Stage) -> None:
    mail, shop = Memory(Postman, "no"), Memory(Bank)
    erased(stage, mail=mail, shop=shop).run(until=timedelta(hours=1))
    assert states(stage.database) == {"mail": ("FAILED", "DECLINED"), "shop": ("FORGOTTEN", "DONE")}
    assert work(stage.database) == ["erasure.refused"]
    assert (mail.script.calls, receipt(stage.database).told) == (1, {})


@quick
def test_whoever_never_answers_is_given_up(stage: Stage) -> None:
    mail = Memory(Postman, "later")
    erased(stage, mail=mail).run(until=DAYS)
    assert states(stage.database) == {"mail": ("FAILED", "LATER")}
    assert work(stage.database) == ["erasure.refused"]
    assert receipt(stage.database).told == {}


@quick
def test_an_account_that_is_gone_is_for_people(stage: Stage) -> None:
    mail = Memory(Postman, "later", "ok")
    erased(stage, mail=mail).run()
    stage.forgetters = {}
    stage.run(until=timedelta(minutes=1))
    assert work(stage.database) == ["account.misconfigured"]
    stage.forgetters = {"mail": mail.made()}
    stage.run(until=timedelta(minutes=10))
    assert states(stage.database) == {"mail": ("FORGOTTEN", "DONE")}


def test_an_account_that_cannot_be_made_keeps_something_all_the_same() -> None:
    host = Host({"mail": Account(plugin="email", settings={"password": "env:NOT_SET"})})
    assert host.accounts["mail"].object is None
    kind = host.kinds_for(MERCHANT)["mail"]
    assert kind is not None
    assert issubclass(kind, Forgets)


def test_nobody_is_told_of_another_merchants_buyers() -> None:
    mail = {"password": "env:NOT_SET"}
    host = Host(
        {
            "mail": Account(plugin="email", settings=mail),
            "own": Account(plugin="email", settings=mail, merchant=MERCHANT),
            "theirs": Account(plugin="email", settings=mail, merchant="mer_2"),
            "unloaded": Account(plugin="none-such", merchant="mer_2"),
        }
    )
    assert sorted(host.kinds_for(MERCHANT)) == ["mail", "own"]


@quick
def test_what_this_worker_lacks_is_told_by_one_that_has_it(stage: Stage) -> None:
    """What it keeps nobody here can say: it is not taken for one that keeps nothing."""
    mail = Memory(Postman)
    stage.unloaded = {"mail"}
    erased(stage, mail=mail).run()
    assert receipt(stage.database).forget_time is None
    assert work(stage.database) == ["account.misconfigured"]
    stage.unloaded = set()
    stage.run(until=timedelta(minutes=1))
    assert states(stage.database) == {"mail": ("FORGOTTEN", "DONE")}
    assert receipt(stage.database).told == {}


@quick
def test_what_turns_out_to_keep_nothing_holds_up_nothing(stage: Stage) -> None:
    stage.unloaded = {"pigeon"}
    erased(stage).run()
    assert list(states(stage.database)) == ["pigeon"]
    stage.unloaded, stage.channels = set(), {"pigeon": Postman()}
    stage.run(until=timedelta(minutes=1))
    assert (states(stage.database), receipt(stage.database).told) == ({}, {})


@quick
def test_an_account_that_cannot_be_made_just_now_is_told_once_it_can(stage: Stage) -> None:
    stage.away = {"mail"}
    erased(stage, mail=Memory(Postman)).run(until=timedelta(hours=5))
    assert states(stage.database) == {"mail": ("PENDING", "MISCONFIGURED")}
    assert receipt(stage.database).forget_time is None
    stage.away = set()
    stage.run(until=timedelta(hours=7))
    assert states(stage.database) == {"mail": ("FORGOTTEN", "DONE")}
    assert receipt(stage.database).forget_time is not None


def test_killed_at_any_moment_it_is_still_told(stage: Stage) -> None:
    mail = Memory(Postman)
    erased(stage, mail=mail)
    stage.die_at = stage.moments + 7
    stage.run(until=timedelta(minutes=1))
    assert stage.deaths == 1
    assert states(stage.database) == {"mail": ("FORGOTTEN", "DONE")}
    assert len({erasure.key for erasure in mail.told}) == 1


@quick
def test_where_nobody_keeps_anything_it_is_done_at_once(stage: Stage) -> None:
    erased(stage).run()
    row = receipt(stage.database)
    assert (row.told, states(stage.database)) == ({}, {})
    assert row.forget_time is not None


def test_our_own_rows_are_blank(stage: Stage) -> None:
    erased(stage)

    def look(tx: Transaction) -> tuple[ParcelRow, list[str], OrderRow]:
        notes = list(tx.session.exec(select(AttemptRow.note)))
        parcel = tx.session.get_one(ParcelRow, (MERCHANT, PARCEL))
        return parcel, notes, tx.session.get_one(OrderRow, (MERCHANT, ORDER.id))

    parcel, notes, order = stage.database.look(look)
    assert (parcel.request, parcel.tracking_number, parcel.document_size) == ({}, "post-1", 0)
    assert notes == [""]
    assert (order.access_revision, order.erase_time is None) == (0, False)
