"""What of a call is counted and timed."""

import time
from functools import cache
from typing import Any

from google.protobuf import descriptor_pool

from sendback_service.seen import metrics, traces

# Waits for a label as long as the caller likes.
_LASTING = {"/sendback.v1.LabelService/CreateLabel"}


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
    return rpc not in _LASTING and not (method.client_streaming or method.server_streaming)
