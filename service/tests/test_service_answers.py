"""What goes out fits: pages are shortened, and what cannot be is refused with its reason."""

from typing import Any

import pytest
from sendback.v1 import order_pb2, order_service_pb2
from sendback_service.api.answers import answered
from sendback_service.refusal import Reason, Refusal

pb = order_service_pb2


class Shelf:
    """Orders of these sizes, listed from behind the one that the token names; `asked` are the sizes of pages."""

    def __init__(self, *sizes: int) -> None:
        self._orders = [order_pb2.Order(id=str(n), number="x" * size) for n, size in enumerate(sizes, 1)]
        self.asked: list[int] = []

    async def list(self, request: pb.ListOrdersRequest, _: Any) -> pb.ListOrdersResponse:
        self.asked.append(request.page_size)
        first = int(request.page_token or 0)
        some = self._orders[first : first + request.page_size]
        last = first + len(some)
        return pb.ListOrdersResponse(
            orders=some, next_page_token=str(last) if last < len(self._orders) else ""
        )

    async def get(self, _: pb.GetOrderRequest, __: Any) -> order_pb2.Order:
        return self._orders[0]

    async def page(self, token: str = "", size: int = 50, largest: int = 1000) -> pb.ListOrdersResponse:
        request = pb.ListOrdersRequest(page_size=size, page_token=token)
        write = pb.ListOrdersResponse.SerializeToString
        data = await answered(self.list, request, None, write, largest)
        assert len(data) <= largest
        return pb.ListOrdersResponse.FromString(data)


@pytest.mark.parametrize("sizes", [[10] * 40, [100] * 30, [1, 900, 1, 900, 900], [5] * 49 + [900] * 3])
async def test_pages_are_as_long_as_they_fit_and_nothing_is_left_out(sizes: list[int]) -> None:
    shelf, found, token = Shelf(*sizes), [], ""
    while True:
        page = await shelf.page(token)
        found += [order.id for order in page.orders]
        assert page.orders
        if not (token := page.next_page_token):
            break
    assert found == [str(n) for n in range(1, len(sizes) + 1)]


async def test_what_fits_is_read_once() -> None:
    shelf = Shelf(*[10] * 40)
    assert len((await shelf.page()).orders) == 40
    assert shelf.asked == [50]


async def test_no_page_is_larger_than_clients_take_whatever_the_server_may_send() -> None:
    page = await Shelf(*[500_000] * 20).page(largest=64 * 1024 * 1024)
    assert 1 < len(page.orders) < 9


async def test_what_cannot_be_shortened_is_refused_with_its_reason() -> None:
    shelf = Shelf(2000, 1)
    with pytest.raises(Refusal) as refused:
        await shelf.page()
    assert (refused.value.reason, refused.value.metadata) == (Reason.TOO_LARGE, {"limit": "1000 bytes"})
    with pytest.raises(Refusal) as alone:
        await answered(shelf.get, pb.GetOrderRequest(), None, order_pb2.Order.SerializeToString, 1000)
    assert alone.value.reason is Reason.TOO_LARGE
