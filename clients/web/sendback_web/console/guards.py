"""How requests come to a view: signed in, for a shop that the person may act for, and what becomes of refusals."""

import time
from collections.abc import Awaitable, Callable
from datetime import tzinfo
from urllib.parse import quote

import structlog
from sendback.v1.merchant_service_pb2 import GetPolicyRequest
from sendback_client import SendbackError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sendback_web.console.nav import OPERATIONS
from sendback_web.console.visit import Console, View, Visit, console_of
from sendback_web.forms import FormExpired
from sendback_web.words import N_
from sendback_web.zones import zone_named

_LOG = structlog.get_logger()
_ZONE_SECONDS = 300
Endpoint = Callable[[Request], Awaitable[Response]]

NOT_FOUND = (
    404,
    N_("There is nothing here"),
    N_("It may belong to another shop, or the address has a slip in it."),
)
NOT_ALLOWED = (
    403,
    N_("This is not yours to do"),
    N_(
        "The access key that the console uses for this shop may not do it. Ask whoever runs your installation."
    ),
)
EXPIRED = (
    409,
    N_("This page is no longer current"),
    N_("You signed in anew meanwhile. Open the page again."),
)
AWAY = (503, N_("The service does not answer"), N_("Nothing was lost. Try again in a minute."))
BROKEN = (500, N_("Something went wrong on our side"), N_("Nothing was lost. Try again in a minute."))
STALE = (
    409,
    N_("Somebody changed this meanwhile"),
    N_(
        "What you saw is no longer current, and nothing was changed. Open the page again, look, and decide anew."
    ),
)
REFUSED = (422, N_("This was not done"), "")

_KEY = {"KEY_MISSING", "KEY_INVALID", "SCOPE_MISSING"}


def shop_route(path: str, view: View, *methods: str) -> Route:
    """A page of a shop, at `/console/{shop}` and the path."""

    async def endpoint(request: Request) -> Response:
        console, name = console_of(request), request.path_params["shop"]
        person = console.sign_in.person(request)
        if person is None:
            return to_sign_in(request)
        visit = Visit(request, console, person, name)
        if name not in person.grant.shops:
            visit.shop = ""
            return failure(visit, NOT_FOUND)
        visit.zone = await _zone(console, visit)
        return await _answered(visit, view)

    return Route(f"/{{shop}}{path}", endpoint, methods=list(methods) or ["GET"])


def operations_route(path: str, view: View, *methods: str) -> Route:
    """A page of operations."""

    async def endpoint(request: Request) -> Response:
        console = console_of(request)
        person = console.sign_in.person(request)
        if person is None:
            return to_sign_in(request)
        visit = Visit(request, console, person, "")
        return await _answered(visit, view) if person.grant.operator else failure(visit, NOT_FOUND)

    return Route(f"/{OPERATIONS}{path}", endpoint, methods=list(methods) or ["GET"])


def to_sign_in(request: Request) -> Response:
    wanted = request.url.path if request.method == "GET" else "/console"
    return RedirectResponse(f"/console/sign-in?next={quote(wanted)}", 303)


async def _answered(visit: Visit, view: View) -> Response:
    try:
        return await view(visit)
    except SendbackError as refused:
        return refusal(visit, refused)
    except FormExpired:
        return failure(visit, EXPIRED)
    except HTTPException as wrong:
        return failure(visit, NOT_FOUND if wrong.status_code == 404 else (wrong.status_code, *BROKEN[1:]))


def refusal(visit: Visit, refused: SendbackError) -> Response:
    """The page for a refusal that its view had no better answer to."""
    if refused.reason == "NOT_FOUND":
        return failure(visit, NOT_FOUND)
    if refused.reason == "ETAG_STALE":
        return failure(visit, STALE)
    if refused.reason in _KEY:
        _LOG.warning("console.key_refused", reason=refused.reason, scope=refused.metadata.get("scope", ""))
        return failure(visit, NOT_ALLOWED)
    if refused.code.name in ("UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED"):
        return failure(visit, AWAY)
    if refused.code.name in ("INTERNAL", "UNKNOWN"):
        _LOG.error("console.refused", code=refused.code.name, reason=refused.reason)
        return failure(visit, BROKEN)
    return failure(visit, REFUSED, refused.message)


def failure(visit: Visit, told: tuple[int, str, str], text: str = "") -> Response:
    status, title, usual = told
    return visit.show("failure.html", status=status, title=visit.say(title), text=text or visit.say(usual))


async def _zone(console: Console, visit: Visit) -> tzinfo:
    """The time zone of the shop's policy, looked up now and then."""
    kept = console.zones.get(visit.shop)
    if kept and time.monotonic() - kept[0] < _ZONE_SECONDS:
        return kept[1]
    try:
        zone = zone_named((await visit.desk.merchants.GetPolicy(GetPolicyRequest())).window.time_zone)
    except SendbackError:
        zone = zone_named("")
    console.zones[visit.shop] = (time.monotonic(), zone)
    return zone
