"""A buyer's data is to be erased: what a plugin is told that may keep some of it."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class BuyerErasure:
    """Whose traces are to go. An account is told no more than it had from Sendback: a carrier only the references of
    the labels that it was asked for, a channel addresses and the keys of messages, a platform the shop's own ids.

    `key` names this erasure for its whole life: the same key again is the same erasure. `order_ids` and `customer_ids`
    are the shop's; `label_references` are those of `LabelRequest`, `message_keys` those of `Message`."""

    key: str
    emails: tuple[str, ...] = ()
    customer_ids: tuple[str, ...] = ()
    order_ids: tuple[str, ...] = ()
    label_references: tuple[str, ...] = ()
    message_keys: tuple[str, ...] = ()


@runtime_checkable
class Forgets(Protocol):
    """Keeps something of buyers that can be erased."""

    def forget(self, erasure: BuyerErasure) -> None:
        """Erases what is kept of the buyer on Sendback's behalf: files, queues, records at the service behind. What a
        shop keeps of its own customers is the shop's. Somebody unknown is no error, and a repetition is harmless.
        `Declined`: it cannot be done; staff are told and see to it by hand."""
