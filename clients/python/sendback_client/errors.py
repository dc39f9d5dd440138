"""Refusals as exceptions, with all that the service says of them."""

from dataclasses import dataclass, field
from typing import Any

import grpc
from google.rpc import error_details_pb2
from google.rpc.status_pb2 import Status

_STATUS = "grpc-status-details-bin"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with a field, such as `items[0].quantity`."""

    field: str
    description: str


@dataclass(eq=False)
class SendbackError(Exception):
    """`reason` is one of `sendback.v1.ErrorReason`, empty where the service could not be asked. `message` is in the
    language of the call; `retry_after` is in seconds."""

    code: grpc.StatusCode
    reason: str = ""
    message: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    fields: tuple[FieldProblem, ...] = ()
    retry_after: float | None = None

    def __str__(self) -> str:
        return f"{self.code.name} {self.reason} {self.message}".replace("  ", " ").strip()


def error_of(broken: Any) -> SendbackError:
    """From whatever grpc raised."""
    code = broken.code() if hasattr(broken, "code") else grpc.StatusCode.UNKNOWN
    said = broken.details() if hasattr(broken, "details") else ""
    error = SendbackError(code, message=said or "")
    trailing = broken.trailing_metadata() if hasattr(broken, "trailing_metadata") else ()
    for key, value in trailing or ():
        if key == _STATUS and isinstance(value, bytes):
            _read(error, Status.FromString(value))
    return error


def _read(error: SendbackError, status: Status) -> None:
    found = {detail.TypeName().rpartition(".")[2]: detail.value for detail in status.details}
    info = error_details_pb2.ErrorInfo.FromString(found.get("ErrorInfo", b""))
    error.reason, error.metadata = info.reason, dict(info.metadata)
    if "LocalizedMessage" in found:
        error.message = error_details_pb2.LocalizedMessage.FromString(found["LocalizedMessage"]).message
    violations = error_details_pb2.BadRequest.FromString(found.get("BadRequest", b"")).field_violations
    error.fields = tuple(FieldProblem(v.field, v.description) for v in violations)
    if "RetryInfo" in found:
        delay = error_details_pb2.RetryInfo.FromString(found["RetryInfo"]).retry_delay
        error.retry_after = delay.seconds + delay.nanos / 1e9
