"""Pages for what goes wrong: what happened, and what to do."""

import structlog
from sendback_client import SendbackError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sendback_web.forms import FormExpired
from sendback_web.language import language_of
from sendback_web.shared import shared_of
from sendback_web.words import N_

_log = structlog.get_logger()

_TITLES = {
    400: N_("This page is no longer current"),
    403: N_("You may not do that"),
    404: N_("There is nothing here"),
    405: N_("There is nothing here"),
    409: N_("This page is no longer current"),
    413: N_("That is too large"),
    429: N_("Too many tries"),
    503: N_("We will be back in a moment"),
}
_TEXTS = {
    400: N_(
        "Somebody signed in anew in this browser, or the page was open for long. Open it again and go on from there."
    ),
    403: N_("Go back and try again. If it happens once more, ask the shop for help."),
    404: N_("Check the address, or open the link from your parcel or e-mail again."),
    405: N_("Check the address, or open the link from your parcel or e-mail again."),
    409: N_(
        "Somebody signed in anew in this browser, or the page was open for long. Open it again and go on from there."
    ),
    413: N_("Choose a smaller file, 10 MB at most, and send it again."),
    429: N_("Wait a few minutes and try again."),
    503: N_("Something is being looked after. Nothing was lost: try again in a minute."),
}
_PASSING = (429, 500, 503)
_TITLE = N_("Something went wrong on our side")
_TEXT = N_("Nothing was lost. Try again in a minute; if it happens once more, ask the shop for help.")


def failure(request: Request, status: int, *, retry_after: float | None = None) -> Response:
    """In the language of the page that is not there, and with a way on: to its portal, and to itself where it may be
    there in a moment."""
    language = getattr(request.state, "language", "") or language_of(request)
    told = {
        "title": _TITLES.get(status, _TITLE),
        "text": _TEXTS.get(status, _TEXT),
        "home": getattr(request.state, "home", ""),
        "again": status in _PASSING and request.method == "GET",
    }
    response = shared_of(request).pages.show(request, "failure.html", language, told, status=status)
    if retry_after is not None:
        response.headers["retry-after"] = str(max(1, round(retry_after)))
    return response


async def on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return failure(request, error.status_code)


async def on_expired(request: Request, _: Exception) -> Response:
    return failure(request, 409)


async def on_refusal(request: Request, error: Exception) -> Response:
    """A refusal that no room has an answer of its own to."""
    assert isinstance(error, SendbackError)
    status = _STATUSES.get(error.code.name, 500)
    if status == 400 and request.method == "GET":
        status = 404  # an address that nothing of ours could have
    if status == 500:
        _log.error("web.refused", code=error.code.name, reason=error.reason)
    return failure(request, status, retry_after=error.retry_after)


_STATUSES = {
    "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 503,
    "PERMISSION_DENIED": 403,
    "INVALID_ARGUMENT": 400,
    "ABORTED": 409,
    "FAILED_PRECONDITION": 409,
}


async def on_error(request: Request, error: Exception) -> Response:
    _log.error("web.failed", kind=type(error).__name__, exc_info=error)
    return failure(request, 500)


HANDLERS = {
    HTTPException: on_http,
    FormExpired: on_expired,
    SendbackError: on_refusal,
}
