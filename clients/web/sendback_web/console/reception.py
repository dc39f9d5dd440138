"""Reception, made for a barcode scanner: one field that keeps the focus. First what stands on the parcel, then a letter
for each unit in turn: A to D for its grade, X for missing. Whatever else is scanned opens the next parcel."""

from dataclasses import dataclass

from sendback.v1.return_pb2 import Grade, Inspection, Parcel, Return, ReturnUnit, Transit
from sendback.v1.returns_service_pb2 import (
    Arrival,
    FindReturnsRequest,
    GetReturnRequest,
    InspectUnitsRequest,
    ReceiveParcelRequest,
    RecordArrivalRequest,
    UnitFinding,
)
from sendback_client import SendbackError
from starlette.responses import Response

from sendback_web.console import names
from sendback_web.console.entries import Entry, typed
from sendback_web.console.inspection import USUAL, waiting
from sendback_web.console.verbs import refused_entry
from sendback_web.console.visit import Visit
from sendback_web.words import N_

_GRADES = {
    "A": Grade.A_RESELL,
    "B": Grade.B_OPENED,
    "C": Grade.C_DAMAGED,
    "D": Grade.D_UNUSABLE,
}
_MISSING = "X"
_ALL = "*"
_RECEIVED = N_("The parcel is received. Now its items.")
_KNOWN = N_("This parcel was received before.")
_NOTED = N_("Noted.")
_COMPLETE = N_("Everything in this return is inspected. Scan the next parcel.")
_RECORDED = N_("The parcel is kept among those without a return.")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page shows: a return at hand, or several to choose from, or an unknown code."""

    found: Return | None = None
    several: tuple[Return, ...] = ()
    unknown: str = ""
    misread: bool = False
    trouble: str = ""


async def show(visit: Visit) -> Response:
    wanted = visit.request.query_params.get("return", "")[:64]
    found = await _get(visit, wanted) if wanted else None
    return _page(visit, Seen(found))


async def scan(visit: Visit) -> Response:
    entry = typed(await visit.form())
    code, return_id = entry.one("scan"), entry.one("return_id")
    letter = code.upper()
    if return_id and letter in (*_GRADES, _MISSING, *(_ALL + grade for grade in _GRADES)):
        return await _inspected(visit, entry, await _get(visit, return_id), letter)
    if not code:
        return visit.go(visit.href("reception"))
    answer = await visit.desk.returns.FindReturns(FindReturnsRequest(text=code))
    returns = answer.returns
    if len(returns) > 1:
        return _page(visit, Seen(several=tuple(returns)))
    if not returns:
        return _page(visit, Seen(unknown=code[:64], misread=answer.misread), status=404)
    return await _received(visit, entry, returns[0], code)


async def record(visit: Visit) -> Response:
    """Keeps a parcel that nobody knows."""
    entry = typed(await visit.form())
    arrival = Arrival(tracking_number=entry.one("tracking_number"), note=entry.one("note"))
    request = RecordArrivalRequest(arrival=arrival, request_id=entry.one("request_id"))
    await visit.desk.returns.RecordArrival(request)
    return visit.go(visit.href("reception"), _RECORDED)


async def _received(visit: Visit, entry: Entry, found: Return, code: str) -> Response:
    parcel = _meant(found, code)
    if parcel is None or parcel.transit == Transit.DELIVERED:
        return visit.go(_at(visit, found), _KNOWN, "info")
    request = ReceiveParcelRequest(
        return_id=found.id, parcel_id=parcel.id, request_id=entry.one("request_id")
    )
    try:
        counted = await visit.desk.returns.ReceiveParcel(request)
    except SendbackError as refused:
        return _page(visit, Seen(found, trouble=_told(visit, refused, entry)), status=422)
    # After expiry it is a linked one.
    return visit.go(_at(visit, counted), _RECEIVED)


async def _inspected(visit: Visit, entry: Entry, found: Return, letter: str) -> Response:
    """One letter for the next unit, or with a star for all that are left."""
    left = waiting(found)
    units = left if letter.startswith(_ALL) else left[:1]
    here = _at(visit, found)
    if not units:
        return visit.go(here, _COMPLETE, "info")
    request = InspectUnitsRequest(
        return_id=found.id,
        etag=entry.one("etag"),
        request_id=entry.one("request_id"),
        findings=[_finding(unit, letter.removeprefix(_ALL)) for unit in units],
    )
    try:
        await visit.desk.returns.InspectUnits(request)
    except SendbackError as refused:
        said = _told(visit, refused, entry)
        return _page(visit, Seen(await _get(visit, found.id), trouble=said), status=422)
    return visit.go(here, _COMPLETE if len(units) == len(left) else _NOTED)


def _at(visit: Visit, found: Return) -> str:
    return f"{visit.href('reception')}?return={found.id}"


def _finding(unit: ReturnUnit, letter: str) -> UnitFinding:
    if letter == _MISSING:
        return UnitFinding(order_line_id=unit.order_line_id, unit=unit.unit, result=Inspection.MISSING)
    grade = _GRADES[letter]
    return UnitFinding(
        order_line_id=unit.order_line_id,
        unit=unit.unit,
        result=Inspection.ACCEPTED,
        grade=grade,
        disposition=USUAL[grade],
    )


def _meant(found: Return, code: str) -> Parcel | None:
    """The parcel whose number was scanned, else the first that has not arrived."""
    for parcel in found.parcels:
        if parcel.tracking_number and parcel.tracking_number.casefold() == code.casefold():
            return parcel
    still = [parcel for parcel in found.parcels if parcel.transit != Transit.DELIVERED]
    return still[0] if still else None


def _told(visit: Visit, refused: SendbackError, entry: Entry) -> str:
    said = refused_entry(visit, refused, entry)
    return said.trouble or " ".join(said.problems.values())


async def _get(visit: Visit, return_id: str) -> Return:
    return await visit.desk.returns.GetReturn(GetReturnRequest(return_id=return_id))


def _page(visit: Visit, seen: Seen, *, status: int = 200) -> Response:
    left = waiting(seen.found) if seen.found else []
    return visit.show(
        "reception.html",
        status=status,
        seen=seen,
        found=seen.found,
        next_unit=left[0] if left else None,
        waiting=len(left),
        grades=[(letter, names.GRADES[grade].text, USUAL[grade]) for letter, grade in _GRADES.items()],
        names=names,
    )
