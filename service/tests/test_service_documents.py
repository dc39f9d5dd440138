"""What is kept as a document comes back as it was, and the same value gives the same document."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from sendback_sdk.orders import Order
from sendback_sdk.testing import an_address, an_order
from sendback_service.records import WarehouseRecord
from sendback_service.rules.policy import CreditTerms, Exclusions, LabelPolicy, LabelTerms, Policy, Reason
from sendback_service.store.documents import (
    address_document,
    address_from,
    order_document,
    order_from,
    policy_document,
    policy_from,
    warehouse_document,
    warehouse_from,
)

from service.tests.rules.drawn import orders

_WAREHOUSE = WarehouseRecord(
    "whs_1",
    an_address(),
    frozenset({"FR", "DE"}),
    (("fr", "Glissez le bon"), ("de", "Bitte den Schein"), ("en", "A slip")),
)
_POLICY = Policy(
    labels=LabelTerms(LabelPolicy.FLAT_FEE, (("EUR", 500), ("JPY", 600)), frozenset({"FR", "BE"})),
    credit=CreditTerms(enabled=True, maximum=(("EUR", 1),)),
    reasons=(Reason("SIZE", (("fr", "Trop petit"), ("en", "A size too small"))),),
    exclusions=Exclusions(tags=frozenset({"b", "a"})),
)


def _through_json(document: object) -> object:
    return json.loads(json.dumps(document))


@given(orders())
def test_any_order_is_read_as_it_was_kept(order: Order) -> None:
    document = order_document(order)
    assert order_from(_through_json(document)) == order
    assert _through_json(document) == document == order_document(order)


def test_texts_stay_beside_their_languages() -> None:
    assert warehouse_from(_through_json(warehouse_document(_WAREHOUSE))) == _WAREHOUSE
    assert policy_from(_through_json(policy_document(_POLICY))) == _POLICY


@pytest.mark.parametrize("tags", [["a", "b", "c"], ["c", "a", "b"]])
def test_sets_come_out_in_one_order(tags: list[str]) -> None:
    order = replace(an_order(), tags=frozenset(tags), placed_time=datetime(2026, 1, 2, tzinfo=UTC))
    assert order_document(order)["tags"] == ["a", "b", "c"]


def test_no_address_is_no_address() -> None:
    assert address_from(address_document(None)) is None
    assert address_from(_through_json(address_document(an_address()))) == an_address()
