"""Refusals as gRPC statuses: the canonical code, the reason, the fields, and words in the caller's language."""

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

from sendback_service.refusal import Reason, Refusal
from sendback_service.text.refusals import refusal_text

DOMAIN = "sendback.dev"
_LONGEST_VALUE = 200

CODES: dict[Reason, grpc.StatusCode] = {
    Reason.INVALID_FIELD: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.KEY_MISSING: grpc.StatusCode.UNAUTHENTICATED,
    Reason.KEY_INVALID: grpc.StatusCode.UNAUTHENTICATED,
    Reason.SCOPE_MISSING: grpc.StatusCode.PERMISSION_DENIED,
    Reason.NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Reason.ETAG_STALE: grpc.StatusCode.ABORTED,
    Reason.REQUEST_ID_REUSED: grpc.StatusCode.ALREADY_EXISTS,
    Reason.STATE_FORBIDS: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.NOT_RETURNABLE: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.QUOTE_STALE: grpc.StatusCode.ABORTED,
    Reason.PORTAL_INACTIVE: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.PORTAL_NOT_PROMOTED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.NOT_ENTITLED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.PORTAL_INCOMPLETE: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.SLUG_TAKEN: grpc.StatusCode.ALREADY_EXISTS,
    Reason.SIGN_IN_FAILED: grpc.StatusCode.UNAUTHENTICATED,
    Reason.SESSION_INVALID: grpc.StatusCode.UNAUTHENTICATED,
    Reason.RATE_LIMITED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Reason.LABEL_NOT_READY: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.MONEY_OPEN: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.REFUND_EXCEEDS_PAYMENT: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.CREDIT_NOT_OFFERED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.ORDER_INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.ACCOUNT_MISSING: grpc.StatusCode.NOT_FOUND,
    Reason.WEBHOOK_REFUSED: grpc.StatusCode.PERMISSION_DENIED,
    Reason.PAGE_TOKEN_INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.OVERLOADED: grpc.StatusCode.UNAVAILABLE,
    Reason.SECRETS_KEY_MISSING: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.BUSY: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Reason.INTERNAL: grpc.StatusCode.INTERNAL,
    Reason.ALREADY_EXISTS: grpc.StatusCode.ALREADY_EXISTS,
    Reason.TOO_LARGE: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.IMAGE_REFUSED: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.NOTHING_TO_SIMULATE: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.BUYER_DATA_NEEDED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.BUYER_ERASED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.ACCOUNT_SILENT: grpc.StatusCode.UNAVAILABLE,
    Reason.ISSUER_SILENT: grpc.StatusCode.UNAVAILABLE,
    Reason.CREDIT_INSUFFICIENT: grpc.StatusCode.FAILED_PRECONDITION,
}


def status_of(refusal: Refusal, language: str) -> grpc.Status:
    said = refusal_text(refusal.reason, refusal.metadata, language)
    metadata = {key: value[:_LONGEST_VALUE] for key, value in refusal.metadata.items()}
    details: list[Message] = [
        error_details_pb2.ErrorInfo(reason=refusal.reason, domain=DOMAIN, metadata=metadata),
        error_details_pb2.LocalizedMessage(locale=language, message=said),
    ]
    if refusal.problems:
        violations = [
            error_details_pb2.BadRequest.FieldViolation(
                field=p.field, description=p.description[:_LONGEST_VALUE]
            )
            for p in refusal.problems[:100]
        ]
        details.append(error_details_pb2.BadRequest(field_violations=violations))
    if refusal.retry_after is not None:
        delay = Duration()
        delay.FromMilliseconds(int(refusal.retry_after * 1000))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    code, _ = CODES[refusal.reason].value
    return rpc_status.to_status(
        Status(code=code, message=str(refusal)[:1000], details=[_any(d) for d in details])
    )


def _any(detail: Message) -> Any:
    packed = Any()
    packed.Pack(detail)
    return packed
