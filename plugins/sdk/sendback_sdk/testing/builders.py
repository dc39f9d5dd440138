"""Values with defaults: a test says only what matters to it."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx

from sendback_sdk.addresses import Address
from sendback_sdk.carriers import LabelRequest, Parcel
from sendback_sdk.channels import Message
from sendback_sdk.erasure import BuyerErasure
from sendback_sdk.events import Event
from sendback_sdk.http import client
from sendback_sdk.money import Money
from sendback_sdk.orders import Fulfilment, Order, OrderLine, Payment
from sendback_sdk.platforms import CreditRequest, RefundLine, RefundRequest
from sendback_sdk.plugin import Plugin
from sendback_sdk.webhooks import WebhookRequest

P = TypeVar("P", bound=Plugin)

_ADDRESS = Address(
    "Camille Martin", "12 bis rue des Lilas", "75020", "Paris", "FR", email="camille@example.com"
)
_WAREHOUSE = Address("Retours", "1 quai Rambaud", "69002", "Lyon", "FR", company="Maison Lumière")
_REQUEST = LabelRequest("par_1", 47312482, "R3456789AC", _ADDRESS, _WAREHOUSE, Parcel(1200))
_REFUND = RefundRequest("trf_1", "1001", "pay_1", Money(8900, "EUR"), (RefundLine("1", 1),), "return")
_CREDIT = CreditRequest("trf_1", "cus_1", Money(8900, "EUR"))
_MESSAGE = Message(
    "msg_1", "label", "camille@example.com", "fr", "Votre étiquette", "Bonjour,\n\nà bientôt.\n"
)
_ERASURE = BuyerErasure(
    "era_1", ("camille@example.com",), ("cus_1",), ("1001",), ("par_1",), ("msg_1", "../msg_1")
)
_EVENT = Event(
    "evt_1",
    "mer_1",
    "return.approved",
    "return",
    "ret_1",
    2,
    datetime(2026, 11, 20, 12, tzinfo=UTC),
    {"reference": "R7K3F9Q2"},
)
_PLACED = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


def an_address(**changes: Any) -> Address:
    """A buyer's in Paris."""
    return replace(_ADDRESS, **changes)


def a_parcel(**changes: Any) -> Parcel:
    """1200 grams, of unknown sides."""
    return replace(Parcel(1200), **changes)


def a_label_request(**changes: Any) -> LabelRequest:
    """A PDF on A6 for 1200 grams from Paris to a warehouse in Lyon."""
    return replace(_REQUEST, **changes)


def a_refund_request(**changes: Any) -> RefundRequest:
    """89.00 EUR for one unit of order 1001."""
    return replace(_REFUND, **changes)


def a_credit_request(**changes: Any) -> CreditRequest:
    """89.00 EUR for ever."""
    return replace(_CREDIT, **changes)


def a_message(**changes: Any) -> Message:
    """A French letter without HTML or attachments."""
    return replace(_MESSAGE, **changes)


def an_event(**changes: Any) -> Event:
    """The second of a return: it was approved."""
    return replace(_EVENT, **changes)


def an_erasure(**changes: Any) -> BuyerErasure:
    """Everything that can be told of a buyer, and a key that leads out of its folder."""
    return replace(_ERASURE, **changes)


def a_webhook_request(body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> WebhookRequest:
    """As it came in just now."""
    return WebhookRequest(tuple((headers or {}).items()), body, datetime.now(UTC))


def an_order(**changes: Any) -> Order:
    """One line of one unit at 89.00 EUR, paid and delivered."""
    order = Order(
        id="1001",
        number="#1001",
        currency="EUR",
        placed_time=_PLACED,
        lines=(OrderLine("1", "Robe en lin", 1, 8900),),
        email="camille@example.com",
        language="fr",
        ship_to=_ADDRESS,
        payments=(Payment("pay_1", 8900),),
        fulfilments=(Fulfilment("f1", (("1", 1),), _PLACED, _PLACED),),
    )
    return replace(order, **changes)


def made(cls: type[P], settings: Mapping[str, Any], *, timeout: float = 2.0) -> P:
    """An object of a plugin class as the host makes it, with a client that does not wait long."""
    log = logging.getLogger(f"sendback.{cls.id}")
    return cls(cls.Settings(**settings), client(timeout=httpx.Timeout(timeout)), _Log(log))


class _Log:
    """structlog's face over the standard library, so that pytest's `caplog` sees it."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log

    def info(self, event: str, **values: Any) -> None:
        self._log.info("%s %s", event, values)

    def warning(self, event: str, **values: Any) -> None:
        self._log.warning("%s %s", event, values)

    def error(self, event: str, **values: Any) -> None:
        self._log.error("%s %s", event, values)
