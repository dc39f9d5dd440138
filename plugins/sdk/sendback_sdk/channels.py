"""Channels: who carries messages to buyers, and tells events to systems outside."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from sendback_sdk.events import Event
from sendback_sdk.platforms import Receipt
from sendback_sdk.plugin import Plugin


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message: `data` is its content, `media_type` as in `application/pdf`. With a `content_id` it belongs
    to the HTML, which shows it as `cid:…`; without one it is there to be saved."""

    filename: str
    media_type: str
    data: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """`key` names this message for its whole life, so that a receiver can tell a repetition. `language` is BCP 47.
    `sender_name` is the shop that writes and `reply_to` its e-mail address for answers, each "" where it has none."""

    key: str
    event: str
    recipient: str
    language: str
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    sender_name: str = ""
    reply_to: str = ""


class Channel(Plugin):
    """Who carries messages to buyers."""

    @abstractmethod
    def send(self, message: Message) -> Receipt:
        """Hands the message over. A bounce is `Declined`; a repetition carries the same key. Where nobody can tell
        whether it went out (`OutcomeUnknown`) it is sent again under that key."""


@runtime_checkable
class Tells(Protocol):
    """Tells somebody outside of events, each until it was taken."""

    def tell(self, event: Event) -> Receipt:
        """Hands one event over; the same again carries the same `event.id`. `Declined`: whoever it is for wants no
        events any more, and is sent none. Any other error: the host comes again, later and later, for days."""
