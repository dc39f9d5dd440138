"""The ingress for webhooks of carriers, shops and payers: handed on to the service as they came, byte for byte."""

import structlog
from sendback.v1.event_service_pb2 import DeliverWebhookRequest, WebhookHeader
from sendback_client import SendbackError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sendback_web.shared import shared_of

_log = structlog.get_logger()

_LARGEST = 1024 * 1024
_MOST_HEADERS = 100
_LONGEST_NAME, _LONGEST_VALUE = 128, 8192
_STATUSES = {"UNAUTHENTICATED": 401, "PERMISSION_DENIED": 401, "NOT_FOUND": 404, "INVALID_ARGUMENT": 400}
_AGAIN = {
    "UNAVAILABLE",
    "RESOURCE_EXHAUSTED",
    "DEADLINE_EXCEEDED",
    "ABORTED",
    "INTERNAL",
    "UNKNOWN",
    "CANCELLED",
    "UNIMPLEMENTED",
}
# Our own key was refused: that is between us and the service, and whoever runs us is to mend it.
_OURS = {"KEY_MISSING", "KEY_INVALID", "SCOPE_MISSING"}
_REST_SECONDS = 30


async def receive(request: Request) -> Response:
    body = await _body(request)
    if body is None:
        return JSONResponse({"error": f"at most {_LARGEST} bytes"}, 413)
    delivery = DeliverWebhookRequest(
        account=request.path_params["account"], headers=_headers(request), body=body
    )
    try:
        brought = await shared_of(request).client.events.DeliverWebhook(delivery)
    except SendbackError as refused:
        return _refusal(refused)
    return JSONResponse({"updates": brought.updates, "applied": brought.applied})


async def _body(request: Request) -> bytes | None:
    """None where it is too large: no more of it is read than is needed to know."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > _LARGEST:
            return None
        parts.append(part)
    return b"".join(parts)


def _headers(request: Request) -> list[WebhookHeader]:
    """Those that a signature may be in; ones that the service would refuse are none of ours."""
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw]
    fitting = [(name, value) for name, value in pairs if _fits(name, value)]
    return [WebhookHeader(name=name, value=value) for name, value in fitting[:_MOST_HEADERS]]


def _fits(name: str, value: str) -> bool:
    """A proxy in front may add whatever it likes, a town's name in UTF-8 among it."""
    return len(name) <= _LONGEST_NAME and len(value) <= _LONGEST_VALUE and (name + value).isprintable()


def _refusal(refused: SendbackError) -> Response:
    said = {"reason": refused.reason, "error": refused.message}
    if refused.reason in _OURS:
        _log.error("hooks.key_refused", reason=refused.reason)
        said = {"error": "not now; send it again later"}
    if refused.reason in _OURS or refused.code.name in _AGAIN:
        rest = max(1, round(refused.retry_after or _REST_SECONDS))
        return JSONResponse(said, 503, headers={"retry-after": str(rest)})
    return JSONResponse(said, _STATUSES.get(refused.code.name, 400))
