"""The same request again, etags, and two at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sendback.v1 import (
    carrier_service_pb2,
    event_service_pb2,
    merchant_service_pb2,
    message_pb2,
    message_service_pb2,
    order_pb2,
    order_service_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback_client import SendbackError, minor_units, money
from sendback_service.demo.world import Shop, World
from sendback_service.pages import token_of

from tests.shops import FLAT_FEE, a_shop, accept, an_address, an_order, get, items, make


def _errors(work: list) -> list[str]:
    with ThreadPoolExecutor(len(work)) as crowd:
        done = [crowd.submit(one) for one in work]
        found = [one.exception() for one in done]
    return [error.reason for error in found if isinstance(error, SendbackError)]


def test_the_same_key_and_body_ten_times_at_once(world: World, shop: Shop) -> None:
    with ThreadPoolExecutor(10) as crowd:
        made = [crowd.submit(make, shop.client, request_id="once") for _ in range(10)]
        answers = [one.result() for one in made]
    assert {answer.id for answer in answers} == {answers[0].id}
    again = make(shop.client, request_id="once")
    assert again.id == answers[0].id
    listed = shop.client.returns.ListReturns(returns_service_pb2.ListReturnsRequest()).returns
    assert [found.id for found in listed] == [again.id]
    done = world.until(
        shop, again.id, "a label", lambda r: r.parcels[0].label == return_pb2.LabelStatus.PURCHASED
    )
    assert world.labels_of(done) == 1


@pytest.mark.parametrize("sent_from", ["FR", "US"])
def test_what_making_answers_is_what_reading_gives(shop: Shop, sent_from: str) -> None:
    """But for what the worker does to its parcels meanwhile. What rows leave out has its default in either; who gets no
    label is told where to."""
    made = make(shop.client, items=items(l2=2), ship_from=an_address(region_code=sent_from))
    assert made.HasField("instructions") is (sent_from == "US")
    found = get(shop.client, made.id)
    assert [parcel.id for parcel in made.parcels] == [parcel.id for parcel in found.parcels]
    for one in (made, found):
        del one.parcels[:]
        one.ClearField("etag")
        one.ClearField("update_time")
    assert made.units
    assert made == found


def test_the_same_key_with_another_body_is_refused(shop: Shop) -> None:
    make(shop.client, request_id="k", items=items(l2=1))
    with pytest.raises(SendbackError) as refused:
        make(shop.client, request_id="k", items=items(l2=2))
    assert (refused.value.code, refused.value.reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")


@pytest.mark.parametrize("request_id", ["has space", "x" * 65, "é", "a/b"])
def test_a_request_id_of_another_form_is_refused(shop: Shop, request_id: str) -> None:
    with pytest.raises(SendbackError) as refused:
        make(shop.client, request_id=request_id)
    assert [problem.field for problem in refused.value.fields] == ["request_id"]


def test_a_stale_etag_changes_nothing(shop: Shop) -> None:
    made = make(shop.client)
    with pytest.raises(SendbackError) as refused:
        shop.client.returns.CancelReturn(
            returns_service_pb2.CancelReturnRequest(return_id=made.id, etag="999")
        )
    assert (refused.value.code, refused.value.reason) == (grpc.StatusCode.ABORTED, "ETAG_STALE")
    assert get(shop.client, made.id).decision == return_pb2.Decision.APPROVED
    current = get(shop.client, made.id).etag
    assert refused.value.metadata["current"].isdigit()
    assert current.isdigit()


def test_a_verb_twice_at_once_acts_once(shop: Shop) -> None:
    made = make(shop.client)
    cancel = returns_service_pb2.CancelReturnRequest(return_id=made.id, request_id="cancel")
    assert _errors([lambda: shop.client.returns.CancelReturn(cancel)] * 8) == []
    other = returns_service_pb2.CancelReturnRequest(return_id=made.id, request_id="cancel-2")
    with pytest.raises(SendbackError) as refused:
        shop.client.returns.CancelReturn(other)
    assert refused.value.reason == "STATE_FORBIDS"


def _receive(shop: Shop) -> Callable[[], Any]:
    made = make(shop.client)
    wanted = returns_service_pb2.ReceiveParcelRequest(return_id=made.id, etag=made.etag, request_id="once")
    return lambda: shop.client.returns.ReceiveParcel(wanted)


def _route(shop: Shop) -> Callable[[], Any]:
    present = shop.client.carriers.GetRouting(carrier_service_pb2.GetRoutingRequest())
    wanted = carrier_service_pb2.UpdateRoutingRequest(etag=present.etag, request_id="once")
    return lambda: shop.client.carriers.UpdateRouting(wanted)


def _use_our_words(shop: Shop) -> Callable[[], Any]:
    named = {"occasion": "LABEL", "language_code": "en"}
    template = message_pb2.MessageTemplate(**named, subject="Hi", body="Bye")
    shop.client.messages.UpdateMessageTemplate(
        message_service_pb2.UpdateMessageTemplateRequest(template=template)
    )
    wanted = message_service_pb2.DeleteMessageTemplateRequest(**named, request_id="once")
    return lambda: shop.client.messages.DeleteMessageTemplate(wanted)


@pytest.mark.parametrize("verb", [_receive, _route, _use_our_words])
def test_who_repeats_a_request_while_it_is_under_way_hears_the_same(
    shop: Shop, verb: Callable[[Shop], Callable[[], Any]]
) -> None:
    """A client whose call ran out of time asks again before the first is done: its etag, or what it named, is gone."""
    assert _errors([verb(shop)] * 8) == []


def test_an_import_in_which_everything_is_wrong_is_answered(shop: Shop) -> None:
    """Each order names twenty lines that it has not, by names as long as they may be."""
    sent = [order_pb2.FulfilledLine(line_id=f"{number:02}" + "𐍈" * 126, quantity=1) for number in range(20)]
    wrong = an_order(fulfilments=[order_pb2.Fulfilment(id="f", lines=sent)])
    orders = (order_service_pb2.ImportOrdersRequest(order=wrong) for _ in range(1000))
    told = shop.client.orders.ImportOrders(orders)
    assert (told.rejected_count, len(told.rejected)) == (1000, 1000)
    assert all(one.problems for one in told.rejected)


def test_only_checking_makes_nothing(shop: Shop) -> None:
    checked = make(shop.client, validate_only=True)
    assert checked.id == checked.reference == ""
    assert minor_units(checked.estimated_amount) == 8900
    assert not shop.client.returns.ListReturns(returns_service_pb2.ListReturnsRequest()).returns


def test_lists_go_on_where_they_ended(shop: Shop) -> None:
    made = [make(shop.client, items=items(l2=1)).id for _ in range(3)]
    found: list[str] = []
    token = ""
    while True:
        page = shop.client.returns.ListReturns(
            returns_service_pb2.ListReturnsRequest(page_size=2, page_token=token)
        )
        found += [one.id for one in page.returns]
        token = page.next_page_token
        if not token:
            break
    assert found == sorted(made, reverse=True)
    with pytest.raises(SendbackError) as refused:
        shop.client.orders.ListOrders(order_service_pb2.ListOrdersRequest(page_token="bm90IG91cnM"))
    assert refused.value.reason == "PAGE_TOKEN_INVALID"


def test_a_list_of_what_is_large_comes_in_pages_that_fit(shop: Shop) -> None:
    lines = [
        order_pb2.OrderLine(id=str(n), title="Chemise en coton " * 12, quantity=1, price=money(100, "EUR"))
        for n in range(1000)
    ]
    large = [an_order(f"#large{n}", lines=lines) for n in range(20)]
    assert sum(order.ByteSize() for order in large) > 4 * 1024 * 1024
    assert shop.client.import_orders(large).created == 20
    found: list[str] = []
    request = order_service_pb2.ListOrdersRequest(page_size=200)
    while True:
        page = shop.client.orders.ListOrders(request)
        found += [order.number for order in page.orders]
        request.page_token = page.next_page_token
        if not request.page_token:
            break
    assert sorted(found) == sorted(["#1", *(order.number for order in large)])


@pytest.mark.parametrize(
    ("name", "key"),
    [
        *(("events", key) for key in ("", "abc", "-1", "9" * 19, "²")),
        *(("routings", key) for key in ("abc", "9" * 10)),
        *(
            (name, key)
            for name in ("returns", "orders", "merchants")
            for key in ("", "\x00", "\ud800", "ord_1\n")
        ),
    ],
)
def test_a_token_that_somebody_made_up_goes_on_nowhere(world: World, shop: Shop, name: str, key: str) -> None:
    lists: dict[str, tuple[Callable[[Any], object], type[Any]]] = {
        "events": (shop.client.events.ListEvents, event_service_pb2.ListEventsRequest),
        "routings": (world.operator.carriers.ListRoutings, carrier_service_pb2.ListRoutingsRequest),
        "merchants": (world.operator.merchants.ListMerchants, merchant_service_pb2.ListMerchantsRequest),
        "returns": (shop.client.returns.ListReturns, returns_service_pb2.ListReturnsRequest),
        "orders": (shop.client.orders.ListOrders, order_service_pb2.ListOrdersRequest),
    }
    ask, request = lists[name]
    with pytest.raises(SendbackError) as refused:
        ask(request(page_token=token_of(name, key)))
    assert refused.value.reason == "PAGE_TOKEN_INVALID"


def test_events_are_followed_from_no_place_that_cannot_be(shop: Shop) -> None:
    for token in ("9" * 20, "-1", "²"):
        request = event_service_pb2.WatchEventsRequest(resume_token=token, stop_at_end=True)
        with pytest.raises(SendbackError) as refused:
            list(shop.client.events.WatchEvents(request))
        assert [problem.field for problem in refused.value.fields] == ["resume_token"]


def test_an_order_that_contradicts_itself_is_named_field_by_field(shop: Shop) -> None:
    good = an_order("#good")
    bad = an_order(
        "#bad", payments=[order_pb2.Payment(id="p", captured=money(5, "EUR"), refunded=money(9, "EUR"))]
    )
    bad.fulfilments[0].lines[0].quantity = 99
    ugly = an_order("#ugly")
    ugly.lines[0].price.currency_code = "USD"
    none = an_order("#none")
    none.lines[0].quantity = 0
    nameless = an_order("#nameless", external_id="x" * 129)
    told = shop.client.import_orders([good, bad, ugly, good, none, nameless])
    assert (told.created, told.unchanged, told.rejected_count) == (1, 1, 4)
    assert [(one.index, one.external_id, [p.field for p in one.problems]) for one in told.rejected] == [
        (2, "ext-#ugly", ["order.lines[0].price.currency_code"]),
        (4, "ext-#none", ["order.lines[0].quantity"]),
        (5, "", ["order.external_id"]),
        (1, "ext-#bad", ["order.fulfilments[0].lines[0].quantity", "order.payments[0].refunded"]),
    ]


@pytest.mark.parametrize("external_id", ["x" * 128, "ord_8wmqcHMN4U"])
def test_an_order_is_found_by_the_shops_own_id_whatever_it_looks_like(shop: Shop, external_id: str) -> None:
    assert shop.client.import_orders([an_order("#own", external_id=external_id)]).created == 1
    found = shop.client.orders.GetOrder(order_service_pb2.GetOrderRequest(order_id=external_id))
    explain = returns_service_pb2.ExplainEligibilityRequest(order_id=external_id)
    assert len(shop.client.returns.ExplainEligibility(explain).units) == 4
    assert make(shop.client, external_id, items=items(l2=1)).order_id == found.id
    assert make(shop.client, found.id, items=items(l2=1)).order_id == found.id
    for unknown in ("ord_nobodys", "nobodys"):
        with pytest.raises(SendbackError) as none:
            make(shop.client, unknown)
        assert none.value.reason == "NOT_FOUND"


def test_a_return_keeps_the_order_that_it_was_made_of(world: World, shop: Shop) -> None:
    made = make(shop.client)
    dearer = an_order("#1")
    dearer.lines[0].price.CopyFrom(money(99900, "EUR"))
    assert shop.client.import_orders([dearer]).changed == 1
    accept(shop.client, made)
    done = world.until(shop, made.id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    assert minor_units(done.settlements[0].amount) == 8900


_SLOW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


@_SLOW
@given(quantity=st.integers(1, 6), wishes=st.lists(st.integers(1, 4), min_size=2, max_size=5))
def test_no_more_units_come_back_than_were_bought(world: World, quantity: int, wishes: list[int]) -> None:
    """Invariant 1: whoever asks at the same time, the units given out are just those that there are."""
    order = an_order(
        "#1", lines=[order_pb2.OrderLine(id="1", title="T", quantity=quantity, price=money(999, "EUR"))]
    )
    shop = a_shop(world, f"{quantity}{wishes}{world.operator.merchants}", order)
    with ThreadPoolExecutor(len(wishes)) as crowd:
        asked = [crowd.submit(make, shop.client, items=items(l1=wish)) for wish in wishes]
        found = [one.exception() or one.result() for one in asked]
    units = [unit.unit for one in found if isinstance(one, return_pb2.Return) for unit in one.units]
    assert len(units) == len(set(units)) <= quantity
    refused = [one for one in found if isinstance(one, SendbackError)]
    assert {error.metadata["code"] for error in refused} <= {"ALREADY_RETURNED"}
    left = quantity - len(units)
    assert all(wish > left for wish, one in zip(wishes, found, strict=True) if isinstance(one, SendbackError))


@_SLOW
@given(
    quantity=st.integers(1, 5),
    price=st.integers(1, 10_007),
    discount=st.integers(0, 100),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    data=st.data(),
)
def test_any_split_in_any_order_is_refunded_in_full(
    world: World, quantity: int, price: int, discount: int, currency: str, data: st.DataObject
) -> None:
    """Invariants 4 and 6: the refunds of the parts add up to what was paid, each paid once."""
    discount = min(discount, price)
    line = order_pb2.OrderLine(id="1", title="T", quantity=quantity, price=money(price, currency))
    paid = price - discount
    order = an_order(
        "#1",
        currency_code=currency,
        lines=[line],
        discounts=[order_pb2.Discount(amount=money(discount, currency))],
        payments=[order_pb2.Payment(id="p", captured=money(max(1, paid), currency))],
    )
    shop = a_shop(world, f"{quantity}{price}{discount}{currency}", order)
    left, returns = quantity, []
    while left:
        part = data.draw(st.integers(1, left))
        left -= part
        returns.append(make(shop.client, items=items(l1=part)))
    for one in data.draw(st.permutations(returns)):
        accept(shop.client, one)
    done = [
        world.until(shop, one.id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
        for one in returns
    ]
    assert sum(minor_units(s.amount) for one in done for s in one.settlements) == paid
    assert (
        sum(
            world.bank.paid[s.provider_reference.removeprefix("refund-")][0]
            for one in done
            for s in one.settlements
            if minor_units(s.amount)
        )
        == paid
    )


@_SLOW
@given(quantity=st.integers(1, 4), price=st.integers(1, 2_000), data=st.data())
def test_the_fee_is_taken_once_by_whatever_stages_and_never_below_zero(
    world: World, quantity: int, price: int, data: st.DataObject
) -> None:
    """Invariant 5, and 11: only what was shown, once, paid by the stages in turn."""
    line = order_pb2.OrderLine(id="1", title="T", quantity=quantity, price=money(price, "EUR"))
    shop = a_shop(world, f"fee{quantity}{price}{data}", an_order("#1", lines=[line]), labels=FLAT_FEE)
    made = make(shop.client, items=items(l1=quantity))
    assert minor_units(made.shown_fee) == 500
    world.until(shop, made.id, "a label", lambda r: r.parcels[0].label == return_pb2.LabelStatus.PURCHASED)
    for unit in data.draw(st.permutations(list(made.units))):
        finding = returns_service_pb2.UnitFinding(
            order_line_id="1", unit=unit.unit, result="ACCEPTED", grade="A_RESELL", disposition="RESTOCK"
        )
        shop.client.returns.InspectUnits(
            returns_service_pb2.InspectUnitsRequest(return_id=made.id, findings=[finding])
        )
        quote = shop.client.returns.QuoteSettlement(
            returns_service_pb2.QuoteSettlementRequest(return_id=made.id)
        )
        if quote.steps:
            shop.client.returns.SettleReturn(
                returns_service_pb2.SettleReturnRequest(return_id=made.id, quote_hash=quote.hash)
            )
    done = world.until(shop, made.id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    amounts = [minor_units(s.amount) for s in done.settlements]
    fees = [minor_units(s.label_fee) for s in done.settlements if s.HasField("label_fee")]
    assert all(amount >= 0 for amount in amounts)
    assert sum(fees) == min(500, price)
    assert sum(amounts) == price - sum(fees)
