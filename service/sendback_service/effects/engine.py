"""The one module that knows the engine of durable workflows, DBOS.

Workflows take ids only. One that is started again under the same id starts once. One that was cut off is begun anew
by whoever takes it up, of whichever version: what it did stands in our rows, so it first looks at what they say. The
engine itself keeps nothing of it but whether it ended, which is what its steps would cost (2.5 ms each) and not add.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, Serializer, WorkflowStatus
from structlog.contextvars import bound_contextvars

from sendback_service.effects.backoff import unless_down
from sendback_service.effects.error_summary import described
from sendback_service.effects.in_hand import InHand
from sendback_service.observability import metrics
from sendback_service.store import workflows
from sendback_service.store.transaction import Intent

Handler = Callable[[str, str, int], None]
# What a workflow is run within: told its name, its merchant and subject, and what asked for it.
Around = Callable[[str, str, str, str], AbstractContextManager[None]]

_QUEUE = "effects"
_APPLICATION = "sendback"
# Recovery asks for this; a workflow that an older version could not go on with gets a new name instead.
_VERSION = "1"
_FOR_EVER = 1_000_000
_BATCH = 200
_ENDED = ["SUCCESS", "CANCELLED"]
_BROKEN = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
# A lane gets a quarter of a worker's slots.
_SHARE = 4
FIRST_REST = timedelta(minutes=1)
_LONGEST_REST = timedelta(hours=1)


class UnknownWorkflow(Exception):
    """An intent that no worker here knows how to carry out."""


@dataclass(frozen=True, slots=True)
class QueuedIntent:
    """`origin` is the event or deadline that asks for it: from one of them an intent starts once. In a lane the lowest
    `priority` goes first, and the oldest of equals."""

    merchant_id: str
    intent: Intent
    origin: str
    lane: str = ""
    priority: int = 1

    @property
    def id(self) -> str:
        return f"{self.intent.workflow}:{self.intent.subject_id}:{self.intent.round}:{self.origin}"


@dataclass(frozen=True, slots=True)
class Broken:
    """A workflow that ended by an error of ours, and was started anew."""

    workflow: str
    merchant_id: str
    subject_id: str


class Engine:
    """One a process. `handlers` are the workflows, by name; `executor` names this process for good."""

    def __init__(
        self,
        url: str,
        executor: str,
        handlers: Mapping[str, Handler],
        *,
        concurrency: int,
        poll_seconds: float,
        around: Around = lambda *_: nullcontext(),
    ) -> None:
        self._names = frozenset(handlers)
        self._executor = executor
        self._concurrency = concurrency
        self._poll_seconds = poll_seconds
        self._in_hand = InHand()
        workflows.prepare(url)
        _log_through_structlog()
        DBOS(config=_configuration(url, executor))
        self._queue = workflows.queue(url)
        self._client = DBOSClient(
            system_database_engine=self._queue, serializer=_Json(), application_name=_APPLICATION, lazy=True
        )
        for name, handler in handlers.items():
            DBOS.workflow(name=name, max_recovery_attempts=_FOR_EVER)(
                _named(name, handler, around, self._in_hand)
            )

    def launch(self) -> None:
        """Takes up this executor's unfinished workflows, and begins to look at the queue.

        A lane may take no more than its share of the slots, so that a slow carrier holds up no other one, no refund
        and no letter."""
        DBOS.launch()
        DBOS.register_queue(
            _QUEUE,
            worker_concurrency=self._concurrency,
            partition_worker_concurrency=max(1, self._concurrency // _SHARE),
            polling_interval_sec=self._poll_seconds,
            on_conflict="always_update",
        )

    def start(self, wanted: Sequence[QueuedIntent]) -> None:
        """All of them, or none where one is unknown."""
        if unknown := next((w.intent.workflow for w in wanted if w.intent.workflow not in self._names), ""):
            raise UnknownWorkflow(unknown)
        with self._queue.begin() as connection:
            for one in wanted:
                ids = (one.merchant_id, one.intent.subject_id, one.intent.round)
                place = _Place(one.lane or one.intent.lane or one.intent.workflow, one.priority)
                options = _options(one.id, one.intent.workflow, place)
                self._client.enqueue_in_transaction(connection, options, *ids)

    def stop(self, seconds: int) -> None:
        """Lets what runs finish, for so long; what does not is taken up again at the next start."""
        DBOS.destroy(workflow_completion_timeout_sec=seconds, destroy_registry=True)
        self._queue.dispose()

    def executors(self) -> set[str]:
        """Who has taken up workflows and not finished them, other than this process."""
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {w.executor_id for w in pending if w.executor_id} - {self._executor}

    def resume(self, executor: str) -> int:
        """Puts what an executor left unfinished back on the queue. Only for one that is dead for certain."""
        pending = DBOS.list_workflows(
            status="PENDING", executor_id=executor, load_input=False, load_output=False
        )
        for queue in {w.queue_name for w in pending}:
            DBOS.resume_workflows([w.workflow_id for w in pending if w.queue_name == queue], queue_name=queue)
        return len(pending)

    def give_back(self) -> int:
        """Puts back on the queue what this process took and let fall, and what it does not know: while versions are
        exchanged, a newer one asks for what only it can do. Answers how much that was."""
        mine = DBOS.list_workflows(
            status="PENDING", executor_id=self._executor, load_input=False, load_output=False
        )
        strange = {w.workflow_id for w in mine if w.name not in self._names}
        fallen = strange.union(self._in_hand.let_fall(w.workflow_id for w in mine))
        if fallen:
            DBOS.resume_workflows(list(fallen), queue_name=_QUEUE)
        return len(fallen)

    def revive(self) -> list[Broken]:
        """Starts anew what ended by an error of ours, a minute after it did, then two, four … up to an hour.

        Nothing is done twice by that: what happened outside is in our rows, not in the engine's."""
        ended = DBOS.list_workflows(status=_BROKEN, limit=_BATCH, load_output=False)
        return [_again(w) for w in ended if _rested(w)]

    def forget(self, older: timedelta) -> int:
        """Deletes workflows that ended longer ago than that; answers how many."""
        before = (datetime.now(UTC) - older).isoformat()
        done = DBOS.list_workflows(
            status=_ENDED, completed_before=before, limit=_BATCH, load_input=False, load_output=False
        )
        if done:
            DBOS.delete_workflows([workflow.workflow_id for workflow in done])
        return len(done)


