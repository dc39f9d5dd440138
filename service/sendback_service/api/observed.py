"""What of a call is counted, timed and written into the log."""

import os
import time
from functools import cache
from typing import Any

from google.protobuf import descriptor_pool

from sendback_service.clock import system_clock
from sendback_service.ids import new_id
from sendback_service.observability import metrics, traces

# Waits for a label as long as the caller likes.
LASTING = {"/sendback.v1.LabelService/CreateLabel"}


class CallLine:
    """One line a call, whatever becomes of it: what stands in `values` when the block ends."""

    __slots__ = ("_began", "_log", "values")

    def __init__(self, method: str, log: Any) -> None:
        self._log = log
        self._began = time.monotonic()
        self.values: dict[str, Any] = {
            "rpc": method,
            "pid": os.getpid(),
            "request": new_id("req", system_clock()),
            "code": "OK",
        }

    def __enter__(self) -> dict[str, Any]:
        return self.values

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and self.values["code"] == "OK":
            self.values["code"] = kind.__name__
        seconds = observed(self.values, self._began)
        self._log.info("rpc.done", **self.values, duration_ms=round(seconds * 1000, 2))


def observed(line: dict[str, Any], began: float) -> float:
    """Counts the call that a line of the log tells of; answers its seconds. `began` is on the monotonic clock."""
    seconds = time.monotonic() - began
    metrics.called(line["rpc"], line["code"], seconds if _timed(line["rpc"]) else None)
    traces.note(code=line["code"])
    if "reason" in line:
        metrics.refused(line["reason"])
    return seconds


@cache
def _timed(rpc: str) -> bool:
    """Streams last as long as their caller likes."""
    name = rpc.removeprefix("/").replace("/", ".")
    method: Any = descriptor_pool.Default().FindMethodByName(name)
    return rpc not in LASTING and not (method.client_streaming or method.server_streaming)
