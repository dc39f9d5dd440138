"""Clients that lead returns through their lives, and keep asking until they are answered."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import grpc
from sendback.v1 import label_service_pb2, order_pb2, policy_pb2, return_pb2, returns_service_pb2
from sendback_client import Client, SendbackError, money
from sendback_service.demo.world import Shop, World

from tests.shops import a_policy, accept, an_order, get
from tests.soak.journal import Journal
from tests.soak.scrum import Scrum

T = TypeVar("T")

_PATIENCE_SECONDS = 60.0
# As many as ask the same at once.
_CALLERS = 12
_PASSING = (
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
)
# Refusals that a life may meet: others take the same units, and staff come too late.
_EXPECTED = {"NOT_RETURNABLE", "STATE_FORBIDS", "MONEY_OPEN", "ETAG_STALE", "LABEL_NOT_READY"}
# Each client has some orders that it is likely to be the first to touch: there races are close.
_PARTS = 16
# How often each is led, of a hundred.
LIVES = {"whole": 35, "twice": 10, "race": 15, "cancelled": 15, "voided": 10, "credited": 10, "scrum": 5}


class Actor:
    """A client of all shops', who leads one life after another, each as often as `lives` says, with so many seconds of
    rest before each. `surprises` are answers that no life should meet."""

    def __init__(
        self,
        number: int,
        seed: str,
        shops: list[Shop],
        journal: Journal,
        over: threading.Event,
        lives: Mapping[str, int] = LIVES,
        rest: float = 0.0,
    ) -> None:
        self._thread = threading.Thread(target=self._run, name=f"actor-{number}", daemon=True)
        self._number = number
        self._untouched = {shop.id: list(shop.orders)[number::_PARTS] for shop in shops}
        self._random = random.Random(f"{seed}/{number}")
        self._shops = shops
        self._journal = journal
        self._lives = lives
        self._over = over
        self._rest = rest
        self._made = 0
        self.counts: Counter[str] = Counter()
        self.surprises: list[str] = []

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._rest):
            life = self._random.choices(list(self._lives), list(self._lives.values()))[0]
            shop = self._random.choice(self._shops)
            try:
                getattr(self, f"_{life}")(shop)
                self.counts[life] += 1
            except SendbackError as refused:
                self.counts[refused.reason or refused.code.name] += 1
                if refused.reason not in _EXPECTED and refused.code not in _PASSING:
                    self.surprises.append(f"{life}: {refused}")
            except Exception as broken:
                self.surprises.append(f"{life}: {broken!r}")

    def _whole(self, shop: Shop) -> None:
        self._inspect(shop, self._create(shop))

    def _credited(self, shop: Shop) -> None:
        self._inspect(shop, self._create(shop, outcome="STORE_CREDIT"))

    def _twice(self, shop: Shop) -> None:
        """The same request from many threads at once is one return."""
        request, request_id = self._request(shop), self._next_id()
        found = _at_once([partial(self._send, shop, request, request_id)] * _CALLERS)
        if len({one.id for one in found}) > 1:
            self.surprises.append(f"one request made {[one.id for one in found]}")
        self._inspect(shop, found[0])

    def _scrum(self, shop: Shop) -> None:
        """Of its units the books tell alone: some may be taken off, for others to return."""
        scrum = Scrum(shop, self._send(shop, self._request(shop), self._next_id(), told=False), self._random)
        scrum.play()
        self.surprises += scrum.surprises

    def _race(self, shop: Shop) -> None:
        """Two requests for the same goods at once: no unit goes to both."""
        untouched = self._untouched[shop.id]
        request = self._request(shop, untouched.pop() if untouched else "")
        ids = [self._next_id() for _ in range(4)]
        found = _at_once([partial(self._send, shop, request, id) for id in ids])
        units = [(unit.order_line_id, unit.unit) for made in found for unit in made.units]
        if len(units) > len(set(units)):
            self.surprises.append(f"the same units in {[made.id for made in found]}")
        for made in found:
            self._inspect(shop, made)

    def _cancelled(self, shop: Shop) -> None:
        made = self._create(shop)
        request = returns_service_pb2.CancelReturnRequest(return_id=made.id, request_id=self._next_id())
        self._persist(lambda: shop.client.returns.CancelReturn(request))
        self._journal.note(did="cancel", merchant=shop.id, return_id=made.id)

    def _voided(self, shop: Shop) -> None:
        made = self._create(shop)
        request = label_service_pb2.VoidLabelRequest(parcel_id=made.parcels[0].id, request_id=self._next_id())
        self._persist(lambda: shop.client.labels.VoidLabel(request))
        self._journal.note(did="void", merchant=shop.id, parcel_id=made.parcels[0].id)
        self._inspect(shop, made)

    def _create(self, shop: Shop, **changes: Any) -> return_pb2.Return:
        return self._send(shop, self._request(shop, **changes), self._next_id())

    def _request(
        self, shop: Shop, order: str = "", **changes: Any
    ) -> returns_service_pb2.CreateReturnRequest:
        order = shop.orders[order or self._random.choice(list(shop.orders))]
        line = self._random.choice(order.lines)
        item = return_pb2.ReturnItem(order_line_id=line.id, quantity=self._random.randint(1, line.quantity))
        return returns_service_pb2.CreateReturnRequest(order_id=order.external_id, items=[item], **changes)

    def _send(
        self,
        shop: Shop,
        wanted: returns_service_pb2.CreateReturnRequest,
        request_id: str,
        *,
        told: bool = True,
    ) -> return_pb2.Return:
        request = returns_service_pb2.CreateReturnRequest()
        request.CopyFrom(wanted)
        request.request_id = request_id
        made = self._persist(lambda: shop.client.returns.CreateReturn(request))
        units = [[unit.order_line_id, unit.unit] for unit in made.units] if told else []
        self._journal.note(
            did="create",
            merchant=shop.id,
            order_id=made.order_id,
            request_id=request_id,
            request=request.SerializeToString().hex(),
            return_id=made.id,
            units=units,
        )
        return made

    def _inspect(self, shop: Shop, made: return_pb2.Return) -> None:
        """The goods came back in order: that settles the return."""
        found = self._persist(lambda: get(shop.client, made.id))
        self._persist(lambda: accept(shop.client, found))
        self._journal.note(did="inspect", merchant=shop.id, return_id=made.id)

    def _persist(self, call: Callable[[], T]) -> T:
        """As a client does: the same request again, with the same id, until there is an answer or patience ends."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return call()
            except SendbackError as refused:
                if refused.code not in _PASSING or time.monotonic() > until:
                    raise
                self.counts["tried again"] += 1
                time.sleep(0.05)

    def _next_id(self) -> str:
        self._made += 1
        return f"soak-{self._number}-{self._made}"