class _Json(Serializer):
    """Readable by other languages and other versions, unlike pickles. Errors are kept as text."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=repr)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)

    def name(self) -> str:
        return "sendback_json"


class _Forward(logging.Handler):
    """What the engine warns of, in our own log."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().warning("engine.warned", said=record.getMessage()[:500])


def _configuration(url: str, executor: str) -> DBOSConfig:
    """No console, no telemetry, no server of its own, and nobody outside is contacted."""
    return {
        "name": _APPLICATION,
        "system_database_url": url,
        "application_version": _VERSION,
        "executor_id": executor,
        "serializer": _Json(),
        "db_engine_kwargs": workflows.pool(url),
        "log_level": "WARNING",
        "enable_otlp": False,
    }


def _log_through_structlog() -> None:
    """Before the engine is made: it brings a handler of its own only where there is none."""
    log = logging.getLogger("dbos")
    log.handlers = [_Forward()]
    log.propagate = False


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the queue."""

    lane: str
    priority: int


def _options(id: str, workflow: str, place: _Place) -> EnqueueOptions:
    return {
        "workflow_name": workflow,
        "queue_name": _QUEUE,
        "workflow_id": id,
        "app_version": _VERSION,
        "queue_partition_key": place.lane,
        "priority": place.priority,
    }


def _named(name: str, handler: Handler, around: Around, in_hand: InHand) -> Handler:
    breaks = metrics.BROKEN_WORKFLOWS.labels(name)

    def workflow(merchant_id: str, subject_id: str, round: int) -> None:
        """While the database cannot be asked it waits, and begins anew: it must not fail for that."""
        try:
            with (
                in_hand.at_work(DBOS.workflow_id or ""),
                around(name, merchant_id, subject_id, _origin(DBOS.workflow_id)),
                bound_contextvars(merchant_id=merchant_id),
            ):
                unless_down(handler, merchant_id, subject_id, round)
        except Exception as broken:
            breaks.inc()
            structlog.get_logger().error(
                "effect.broken", workflow=name, subject_id=subject_id, error=described(broken)
            )
            raise

    workflow.__name__ = workflow.__qualname__ = name
    return workflow


def _origin(workflow_id: str | None) -> str:
    """The event or deadline that asked for it, which its id ends with."""
    return (workflow_id or "").partition("~")[0].split(":", 3)[-1]


def _rested(workflow: WorkflowStatus) -> bool:
    ended = (workflow.updated_at or workflow.created_at or 0) / 1000
    wait = min(FIRST_REST * (1 << min(_lives(workflow), 6)), _LONGEST_REST)
    return datetime.now(UTC) - datetime.fromtimestamp(ended, UTC) >= wait


def _lives(workflow: WorkflowStatus) -> int:
    _, _, lives = workflow.workflow_id.partition("~")
    return int(lives or 0)


def _again(workflow: WorkflowStatus) -> Broken:
    """The new one first: a crash between the two starts nothing twice."""
    root, _, _ = workflow.workflow_id.partition("~")
    if workflow.input is None:
        raise LookupError(f"workflow {workflow.workflow_id} has lost its arguments")
    merchant_id, subject_id, round = workflow.input["args"]
    place = _Place(workflow.queue_partition_key or workflow.name, workflow.priority or 1)
    options = _options(f"{root}~{_lives(workflow) + 1}", workflow.name, place)
    DBOS.enqueue_workflow_with_options(options, merchant_id, subject_id, round)
    DBOS.delete_workflows([workflow.workflow_id])
    return Broken(workflow.name, merchant_id, subject_id)
