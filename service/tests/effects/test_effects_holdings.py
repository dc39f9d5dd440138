"""All that is kept about a buyer is found, or nothing is done: never a part of it."""

import pytest
from sendback_service.buyer_holdings import Buyer, Holdings, buyer_keys, holdings_of
from sendback_service.refusal import Reason, Refusal
from sendback_service.store import Database
from sendback_service.store.tables import OrderVersionRow, ParcelRow
from sendback_service.store.transaction import Transaction

from service.tests.effects.world import MERCHANT, STAFF

BUYER = Buyer("buyer@example.org")


def kept(database: Database, *subjects: str, buyer: Buyer = BUYER) -> None:
    def keep(tx: Transaction) -> None:
        tx.session.add_all(row for id in subjects for row in buyer_keys(MERCHANT, id, buyer))

    database.transact(keep, STAFF)


def found(database: Database, buyer: Buyer = BUYER) -> Holdings:
    return database.look(lambda tx: holdings_of(tx, MERCHANT, buyer))


def many(prefix: str, count: int) -> tuple[str, ...]:
    return tuple(f"{prefix}_{number:04}" for number in range(count))


def test_as_many_as_people_have_are_all_found(database: Database) -> None:
    kept(database, *many("ord", 500), *many("par", 1000))
    assert found(database) == Holdings(
        MERCHANT, many("ord", 500), label_ids=many("par", 1000), emails=(BUYER.email,)
    )


@pytest.mark.parametrize(
    ("prefix", "one_too_many", "limit"),
    [("ord", 501, "500 orders of one buyer"), ("par", 1001, "1000 labels of one buyer")],
)
def test_more_is_refused_and_not_cut_off(
    database: Database, prefix: str, one_too_many: int, limit: str
) -> None:
    kept(database, *many(prefix, one_too_many))
    with pytest.raises(Refusal) as refused:
        found(database)
    assert (refused.value.reason, refused.value.metadata) == (Reason.TOO_LARGE, {"limit": limit})


SHARP, DOUBLE = "Anna@Straße.example", "anna@strasse.example"


@pytest.mark.parametrize("folded", [False, True], ids=["now", "by an older version"])
def test_two_buyers_are_two_however_their_addresses_were_kept(database: Database, folded: bool) -> None:
    for id, email in (("ord_1", SHARP), ("ord_2", DOUBLE)):
        _ordered(database, id, email)
        kept(database, id, buyer=Buyer(email.casefold() if folded else email))
    for id, email in (("par_1", SHARP), ("par_2", DOUBLE)):
        _sent(database, id, email)
        kept(database, id, buyer=Buyer(email.casefold() if folded else email))
    sharp, double = found(database, Buyer(SHARP)), found(database, Buyer(DOUBLE))
    assert (sharp.order_ids, sharp.label_ids, sharp.emails) == (("ord_1",), ("par_1",), (SHARP.lower(),))
    assert (double.order_ids, double.label_ids, double.emails) == (("ord_2",), ("par_2",), (DOUBLE,))


def _ordered(database: Database, id: str, email: str) -> None:
    row = OrderVersionRow(
        merchant_id=MERCHANT, order_id=id, version=1, document={"email": email}, create_time=0
    )
    database.transact(lambda tx: tx.session.add(row), STAFF)


def _sent(database: Database, id: str, email: str) -> None:
    row = ParcelRow(
        merchant_id=MERCHANT, id=id, request={"sender": {"email": email}}, create_time=0, update_time=0
    )
    database.transact(lambda tx: tx.session.add(row), STAFF)
