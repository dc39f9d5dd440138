"""What staff do with a return. Each form names the return as it was seen and itself, so that it does its work once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sendback.v1.returns_service_pb2 import (
    AddParcelRequest,
    ApproveReturnRequest,
    CancelReturnRequest,
    CloseReturnRequest,
    ConfirmSettlementRequest,
    DeclineReturnRequest,
    ReceiveParcelRequest,
    ReleaseUnitsRequest,
    ReverseSettlementRequest,
    SettleReturnRequest,
    UnitRef,
)
from sendback_client import SendbackError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sendback_web.console.entries import NOT_AN_AMOUNT, Entry, amounts, told, typed
from sendback_web.console.inspection import inspection, with_photos
from sendback_web.console.one_return import page
from sendback_web.console.pictures import PictureRefused
from sendback_web.console.visit import UPLOAD, Visit
from sendback_web.words import N_

STALE = N_(
    "Somebody changed this return meanwhile, and nothing was done. Look at how it stands now, then decide anew."
)
QUOTE_STALE = N_("What is due changed meanwhile, and nothing was paid. Look at the new amount, then settle.")
_PAY_ELSE = ("other", "waive")
# Refusals that the page can tell; others have pages of their own.
_TOLD = ("FAILED_PRECONDITION", "INVALID_ARGUMENT", "ABORTED", "ALREADY_EXISTS")
_FIELDS = {"note": "note", "amount": "amount", "tracking_number": "tracking_number", "units": "release"}


@dataclass(frozen=True, slots=True)
class Verb:
    """`made` builds the request from the form and what every request names."""

    rpc: str
    made: Callable[[Entry, dict[str, Any]], Any]
    notice: str


def _plain(kind: Callable[..., Any]) -> Callable[[Entry, dict[str, Any]], Any]:
    return lambda _, named: kind(**named)


def _settle(entry: Entry, named: dict[str, Any]) -> SettleReturnRequest:
    how = entry.one("how")
    request = SettleReturnRequest(quote_hash=entry.one("quote_hash"), waive=how == "waive", **named)
    if how in _PAY_ELSE:
        request.note = entry.one("note")
    if how == "other":
        found = amounts(entry.one("amount"))
        if not found or len(found) != 1:
            raise _Unreadable("amount", NOT_AN_AMOUNT)
        request.amount.CopyFrom(found[0])
    return request


def _release(entry: Entry, named: dict[str, Any]) -> ReleaseUnitsRequest:
    units = []
    for said in entry.all("release"):
        line, _, number = said.rpartition("/")
        if not number.isdecimal() or len(number) > 4:
            raise HTTPException(404)
        units.append(UnitRef(order_line_id=line, unit=int(number)))
    return ReleaseUnitsRequest(units=units, note=entry.one("note"), **named)


class _Unreadable(Exception):
    """A field that cannot be read, and the sentence that says so."""


VERBS = {
    "approve": Verb("ApproveReturn", _plain(ApproveReturnRequest), N_("The return is approved.")),
    "decline": Verb(
        "DeclineReturn",
        lambda entry, named: DeclineReturnRequest(note=entry.one("note"), **named),
        N_("The return is declined, and the buyer is told why."),
    ),
    "cancel": Verb(
        "CancelReturn", _plain(CancelReturnRequest), N_("The return is cancelled; its label is voided.")
    ),
    "receive": Verb(
        "ReceiveParcel",
        lambda entry, named: ReceiveParcelRequest(parcel_id=entry.one("parcel"), **named),
        N_("The parcel is received."),
    ),
    "receive-another": Verb(
        "ReceiveParcel",
        lambda entry, named: ReceiveParcelRequest(
            another_parcel=True, tracking_number=entry.one("tracking_number"), **named
        ),
        N_("One more parcel is received."),
    ),
    "parcel": Verb("AddParcel", _plain(AddParcelRequest), N_("One more label is being bought.")),
    "inspect": Verb("InspectUnits", inspection, N_("What you found is noted.")),
    "settle": Verb("SettleReturn", _settle, N_("It is settled; the money is on its way.")),
    "confirm": Verb(
        "ConfirmSettlement",
        lambda entry, named: ConfirmSettlementRequest(
            settlement_id=entry.one("settlement"), provider_reference=entry.one("reference"), **named
        ),
        N_("The payment is noted as paid."),
    ),
    "reverse": Verb(
        "ReverseSettlement",
        lambda entry, named: ReverseSettlementRequest(
            settlement_id=entry.one("settlement"), note=entry.one("note"), **named
        ),
        N_("It is noted that the money came back; the items are due again."),
    ),
    "release": Verb("ReleaseUnits", _release, N_("The items can be returned anew.")),
    "close": Verb("CloseReturn", _plain(CloseReturnRequest), N_("The return is closed.")),
}


async def act(visit: Visit) -> Response:
    verb = VERBS.get(visit.request.path_params["verb"])
    if verb is None:
        raise HTTPException(404)
    form = await visit.form(largest=UPLOAD)
    entry = typed(form)
    return_id = visit.request.path_params["return"]
    named = {"return_id": return_id, "etag": entry.one("etag"), "request_id": entry.one("request_id")}
    try:
        if verb.rpc == "InspectUnits":
            entry = await with_photos(visit, return_id, form, entry)
        call: Callable[[Any], Awaitable[Any]] = getattr(visit.desk.returns, verb.rpc)
        await call(verb.made(entry, named))
    except _Unreadable as wrong:
        name, sentence = wrong.args
        return await page(visit, entry.wrong({name: visit.say(sentence)}), status=422)
    except PictureRefused as wrong:
        return await page(visit, entry.wrong({}, visit.say(str(wrong))), status=422)
    except SendbackError as refused:
        return await page(visit, refused_entry(visit, refused, entry), status=422)
    return visit.go(visit.href("returns", return_id), verb.notice)


def refused_entry(visit: Visit, error: SendbackError, entry: Entry) -> Entry:
    """What the page says of a refusal; raises it again where a page of its own does better."""
    if error.reason == "ETAG_STALE":
        return entry.wrong({}, visit.say(STALE))
    if error.reason == "QUOTE_STALE":
        return entry.wrong({}, visit.say(QUOTE_STALE))
    if error.code.name not in _TOLD:
        raise error
    found = told(error, _FIELDS)
    return entry.wrong(found.problems, found.trouble)
