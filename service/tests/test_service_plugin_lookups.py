"""Plugins asked while somebody waits: drop-off points, and webhooks that come in."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sendback_sdk import (
    Address,
    Declined,
    DropOff,
    Misconfigured,
    TrackingState,
    TrackingUpdate,
    TryLater,
    WebhookRequest,
    http,
)
from sendback_service.access import Doorkeeper
from sendback_service.api.portal_wire import drop_off_message
from sendback_service.drop_offs import DropOffPoints
from sendback_service.effects.retention import Retention
from sendback_service.erasures import Erasures
from sendback_service.host import AccountMissing, Host
from sendback_service.orders import Orders
from sendback_service.parcels import Parcels
from sendback_service.parties import Account
from sendback_service.plugin_lookups import Lookups
from sendback_service.privacy_news import PrivacyNews
from sendback_service.redaction import keep_secret
from sendback_service.refund_news import RefundNews
from sendback_service.refusal import Reason, Refusal
from sendback_service.shop_news import ShopNews
from sendback_service.shops import Shops
from sendback_service.store import Database, opened
from sendback_service.store.documents import address_document
from sendback_service.store.tables import EventRow, ParcelRow, WebhookRow
from sendback_service.store.transaction import Author, Transaction
from sendback_service.streams import Streams
from sendback_service.webhooks import Webhooks
from sqlmodel import select
from structlog.testing import capture_logs

from service.tests.effects.parties import FindingPost
from service.tests.effects.world import BUYER, HandClock
from tests.databases import Databases

STAFF = Author("rpc", "test")
KIOSK = DropOff("k1", "Kiosk", Address("Kiosk", "3 rue", "75002", "Paris", "FR"), 120, "9-18")
BODY = b'{"number": "N1", "state": "HANDED_OVER"}'


class Corner(FindingPost):
    """Hears webhooks and knows where parcels can be left; `raises` and `says` are what it does instead."""

    id = "corner"

    def __init__(self) -> None:
        super().__init__()
        self.raises: Exception | None = None
        self.says: Any = None
        self.heard: list[WebhookRequest] = []
        self.asked: list[tuple[Address, int]] = []
        self.hold = threading.Event()
        self.hold.set()

    def hear(self, request: WebhookRequest) -> list[TrackingUpdate]:
        self.heard.append(request)
        return self._act([TrackingUpdate("N1", TrackingState.HANDED_OVER, request.now)])

    def find_drop_offs(self, address: Address, limit: int) -> list[DropOff]:
        self.asked.append((address, limit))
        return self._act([KIOSK, replace(KIOSK, id="k2", distance_m=900)])

    def _act(self, answer: Any) -> Any:
        self.hold.wait(5)
        if self.raises is not None:
            raise self.raises
        return answer if self.says is None else self.says


class OneAccount:
    """A host with `corner`, and with nothing else."""

    def __init__(self, corner: Corner) -> None:
        self._corner = corner

    def carrier(self, name: str) -> Any:
        if name == "corner":
            return self._corner
        if name == "plain":
            return FindingPost()
        raise AccountMissing(name)

    plugin = carrier


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def database(sqlite: Databases, clock: HandClock) -> Iterator[Database]:
    made = opened(sqlite.migrated(), clock)
    made.transact(_parcel, STAFF)
    yield made
    made.shut()


def _parcel(tx: Transaction) -> None:
    row = ParcelRow(
        merchant_id="mer_1", id="par_1", label="PURCHASED", account="corner", tracking_number="N1"
    )
    row.request = {"sender": address_document(BUYER)}
    tx.session.add(row)


@pytest.fixture
def corner() -> Corner:
    return Corner()


def webhooks(database: Database, corner: Corner | Host, lookups: Lookups | None = None) -> Webhooks:
    shops = Shops(database)
    host: Any = corner if isinstance(corner, Host) else OneAccount(corner)
    lookups = lookups or Lookups()
    orders = Orders(database, shops, Doorkeeper([b"secret"]), "https://portal.example")
    return Webhooks(
        database,
        host,
        lookups,
        Parcels(database, shops, Streams()),
        RefundNews(database, "bank"),
        ShopNews(database, lookups, orders),
        PrivacyNews(database, Erasures(database)),
    )


def deliver(made: Webhooks, body: bytes = BODY, account: str = "corner", now: datetime | None = None) -> Any:
    request = WebhookRequest((("x-signed", "yes"),), body, now or datetime(2026, 3, 1, tzinfo=UTC))
    return asyncio.run(made.deliver(account, request))


def news(database: Database) -> list[str]:
    return database.look(lambda tx: list(tx.session.exec(select(EventRow.type))))


def test_the_same_body_again_answers_the_same_and_does_nothing(database: Database, corner: Corner) -> None:
    made = webhooks(database, corner)
    first = deliver(made)
    assert (first.updates, first.applied) == (1, 1)
    assert deliver(made, now=datetime(2026, 3, 5, tzinfo=UTC)) == first
    assert len(corner.heard) == 1
    assert news(database) == ["parcel.handed_over"]
    assert deliver(made, b"another").applied == 0
    assert len(corner.heard) == 2


def test_two_at_once_are_news_once(database: Database, corner: Corner) -> None:
    made = webhooks(database, corner)
    request = WebhookRequest((), BODY, datetime(2026, 3, 1, tzinfo=UTC))

    async def both() -> list[Any]:
        return await asyncio.gather(*(made.deliver("corner", request) for _ in range(4)))

    assert {heard.updates for heard in asyncio.run(both())} == {1}
    assert news(database) == ["parcel.handed_over"]


def test_what_was_heard_long_ago_is_forgotten(database: Database, corner: Corner, clock: HandClock) -> None:
    made = webhooks(database, corner)
    deliver(made)
    clock.turn(timedelta(days=31))
    deliver(made, b"another")
    Retention(database).turn()
    assert len(database.look(lambda tx: list(tx.session.exec(select(WebhookRow))))) == 1


def test_what_cannot_be_verified_is_refused_and_not_remembered(database: Database, corner: Corner) -> None:
    made = webhooks(database, corner)
    corner.raises = Declined("a wrong signature")
    with pytest.raises(Refusal) as refused:
        deliver(made)
    assert refused.value.reason is Reason.WEBHOOK_REFUSED
    corner.raises = None
    assert deliver(made).applied == 1


def test_what_a_peer_says_stands_in_no_log() -> None:
    keep_secret("peer", ["shpat_0123456789"])

    def answer(request: httpx.Request) -> httpx.Response:
        said = {"error": f"{request.headers['x-token']} may not see 12 bis rue des Lilas"}
        return httpx.Response(401, json=said)

    def ask() -> httpx.Response:
        return http.send(shop, "POST", "https://shop.example", headers={"x-token": "shpat_0123456789"})

    with http.client(transport=httpx.MockTransport(answer)) as shop, capture_logs() as lines:
        for asked in (ask, lambda: "the whole answer"):
            with pytest.raises(Refusal):
                asyncio.run(Lookups().ask("peer", asked, lambda found: f"{found} with shpat_0123456789"))
    silent, senseless = (line["error"] for line in lines)
    assert silent.startswith("Misconfigured at ")
    assert silent.endswith(", answered 401")
    assert "shpat" not in silent
    assert senseless == "the answer makes no sense: the whole answer with [redacted]"


@pytest.mark.parametrize("account", ["plain", "nobody"])
def test_an_account_that_hears_nothing(database: Database, corner: Corner, account: str) -> None:
    with pytest.raises(Refusal) as refused:
        deliver(webhooks(database, corner), account=account)
    assert refused.value.reason is Reason.ACCOUNT_MISSING


BROKEN = {
    "bank": Account(plugin="stripe", settings={"secret_key": "env:NOT_SET"}),
    "shop": Account(plugin="of a package that does not load here"),
    "mail": Account(plugin="email", settings={"password": "env:NOT_SET"}),
}


@pytest.mark.parametrize("account", ["bank", "shop"])
def test_who_has_news_for_an_account_that_cannot_be_made_comes_again(
    database: Database, account: str
) -> None:
    with pytest.raises(Refusal) as refused, capture_logs() as said:
        deliver(webhooks(database, Host(BROKEN)), account=account)
    assert refused.value.reason is Reason.ACCOUNT_SILENT
    assert refused.value.retry_after == 30
    (line,) = [line for line in said if line["event"] == "lookup.failed"]
    assert (line["account"], account == "bank") == (account, "NOT_SET" in line["error"])


@pytest.mark.parametrize("account", ["mail", "nobody"])
def test_what_never_hears_is_none_of_ours_whether_it_can_be_made_or_not(
    database: Database, account: str
) -> None:
    with pytest.raises(Refusal) as refused:
        deliver(webhooks(database, Host(BROKEN)), account=account)
    assert refused.value.reason is Reason.ACCOUNT_MISSING


_UPDATE = TrackingUpdate("N1", TrackingState.HANDED_OVER, datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "trouble",
    [
        {"raises": KeyError("state")},
        {"raises": TryLater(after=3)},
        {"raises": Misconfigured("no secret")},
        {"says": "HANDED_OVER"},
        {"says": [None]},
        {"says": [replace(_UPDATE, time=datetime(2026, 3, 1))]},
        {"says": [replace(_UPDATE, state="EATEN")]},
        {"says": [replace(_UPDATE, tracking_number="")]},
        {"says": [_UPDATE] * 1001},
    ],
)
def test_a_plugin_in_trouble_is_come_back_to(
    database: Database, corner: Corner, trouble: dict[str, Any]
) -> None:
    """Whoever delivers is told to try again, and nothing of it is applied or remembered."""
    made = webhooks(database, corner)
    for name, value in trouble.items():
        setattr(corner, name, value)
    with pytest.raises(Refusal) as refused:
        deliver(made)
    assert refused.value.reason is Reason.ACCOUNT_SILENT
    assert refused.value.retry_after
    assert news(database) == []
    corner.raises = corner.says = None
    assert deliver(made).applied == 1


def test_one_that_hangs_costs_its_own_account_alone(database: Database, corner: Corner) -> None:
    lookups = Lookups(at_a_time=2, seconds=0.05)
    made = webhooks(database, corner, lookups)
    corner.hold.clear()

    async def crowd() -> list[Any]:
        request = WebhookRequest((), BODY, datetime(2026, 3, 1, tzinfo=UTC))
        calls = [made.deliver("corner", request) for _ in range(5)]
        found = await asyncio.gather(*calls, return_exceptions=True)
        other = await lookups.ask("other", lambda: 7, lambda _: "")
        corner.hold.set()
        await asyncio.sleep(0.2)
        return [*found, other, await made.deliver("corner", request)]

    *silent, other, heard = asyncio.run(crowd())
    assert [refusal.reason for refusal in silent] == [Reason.ACCOUNT_SILENT] * 5
    assert len(corner.heard) == 3
    assert (other, heard.updates) == (7, 1)


def near(points: DropOffPoints, limit: int = 10, known: bool = True, parcel: str = "par_1") -> Any:
    def shown(address: Address) -> Address:
        return address if known else replace(address, street="", postal_code="")

    return asyncio.run(points.near("mer_1", parcel, shown, limit))


def drop_offs(database: Database, corner: Corner, now: list[float]) -> DropOffPoints:
    host: Any = OneAccount(corner)
    return DropOffPoints(database, host, Lookups(), lambda: now[0])


def test_points_near_the_sender_are_asked_for_once_in_a_while(database: Database, corner: Corner) -> None:
    now = [0.0]
    points = drop_offs(database, corner, now)
    assert [point.id for point in near(points)] == ["k1", "k2"]
    assert near(points) == near(points)
    ((address, limit),) = corner.asked
    assert (address.postal_code, address.name, limit) == ("75002", "", 10)
    now[0] = 301.0
    near(points)
    assert len(corner.asked) == 2


def test_no_more_points_than_asked_for(database: Database, corner: Corner) -> None:
    assert len(near(drop_offs(database, corner, [0.0]), limit=1)) == 1


def test_a_stranger_learns_no_distance_from_the_sender(database: Database, corner: Corner) -> None:
    found = near(drop_offs(database, corner, [0.0]), known=False)
    assert {point.distance_m for point in found} == {0}
    assert corner.asked[0][0].street == ""


def test_an_address_that_the_carrier_does_not_know_has_no_points(database: Database, corner: Corner) -> None:
    corner.raises = Declined("no such place")
    assert near(drop_offs(database, corner, [0.0])) == ()


def test_a_carrier_that_does_not_answer_is_not_remembered(database: Database, corner: Corner) -> None:
    points = drop_offs(database, corner, [0.0])
    corner.raises = TryLater(after=1)
    with pytest.raises(Refusal) as refused:
        near(points)
    assert refused.value.reason is Reason.ACCOUNT_SILENT
    corner.raises = None
    assert len(near(points)) == 2


def test_points_with_half_a_character_can_be_shown(database: Database, corner: Corner) -> None:
    corner.says = [replace(KIOSK, name="Kiosk \ud83d", address=replace(KIOSK.address, city="Paris\x00"))]
    (point,) = near(drop_offs(database, corner, [0.0]))
    message = drop_off_message(point)
    assert (message.name, message.address.city) == ("Kiosk \ufffd", "Paris\ufffd")


@pytest.mark.parametrize(
    "says",
    [
        *([1], "kiosk", {"k1": KIOSK}, [replace(KIOSK, name=None)], [replace(KIOSK, distance_m=1.5)]),
        *([replace(KIOSK, distance_m=2**31)], [replace(KIOSK, address=replace(KIOSK.address, city=None))]),
    ],
    ids=str,
)
def test_points_that_make_no_sense(database: Database, corner: Corner, says: object) -> None:
    corner.says = says
    with pytest.raises(Refusal) as refused:
        near(drop_offs(database, corner, [0.0]))
    assert refused.value.reason is Reason.ACCOUNT_SILENT


@pytest.mark.parametrize("account", ["plain", "gone"])
def test_a_carrier_without_points(database: Database, corner: Corner, account: str) -> None:
    database.transact(lambda tx: _change(tx, account=account), STAFF)
    assert near(drop_offs(database, corner, [0.0])) == ()


def test_without_a_label_nobody_knows_whose_points(database: Database, corner: Corner) -> None:
    database.transact(lambda tx: _change(tx, label="REQUESTED"), STAFF)
    with pytest.raises(Refusal) as refused:
        near(drop_offs(database, corner, [0.0]))
    assert refused.value.reason is Reason.LABEL_NOT_READY


def _change(tx: Transaction, **values: str) -> None:
    row = tx.session.get_one(ParcelRow, ("mer_1", "par_1"))
    for name, value in values.items():
        setattr(row, name, value)
    tx.session.add(row)
