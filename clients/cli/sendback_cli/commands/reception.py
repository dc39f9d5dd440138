"""From the parcel that came in to the money: verbs of `returns`."""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from sendback.v1 import returns_service_pb2 as wire
from sendback.v1.return_pb2 import Disposition, Grade, Inspection

from sendback_cli.commands.one_return import ReturnId, say, show_return
from sendback_cli.desk import Desk, desk_of
from sendback_cli.given import number_of
from sendback_cli.options import Etag, Note, RequestId
from sendback_cli.statuses import Unusable


def receive(
    context: typer.Context,
    return_id: ReturnId,
    parcel: Annotated[str, typer.Option(help="Which parcel, where there are several.")] = "",
    etag: Etag = "",
    request_id: RequestId = "",
) -> None:
    """Notes that a parcel came in."""
    request = wire.ReceiveParcelRequest(
        return_id=return_id, parcel_id=parcel, etag=etag, request_id=request_id
    )
    say(context, "ReceiveParcel", request)


def inspect(
    context: typer.Context,
    return_id: ReturnId,
    result: Annotated[str, typer.Argument(help="accepted, rejected or missing.")],
    units: Annotated[
        list[str] | None, typer.Option("--unit", "-u", help="LINE or LINE/UNIT; all open ones unless given.")
    ] = None,
    grade: Annotated[
        str, typer.Option(help="a_resell, b_opened, c_damaged or d_unusable; when accepted.")
    ] = "",
    disposition: Annotated[
        str, typer.Option(help="restock, refurbish, quarantine, return_to_customer …")
    ] = "",
    note: Note = "",
    etag: Etag = "",
    request_id: RequestId = "",
) -> None:
    """Notes what was found of units that came back."""
    desk = desk_of(context)
    found = desk.client.returns.GetReturn(wire.GetReturnRequest(return_id=return_id))
    findings = [
        wire.UnitFinding(
            order_line_id=unit.order_line_id,
            unit=unit.unit,
            result=number_of(Inspection.State, result),
            grade=number_of(Grade.Level, grade) if grade else None,
            disposition=number_of(Disposition.Kind, disposition) if disposition else None,
            note=note,
        )
        for unit in found.units
        if _meant(unit, units)
    ]
    if not findings:
        raise Unusable(
            f"no unit of {return_id} is open" if units is None else f"{return_id} has no such unit"
        )
    request = wire.InspectUnitsRequest(
        return_id=return_id, findings=findings, etag=etag or found.etag, request_id=request_id
    )
    show_return(desk, desk.client.returns.InspectUnits(request))


def quote(context: typer.Context, return_id: ReturnId) -> None:
    """Says step by step what is to be paid now, and the quote's hash."""
    _quote(desk_of(context), return_id)


def settle(
    context: typer.Context,
    return_id: ReturnId,
    quote_hash: Annotated[
        str, typer.Option("--quote", help="The quote that was looked at; shown and asked after unless given.")
    ] = "",
    waive: Annotated[bool, typer.Option("--waive", help="Pay nothing; needs a note.")] = False,
    note: Note = "",
    etag: Etag = "",
    request_id: RequestId = "",
) -> None:
    """Pays what the quote says, once."""
    desk = desk_of(context)
    if not quote_hash:
        found = _quote(desk, return_id)
        quote_hash = found.hash
        desk.sure("Pay nothing, for good?" if waive else "Pay this?")
    request = wire.SettleReturnRequest(
        return_id=return_id, quote_hash=quote_hash, waive=waive, note=note, etag=etag, request_id=request_id
    )
    show_return(desk, desk.client.returns.SettleReturn(request))


def close(context: typer.Context, return_id: ReturnId, etag: Etag = "", request_id: RequestId = "") -> None:
    """Closes a return that was inspected and settled."""
    say(
        context, "CloseReturn", wire.CloseReturnRequest(return_id=return_id, etag=etag, request_id=request_id)
    )


def _quote(desk: Desk, return_id: str) -> Any:
    found = desk.client.returns.QuoteSettlement(wire.QuoteSettlementRequest(return_id=return_id))
    if desk.screen.as_json:
        desk.screen.line(found)
    elif not found.steps:
        desk.screen.note("nothing is to be paid now")
    else:
        desk.screen.many(found.steps, ("explanation", "amount", "running"))
        desk.screen.one(found, ("amount", "outcome", "hash"))
    return found


def _meant(unit: Any, wanted: list[str] | None) -> bool:
    if unit.cancelled or unit.inspection not in (Inspection.EXPECTED, Inspection.RECEIVED):
        return False
    return wanted is None or not {unit.order_line_id, f"{unit.order_line_id}/{unit.unit}"}.isdisjoint(wanted)


COMMANDS: dict[str, Callable[..., Any]] = {
    "receive": receive,
    "inspect": inspect,
    "quote": quote,
    "settle": settle,
    "close": close,
}