def a_soaked_shop(world: World, slug: str, orders: int) -> Shop:
    """Its orders are paid in full and no more, so that every cent too much is seen."""
    sold = [
        an_order(
            f"#{number}",
            payments=[order_pb2.Payment(id=f"pay-{number}", captured=money(9900, "EUR"))],
            customer_id=f"customer-{number}",
        )
        for number in range(orders)
    ]
    policy = a_policy(credit=policy_pb2.CreditTerms(enabled=True))
    return world.open_shop("Boutique", slug, policy, sold)


def asked_again(client: Client, lines: Iterable[dict[str, Any]]) -> list[str]:
    """Every request once more: who does not learn the id that was acknowledged."""
    wrong = []
    for line in lines:
        request = returns_service_pb2.CreateReturnRequest.FromString(bytes.fromhex(line["request"]))
        found = client.returns.CreateReturn(request).id
        if found != line["return_id"]:
            wrong.append(f"{line['request_id']}: {line['return_id']} was acknowledged, now {found}")
    return wrong


def _at_once(calls: Sequence[Callable[[], return_pb2.Return]]) -> list[return_pb2.Return]:
    """What was refused because others were quicker is left out, if anything remains."""
    found: list[return_pb2.Return] = []
    refused: list[SendbackError] = []

    def one(call: Callable[[], return_pb2.Return]) -> None:
        try:
            found.append(call())
        except SendbackError as error:
            refused.append(error)

    threads = [threading.Thread(target=one, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not found:
        raise refused[0]
    return found
