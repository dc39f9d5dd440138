"""The calls of one installation, each beside an echo of the same bytes: in turns, at several concurrencies."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from itertools import cycle

import grpc
from sendback.v1 import return_pb2, returns_service_pb2

from tests.benchmarks.load import PATIENCE_SECONDS, Asked, Call, Measured, measure
from tests.benchmarks.processes import Group
from tests.benchmarks.shop import Metadata, Shop
from tests.benchmarks.stand import Stand, echo

CONCURRENCY = (1, 8, 32)
PAGE = 50
RETURNS = "/sendback.v1.ReturnsService"
Found = dict[tuple[str, int], list[Measured]]


class Line:
    """Connections to one server, used in turn: several processes on a port share out connections, not calls."""

    def __init__(self, *channels: grpc.aio.Channel) -> None:
        self._channels = channels

    def call(self, method: str, metadata: Metadata = ()) -> Call:
        turn = cycle([channel.unary_unary(method) for channel in self._channels])

        async def ask(request: bytes) -> bytes:
            answer: bytes = await next(turn)(request, metadata=metadata, timeout=60)
            return answer

        return ask

    async def close(self) -> None:
        for channel in self._channels:
            await channel.close()


def connection(target: str) -> grpc.aio.Channel:
    """One of its own, whoever else is connected."""
    return grpc.aio.insecure_channel(target, [("grpc.use_local_subchannel_pool", 1)])


class Desk:
    """Makes returns and keeps what was answered, so that it can be counted."""

    def __init__(self, create: Call, shop: Shop) -> None:
        self._create = create
        self._shop = shop
        self._asked = 0
        self.made: list[bytes] = []

    async def create(self, request: bytes) -> None:
        answer = await self._create(request)
        assert isinstance(answer, bytes)
        self.made.append(answer)

    def requests(self, count: int) -> list[bytes]:
        self._asked += count
        return self._shop.create_requests(self._asked - count, count)

    def ids(self) -> list[str]:
        return [return_pb2.Return.FromString(answer).id for answer in self.made]


async def measured(
    stand: Stand, shop: Shop, calls: Mapping[int, int], rounds: int
) -> tuple[Found, list[str]]:
    """Every round of every call at every concurrency, of so many calls there, and the ids of the returns that were
    made."""
    async with AsyncExitStack() as stack:
        line = Line(connection(stand.installation.target))
        stack.push_async_callback(line.close)
        desk = Desk(line.call(f"{RETURNS}/CreateReturn", shop.authorization()), shop)
        for request in desk.requests(calls[1]):
            await desk.create(request)
        target, echo_group = stack.enter_context(echo(stand.folder, desk.made[0]))
        other = Line(connection(target))
        stack.push_async_callback(other.close)
        found: Found = {}
        for concurrency, count in calls.items():
            asked = _reads(line, shop, desk.ids(), stand.server, count, rounds, concurrency)
            asked["echo"] = Asked(
                other.call("/bench.Echo/Echo"),
                [shop.create_requests(0, count * 2)] * rounds,
                concurrency,
                echo_group,
            )
            asked["create"] = Asked(
                desk.create, [desk.requests(count) for _ in range(rounds)], concurrency, stand.server
            )
            for name, one in (await measure(asked, stand.database, PATIENCE_SECONDS)).items():
                found[name, concurrency] = one
        return found, desk.ids()


def _reads(
    line: Line, shop: Shop, ids: Sequence[str], server: Group, calls: int, rounds: int, concurrency: int
) -> dict[str, Asked]:
    wanted = cycle(returns_service_pb2.GetReturnRequest(return_id=id).SerializeToString() for id in ids)
    page = returns_service_pb2.ListReturnsRequest(page_size=PAGE).SerializeToString()
    own = shop.authorization()

    def same(method: str, request: bytes, count: int, metadata: Metadata) -> Asked:
        return Asked(line.call(method, metadata), [[request] * count] * rounds, concurrency, server)

    return {
        "get": Asked(
            line.call(f"{RETURNS}/GetReturn", own),
            [[next(wanted) for _ in range(calls)] for _ in range(rounds)],
            concurrency,
            server,
        ),
        "list": same(f"{RETURNS}/ListReturns", page, max(calls // 4, 32), own),
        "estimate": same(
            "/sendback.v1.PortalService/EstimateReturn",
            shop.estimate_request(),
            calls // 2,
            shop.authorization(portal=True),
        ),
    }


async def labels(stand: Stand, shop: Shop, calls: int, rounds: int) -> Found:
    """CreateLabel waits for the worker and the carrier, which answers at once."""
    line = Line(connection(stand.installation.target))
    ask = line.call("/sendback.v1.LabelService/CreateLabel", shop.authorization())

    async def create(request: bytes) -> None:
        answer = await ask(request)
        assert isinstance(answer, bytes)
        if return_pb2.Parcel.FromString(answer).label != return_pb2.LabelStatus.PURCHASED:
            raise SystemExit("a label was not bought at once")

    found: Found = {}
    first = 0
    for concurrency in CONCURRENCY:
        asked = [shop.label_requests(first + n * calls, calls) for n in range(rounds)]
        first += rounds * calls
        both = Group([stand.installation.server_pid, *stand.installation.working()])
        one = await measure({"label": Asked(create, asked, concurrency, both)}, stand.database)
        found["label", concurrency] = one["label"]
    await line.close()
    return found
