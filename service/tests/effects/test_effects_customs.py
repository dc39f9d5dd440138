"""Customs on the way: the carrier is told what is in the parcel, and staff what the order did not say."""

from dataclasses import replace

import pytest
from sendback_sdk import CustomsItem, Money
from sendback_service.decisions import add_parcel
from sendback_service.held import hold
from sendback_service.records import WarehouseRecord
from sendback_service.store.documents import address_document, warehouse_document
from sendback_service.store.tables import ParcelRow
from sendback_service.store.transaction import Transaction
from sqlmodel import select

from service.tests.effects.parties import Post
from service.tests.effects.world import BUYER, MERCHANT, RETURN, STAFF, WAREHOUSE, Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def asked(stage: Stage, post: Post, country: str) -> Stage:
    def write(tx: Transaction) -> None:
        held = hold(tx, MERCHANT, RETURN)
        there = WarehouseRecord("war_1", replace(WAREHOUSE, country=country, postal_code="8001"))
        held.row.ship_from, held.row.warehouse = address_document(BUYER), warehouse_document(there)
        add_parcel(held, labelled=True)

    stage.carriers = {"post": post}
    stage.database.transact(write, STAFF)
    return stage.run()


def test_what_is_in_the_parcel_is_declared_across_a_border(stage: Stage) -> None:
    post = Post()
    asked(stage, post, "CH")
    assert post.requests[0].customs == (CustomsItem("A shirt", 2, Money(2500, "EUR"), 500),)


def test_nothing_is_declared_within_the_union(stage: Stage) -> None:
    post = Post()
    asked(stage, post, "DE")
    assert post.requests[0].customs == ()


def test_staff_read_what_the_order_lacks_where_no_carrier_takes_it(stage: Stage) -> None:
    asked(stage, Post("no"), "CH")
    (parcel,) = stage.database.look(lambda tx: list(tx.session.exec(select(ParcelRow))))
    assert parcel.label == "FAILED"
    assert parcel.failure.startswith("the order does not say for customs: hs_code of A shirt")
