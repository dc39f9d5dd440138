"""What comes in from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from sendback_sdk.carriers import TrackingUpdate
from sendback_sdk.money import Money
from sendback_sdk.orders import Order


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """Just as it came: `headers` in their order, `body` unread, since signatures are over its bytes. `now` (aware) is
    the host's clock, against which a plugin refuses what is old."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    now: datetime

    def header(self, name: str) -> str:
        """The first header of this name, in whatever case; "" where there is none, which is no error."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class RefundUpdate:
    """What became of a refund that was only submitted. `settled` false: it failed, `text` says why. `amount` is what
    was really paid, where the other side says so."""

    key: str
    settled: bool
    reference: str = ""
    amount: Money | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class OrderChange:
    """An order as it stands now."""

    order: Order


class PrivacyKind(StrEnum):
    """TELL_BUYER: somebody asks what is kept of them. ERASE_BUYER: it is to go. ERASE_SHOP: the shop has left."""

    TELL_BUYER = "TELL_BUYER"
    ERASE_BUYER = "ERASE_BUYER"
    ERASE_SHOP = "ERASE_SHOP"


@dataclass(frozen=True, slots=True)
class PrivacyRequest:
    """What the law lets buyers ask, handed on by the shop. `key` names the request for its whole life; ids are the
    shop's. It has a legal deadline: whoever cannot act on it at once must put it before people."""

    kind: PrivacyKind
    key: str
    emails: tuple[str, ...] = ()
    customer_ids: tuple[str, ...] = ()
    order_ids: tuple[str, ...] = ()


@runtime_checkable
class Hears(Protocol):
    """Is told of news by webhook."""

    def hear(
        self, request: WebhookRequest
    ) -> Sequence[TrackingUpdate | RefundUpdate | OrderChange | PrivacyRequest]:
        """Verifies the signature and refuses a replay (both by `Declined`), then says what the webhook brought."""
