"""Who is asked for labels: edited, checked, tried on a parcel before it is put in force, and brought back."""

from sendback.v1.address_pb2 import Address
from sendback.v1.carrier_service_pb2 import (
    GetRoutingRequest,
    ListRoutingsRequest,
    Route,
    Routing,
    SimulateRoutingRequest,
    SimulateRoutingResponse,
    UpdateRoutingRequest,
)
from sendback_client import SendbackError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sendback_web.console.entries import Entry, told, typed
from sendback_web.console.route_rows import FIELDS, route_rows, routes_entry, routes_of
from sendback_web.console.rules import Reading
from sendback_web.console.visit import Visit
from sendback_web.words import N_

_VERSIONS = 20
_IN_FORCE = N_("The routes are in force everywhere within two seconds.")
_RESTORED = N_("The former routes are in force again, as a new version.")
_STALE = N_(
    "Somebody changed the routes meanwhile. Below is what you typed; open the page again to see theirs."
)


async def show(visit: Visit) -> Response:
    routing = await _routing(visit)
    return await _page(visit, routing, routes_entry(routing))


async def save(visit: Visit) -> Response:
    """Checks, tries, or puts in force, by the button that was pressed."""
    entry = typed(await visit.form())
    read = Reading(entry, visit.say)
    routes = routes_of(read)
    entry = entry.wrong(read.problems)
    routing = await _routing(visit)
    if not entry.sound:
        return await _page(visit, routing, entry, status=422)
    try:
        if entry.one("action") == "try":
            return await _page(visit, routing, entry, tried=await _tried(visit, entry, routes))
        checked = await _updated(visit, entry, routes)
    except SendbackError as refused:
        return await _page(visit, routing, _refused(visit, refused, entry), status=422)
    if entry.one("action") == "save":
        return visit.go(visit.href("routing"), _IN_FORCE)
    return await _page(visit, routing, entry, checked=checked)


async def restore(visit: Visit) -> Response:
    entry = typed(await visit.form())
    request = UpdateRoutingRequest(
        restore_version=entry.number("version") or 0,
        note=visit.say(N_("Version %(version)s brought back"), version=entry.one("version")),
        etag=entry.one("etag"),
        request_id=entry.one("request_id"),
    )
    await visit.desk.carriers.UpdateRouting(request)
    return visit.go(visit.href("routing"), _RESTORED)


async def version(visit: Visit) -> Response:
    """A former version, beside the one in force."""
    said = visit.request.path_params["version"]
    if not said.isdecimal() or len(said) > 8:
        raise HTTPException(404)
    former = await visit.desk.carriers.GetRouting(GetRoutingRequest(version=int(said)))
    return visit.show(
        "routing_version.html", former=former, entry=routes_entry(former), routing=await _routing(visit)
    )


async def _routing(visit: Visit) -> Routing:
    return await visit.desk.carriers.GetRouting(GetRoutingRequest())


async def _updated(visit: Visit, entry: Entry, routes: list[Route]) -> Routing:
    request = UpdateRoutingRequest(
        routes=routes,
        note=entry.one("note"),
        etag=entry.one("etag"),
        validate_only=entry.one("action") != "save",
        request_id=entry.one("request_id"),
    )
    return await visit.desk.carriers.UpdateRouting(request)


async def _tried(visit: Visit, entry: Entry, routes: list[Route]) -> SimulateRoutingResponse:
    one = entry.one
    request = SimulateRoutingRequest(
        merchant_id=one("try_merchant"),
        ship_from=Address(
            street="-",
            postal_code=one("try_postal_code"),
            city=one("try_city") or "-",
            region_code=one("try_country").upper(),
        ),
        weight_grams=max(0, entry.number("try_weight") or 0),
        format=entry.number("try_format") or 1,  # type: ignore[arg-type]
        routes=routes,
    )
    return await visit.desk.carriers.SimulateRouting(request)


def _refused(visit: Visit, error: SendbackError, entry: Entry) -> Entry:
    if error.reason == "ETAG_STALE":
        return entry.wrong({}, visit.say(_STALE))
    if error.code.name not in ("INVALID_ARGUMENT", "FAILED_PRECONDITION", "NOT_FOUND"):
        raise error
    fields = {**FIELDS, "ship_from.region_code": "try_country", "ship_from": "try_postal_code"}
    found = told(error, fields)
    return entry.wrong(found.problems, found.trouble)


async def _page(
    visit: Visit,
    routing: Routing,
    entry: Entry,
    *,
    checked: Routing | None = None,
    tried: SimulateRoutingResponse | None = None,
    status: int = 200,
) -> Response:
    versions = await visit.desk.carriers.ListRoutings(ListRoutingsRequest(page_size=_VERSIONS))
    return visit.show(
        "routing.html",
        status=status,
        routing=routing,
        entry=entry,
        rows=route_rows(entry),
        checked=checked,
        tried=tried,
        versions=versions.routings,
    )
