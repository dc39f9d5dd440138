"""One transaction: the session, its time and its author. Whatever changes a row in it records an event in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert
from sqlmodel import Session, func, select, text

from sendback_service.ids import new_id
from sendback_service.rules.values import frozen
from sendback_service.store.tables import EventRow, RequestKeyRow
from sendback_service.store.times import micros

_SET_DEADLINE = text(
    "INSERT INTO deadline (merchant_id, id, kind, subject_id, due_time, number) "
    "VALUES (:merchant_id, :id, :kind, :subject_id, :due_time, :number) "
    "ON CONFLICT (merchant_id, id) DO UPDATE SET due_time = excluded.due_time, number = excluded.number"
)
_DROP_DEADLINE = text("DELETE FROM deadline WHERE merchant_id = :merchant_id AND id = :id")
# The next of its subject, in the statement that writes it.
_SEQUENCE = (
    select(func.coalesce(func.max(EventRow.sequence), 0) + 1)
    .where(EventRow.merchant_id == bindparam("whose"), EventRow.subject_id == bindparam("about"))
    .scalar_subquery()
)
_RECORD = insert(EventRow).values(sequence=_SEQUENCE, position=None)


@frozen
class Author:
    """Who brings a change about, and through what: `rpc`, `webhook`, `timer`, `import` or `effect`."""

    cause: str
    actor: str


@frozen
class Intent:
    """Something that the engine is to do outside: a workflow by name, on one row of one merchant's.

    `round` counts the times that it is asked for anew (a retry at a deadline); the same intent given twice starts
    once. `lane` is the account that it will call, which bounds how many run at a time."""

    workflow: str
    subject_id: str
    lane: str = ""
    round: int = 0


@frozen
class Subject:
    type: str
    id: str


@dataclass(slots=True)
class Transaction:
    """`trace` is the context of the span that it is made in, as a `traceparent`."""

    session: Session
    now: datetime
    author: Author
    trace: str = ""

    def record(
        self,
        merchant_id: str,
        type: str,
        subject: Subject,
        attributes: Mapping[str, str] | None = None,
        intents: Sequence[Intent] = (),
    ) -> str:
        """Writes what happened, and what is to happen outside because of it; answers the event's id."""
        event = {
            "merchant_id": merchant_id,
            "id": new_id("evt", self.now),
            "type": type,
            "subject_type": subject.type,
            "subject_id": subject.id,
            "time": micros(self.now),
            "cause": self.author.cause,
            "actor": self.author.actor,
            "attributes": dict(attributes or {}),
            "intents": intents_document(intents, self.trace),
        }
        self.session.flush()
        self.session.connection().execute(_RECORD, {**event, "whose": merchant_id, "about": subject.id})
        return str(event["id"])

    def set_deadline(
        self, merchant_id: str, kind: str, subject_id: str, due: datetime, number: int = 0
    ) -> None:
        """One deadline per kind and subject: a new one takes the place of the old."""
        row = {
            "merchant_id": merchant_id,
            "id": f"{kind}:{subject_id}",
            "kind": kind,
            "subject_id": subject_id,
            "due_time": micros(due),
            "number": number,
        }
        self.session.connection().execute(_SET_DEADLINE, row)

    def drop_deadline(self, merchant_id: str, kind: str, subject_id: str) -> None:
        key = {"merchant_id": merchant_id, "id": f"{kind}:{subject_id}"}
        self.session.connection().execute(_DROP_DEADLINE, key)

    def request_key(self, merchant_id: str, rpc: str, request_id: str) -> RequestKeyRow | None:
        return self.session.get(RequestKeyRow, (merchant_id, rpc, request_id))


def intents_document(intents: Sequence[Intent], trace: str) -> dict[str, Any]:
    """`trace` is the context that the intents are part of, "" where nobody traces."""
    if not intents:
        return {}
    start = [[i.workflow, i.subject_id, i.lane, i.round] for i in intents]
    return {"start": start, "trace": trace} if trace else {"start": start}
