import abc
from abc import abstractmethod
from dataclasses import dataclass
from sendback_sdk.events import Event as Event
from sendback_sdk.platforms import Receipt as Receipt
from sendback_sdk.plugin import Plugin as Plugin
from typing import Protocol

@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    media_type: str
    data: bytes
    content_id: str = ...

@dataclass(frozen=True, slots=True)
class Message:
    key: str
    event: str
    recipient: str
    language: str
    subject: str
    text: str
    html: str = ...
    attachments: tuple[Attachment, ...] = ...
    sender_name: str = ...
    reply_to: str = ...

class Channel(Plugin, metaclass=abc.ABCMeta):
    @abstractmethod
    def send(self, message: Message) -> Receipt: ...

class Tells(Protocol):
    def tell(self, event: Event) -> Receipt: ...
