"""The one module that knows the engine of durable workflows, DBOS.

Workflows take ids only. One that is started again under the same id starts once. Steps that finished are not run
again after a crash; one that was cut off is, so every step first looks at what its claim says.
"""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from dbos import DBOS, DBOSConfig, Serializer

from sendback_service.store.transaction import Intent

T = TypeVar("T")
Handler = Callable[[str, str, int], None]

_QUEUE = "effects"
_APPLICATION = "sendback"
# Recovery asks for this; a workflow whose steps change gets a new name instead.
_VERSION = "1"
_FOR_EVER = 1_000_000


class UnknownWorkflow(Exception):
    """An intent that no worker here knows how to carry out."""


class _Json(Serializer):
    """Readable by other languages and other versions, unlike pickles."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=repr)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)

    def name(self) -> str:
        return "sendback_json"


class Engine:
    """One a process. `handlers` are the workflows, by name; `executor` names this process for good."""

    def __init__(
        self, url: str, executor: str, handlers: Mapping[str, Handler], *, concurrency: int, poll_seconds: float
    ) -> None:
        self._names = frozenset(handlers)
        self._concurrency = concurrency
        self._poll_seconds = poll_seconds
        logging.getLogger("dbos").setLevel(logging.ERROR)
        config: DBOSConfig = {
            "name": _APPLICATION,
            "system_database_url": url,
            "application_version": _VERSION,
            "executor_id": executor,
            "serializer": _Json(),
            "log_level": "ERROR",
            "enable_otlp": False,
        }
        DBOS(config=config)
        for name, handler in handlers.items():
            DBOS.workflow(name=name, max_recovery_attempts=_FOR_EVER)(_named(name, handler))

    def launch(self) -> None:
        """Takes up this executor's unfinished workflows, and begins to look at the queue."""
        DBOS.launch()
        DBOS.register_queue(
            _QUEUE,
            worker_concurrency=self._concurrency,
            partition_worker_concurrency=self._concurrency,
            polling_interval_sec=self._poll_seconds,
        )

    def start(self, merchant_id: str, intent: Intent) -> None:
        if intent.workflow not in self._names:
            raise UnknownWorkflow(intent.workflow)
        DBOS.enqueue_workflow_with_options(
            {
                "workflow_name": intent.workflow,
                "queue_name": _QUEUE,
                "workflow_id": f"{intent.workflow}:{intent.subject_id}:{intent.round}",
                "app_version": _VERSION,
                "queue_partition_key": intent.lane or intent.workflow,
            },
            merchant_id,
            intent.subject_id,
            intent.round,
        )

    def stop(self, seconds: int) -> None:
        """Lets what runs finish, for so long; what does not is taken up again at the next start."""
        DBOS.destroy(workflow_completion_timeout_sec=seconds, destroy_registry=True)

    def forget(self, before_ms: int) -> int:
        """Deletes workflows that ended before then; answers how many."""
        done = DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"], completed_before=before_ms, limit=500
        )
        if done:
            DBOS.delete_workflows([workflow.workflow_id for workflow in done])
        return len(done)


def step(name: str, work: Callable[..., T], *args: Any) -> T:
    """Runs `work` as a step of the workflow at hand; its answer is kept and must be plain JSON."""
    return DBOS.run_step({"name": name}, work, *args)


def _named(name: str, handler: Handler) -> Handler:
    def workflow(merchant_id: str, subject_id: str, round: int) -> None:
        handler(merchant_id, subject_id, round)

    workflow.__name__ = workflow.__qualname__ = name
    return workflow
