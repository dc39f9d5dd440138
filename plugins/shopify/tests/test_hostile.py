"""Answers that Shopify would never give, and one day gives."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from sendback_sdk import Order, OrderQuery, OutcomeUnknown, PluginError, Receipt, RefundRequest
from sendback_sdk.testing import a_refund_request
from sendback_shopify import Shopify
from sendback_shopify.testing import (
    ShopifyEmulator,
    a_line,
    a_parcel,
    a_payment,
    an_allocation,
    an_order,
    tax,
)

QUERY = OrderQuery("1001")


@pytest.fixture(autouse=True)
def _sold(emulator: ShopifyEmulator) -> None:
    line = a_line(
        "1", discountAllocations=[an_allocation(0, "x", "9")], taxLines=[tax("TVA", "0.2", "13.33")]
    )
    emulator.shop.add(an_order(lines=[line]))


def places(node: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    """Everywhere in an answer."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, *path, key)


def put(node: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(node)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    "value", [None, [], {}, -1, 1e400, "", "NaN", "-1e999999", True, "x" * 5000], ids=lambda v: repr(v)[:9]
)
def test_anything_anywhere_in_an_order_is_an_order_or_one_of_the_four_errors(
    shop: Shopify, emulator: ShopifyEmulator, value: Any
) -> None:
    """Each place of the answer in turn is replaced; no amount ever comes out negative."""
    emulator.points.most = emulator.points.available = 1_000_000
    answer = _recorded(shop, emulator)
    tried = 0
    for path in places(answer["data"], "data"):
        emulator.spoil("Order", lambda _, path=path: put(answer, path, value))
        try:
            order = shop.find_order(QUERY)
        except PluginError:
            tried += 1
            continue
        assert order is None or _sane(order), path
        tried += 1
    assert tried > 80


def _recorded(shop: Shopify, emulator: ShopifyEmulator) -> Any:
    kept: list[Any] = []
    emulator.spoil("Order", lambda said: kept.append(copy.deepcopy(said)) or said)
    assert shop.find_order(QUERY)
    return kept[0]


def _sane(order: Order) -> bool:
    amounts = [line.price for line in order.lines] + [
        tax.amount for line in order.lines for tax in line.taxes
    ]
    amounts += [payment.captured for payment in order.payments] + [
        payment.refunded for payment in order.payments
    ]
    return all(isinstance(amount, int) and amount >= 0 for amount in amounts)


@pytest.mark.parametrize("value", [None, [], {}, 5, "x"], ids=repr)
def test_anything_anywhere_in_the_answer_to_a_refund_pays_once(
    shop: Shopify, emulator: ShopifyEmulator, value: Any
) -> None:
    """Whatever is made of the answer, the same request again finds the one refund that there is."""
    kept: list[Any] = []
    emulator.spoil("Refund", lambda said: kept.append(copy.deepcopy(said)) or said)
    request = a_refund_request(key="k")
    first = shop.refund(request)
    for path in places(kept[0]["data"], "data"):
        known = emulator.shop.orders["gid://shopify/Order/1001"]["refunds"]
        hidden = known.copy()
        known.clear()
        emulator.spoil("Refund", lambda _, path=path: put(kept[0], path, value))
        outcome = _outcome(shop, request)
        assert isinstance(outcome, Receipt | OutcomeUnknown) or path[-1] in ("status", "userErrors"), path
        known[:] = hidden
    assert shop.refund(request) == first
    assert emulator.payments == 1


def _outcome(shop: Shopify, request: RefundRequest) -> Receipt | PluginError:
    try:
        return shop.refund(request)
    except PluginError as error:
        return error


def test_words_that_shopify_has_not_said_before(shop: Shopify, emulator: ShopifyEmulator) -> None:
    """New kinds and states: a payment that we cannot place is not money that we may pay back."""
    line = a_line("1", weight={"unit": "GRAMS", "value": 3.5})
    order = an_order(
        lines=[line],
        transactions=[a_payment("p", "89"), a_payment("q", "5", kind="VOID")],
        fulfillments=[a_parcel("f", [(line, 1)])],
    )
    emulator.shop.add(order)

    def strange(said: Any) -> Any:
        facts = said["data"]["order"]
        facts["transactions"][1]["kind"] = "TELEPATHY"
        facts["fulfillments"][0]["status"] = "TELEPORTED"
        facts["lineItems"]["nodes"][0]["weight"]["unit"] = "STONES"
        facts["shippingAddress"]["countryCodeV2"] = "XX"
        return said

    emulator.spoil("Order", strange)
    found = shop.find_order(QUERY)
    assert found is not None
    assert [payment.id for payment in found.payments] == ["p"]
    assert found.fulfilments[0].lines == (("1", 1),)
    assert found.lines[0].weight_grams == 0


def test_a_list_without_an_end_is_left(shop: Shopify, emulator: ShopifyEmulator) -> None:
    emulator.points.most = emulator.points.available = 1_000_000
    emulator.shop.add(an_order(lines=[a_line(str(n)) for n in range(30)]))
    for _ in range(200):
        emulator.spoil("Lines", _endless)
    with pytest.raises(PluginError, match="no end"):
        shop.find_order(QUERY)
    assert emulator.asked.count("Lines") <= 100


def _endless(said: Any) -> Any:
    said["data"]["order"]["lineItems"]["pageInfo"] = {"hasNextPage": True, "endCursor": "20"}
    return said
