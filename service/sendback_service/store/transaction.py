"""One transaction: the session, its time and its author. Whatever changes a row in it records an event in it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel

from sendback_service.ids import new_id
from sendback_service.rules.values import frozen
from sendback_service.store.tables import RequestKeyRow
from sendback_service.store.times import micros
from sendback_service.store.together import Write, carry_out, table_of

_SET_DEADLINE = (
    "INSERT INTO deadline (merchant_id, id, kind, subject_id, due_time, number) "
    "VALUES (:merchant_id, :id, :kind, :subject_id, :due_time, :number) "
    "ON CONFLICT (merchant_id, id) DO UPDATE SET due_time = excluded.due_time, number = excluded.number"
)
_DROP_DEADLINE = "DELETE FROM deadline WHERE merchant_id = :merchant_id AND id = :id"
# The number of the next of its subject is taken in the statement that writes it.
_RECORD = (
    "INSERT INTO event (merchant_id, id, position, type, subject_type, subject_id, sequence, time, cause, actor,"
    " attributes, intents) "
    "VALUES (:merchant_id, :id, NULL, :type, :subject_type, :subject_id,"
    " (SELECT coalesce(max(sequence), 0) + 1 FROM event WHERE merchant_id = :whose AND subject_id = :about),"
    " :time, :cause, :actor, :attributes, :intents)"
)


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
    """`trace` is the context of the span that it is made in, as a `traceparent`. What is written by `write` waits for
    company, until somebody asks the session for anything or the transaction ends."""

    _session: Session
    now: datetime
    author: Author
    trace: str = ""
    _waiting: list[Write] = field(default_factory=list)

    @property
    def session(self) -> Session:
        if self._waiting:
            self.send()
        return self._session

    def write(self, statement: str, row: Mapping[str, Any]) -> None:
        """A row of one table, by hand. `statement` inserts, updates or deletes it."""
        if any(table_of(other.statement) == table_of(statement) for other in self._waiting):
            self.send()
        self._waiting.append(Write(statement, row))

    def amend(
        self, held: SQLModel, statement: str, key: Mapping[str, Any], values: Mapping[str, Any]
    ) -> None:
        """The same of a row that the session holds: it takes on the values, and writes nothing itself."""
        self.write(statement, {**key, **values})
        for name, value in values.items():
            set_committed_value(held, name, value)

    def send(self) -> None:
        """What waits to be written, after what the session has to write."""
        waiting, self._waiting = self._waiting, []
        self._session.flush()
        if waiting:
            carry_out(self._session.connection(), waiting)

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
            "attributes": json.dumps(dict(attributes or {})),
            "intents": json.dumps(intents_document(intents, self.trace)),
        }
        self.write(_RECORD, {**event, "whose": merchant_id, "about": subject.id})
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
        self.write(_SET_DEADLINE, row)

    def drop_deadline(self, merchant_id: str, kind: str, subject_id: str) -> None:
        key = {"merchant_id": merchant_id, "id": f"{kind}:{subject_id}"}
        self.write(_DROP_DEADLINE, key)

    def request_key(self, merchant_id: str, rpc: str, request_id: str) -> RequestKeyRow | None:
        return self.session.get(RequestKeyRow, (merchant_id, rpc, request_id))


def intents_document(intents: Sequence[Intent], trace: str) -> dict[str, Any]:
    """`trace` is the context that the intents are part of, "" where nobody traces."""
    if not intents:
        return {}
    start = [[i.workflow, i.subject_id, i.lane, i.round] for i in intents]
    return {"start": start, "trace": trace} if trace else {"start": start}
