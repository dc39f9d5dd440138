"""One transaction: the session, its time and its author. Whatever changes a row in it records an event in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, func, select

from sendback_service.ids import new_id
from sendback_service.store.tables import DeadlineRow, EventRow, RequestKeyRow
from sendback_service.store.times import micros


@dataclass(frozen=True, slots=True)
class Author:
    """Who brings a change about, and through what: `rpc`, `webhook`, `timer`, `import` or `effect`."""

    cause: str
    actor: str


@dataclass(frozen=True, slots=True)
class Intent:
    """Something that the engine is to do outside: a workflow by name, on one row of one merchant's.

    `round` counts the times that it is asked for anew (a retry at a deadline); the same intent given twice starts
    once. `lane` is the account that it will call, which bounds how many run at a time."""

    workflow: str
    subject_id: str
    lane: str = ""
    round: int = 0


@dataclass(frozen=True, slots=True)
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
    ) -> EventRow:
        """Writes what happened, and what is to happen outside because of it."""
        event = EventRow(
            merchant_id=merchant_id,
            id=new_id("evt", self.now),
            type=type,
            subject_type=subject.type,
            subject_id=subject.id,
            sequence=self._next_sequence(merchant_id, subject),
            time=micros(self.now),
            cause=self.author.cause,
            actor=self.author.actor,
            attributes=dict(attributes or {}),
            intents=intents_document(intents, self.trace),
        )
        self.session.add(event)
        self.session.flush()
        return event

    def _next_sequence(self, merchant_id: str, subject: Subject) -> int:
        last = self.session.exec(
            select(func.max(EventRow.sequence)).where(
                EventRow.merchant_id == merchant_id, EventRow.subject_id == subject.id
            )
        ).one()
        return (last or 0) + 1

    def set_deadline(
        self, merchant_id: str, kind: str, subject_id: str, due: datetime, number: int = 0
    ) -> None:
        """One deadline per kind and subject: a new one takes the place of the old."""
        self.session.merge(
            DeadlineRow(
                merchant_id=merchant_id,
                id=f"{kind}:{subject_id}",
                kind=kind,
                subject_id=subject_id,
                due_time=micros(due),
                number=number,
            )
        )

    def drop_deadline(self, merchant_id: str, kind: str, subject_id: str) -> None:
        row = self.session.get(DeadlineRow, (merchant_id, f"{kind}:{subject_id}"))
        if row is not None:
            self.session.delete(row)

    def request_key(self, merchant_id: str, rpc: str, request_id: str) -> RequestKeyRow | None:
        return self.session.get(RequestKeyRow, (merchant_id, rpc, request_id))


def intents_document(intents: Sequence[Intent], trace: str) -> dict[str, Any]:
    """`trace` is the context that the intents are part of, "" where nobody traces."""
    if not intents:
        return {}
    start = [[i.workflow, i.subject_id, i.lane, i.round] for i in intents]
    return {"start": start, "trace": trace} if trace else {"start": start}
