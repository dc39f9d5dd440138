from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import typer
from google.type.date_pb2 import Date
from sendback.v1 import returns_service_pb2 as wire
from sendback.v1.event_service_pb2 import ListEventsRequest
from sendback.v1.figures_pb2 import ReturnsExport
from sendback.v1.return_pb2 import Decision, Disposition, Grade, Inspection, Return, ReturnItem

from sendback_cli.desk import Desk, desk_of
from sendback_cli.given import moment, number_of
from sendback_cli.options import Etag, Limit, Note, RequestId, Since, To, Until
from sendback_cli.statuses import Unusable

_COLUMNS = ("id", "reference", "order_number", "decision", "shipment", "resolution", "outcome", "create_time")
_ABOUT = (
    "id", "reference", "order_number", "decision", "shipment", "resolution", "outcome", "estimated_amount",
    "shown_fee", "label_offer", "region_code", "decline_note", "create_time", "etag",
)  # fmt: skip
_UNITS = (
    "order_line_id",
    "unit",
    "title",
    "reason_code",
    "inspection",
    "grade",
    "disposition",
    "rejection_note",
)
_PARCELS = ("id", "label", "transit", "carrier_account", "tracking_number", "failure")
_SETTLEMENTS = ("id", "kind", "state", "amount", "label_fee", "provider_reference", "failure")
ReturnId = Annotated[str, typer.Argument(help="The return, `ret_…`; see `returns find`.")]
Decisions = Annotated[
    list[str] | None,
    typer.Option("--decision", "-d", help="requested, in_review, approved …; may be given again."),
]


def listed(
    context: typer.Context,
    order: Annotated[str, typer.Option(help="Only of this order.")] = "",
    decisions: Decisions = None,
    since: Since = "",
    until: Until = "",
    limit: Limit = 50,
) -> None:
    """Lists returns, newest first."""
    desk = desk_of(context)
    request = wire.ListReturnsRequest(order_id=order)
    _narrow(request, decisions, since, until)
    desk.screen.many(desk.pages(desk.client.returns.ListReturns, request, "returns", limit), _COLUMNS)


def find(
    context: typer.Context,
    text: Annotated[
        str, typer.Argument(help="A reference, a tracking number, an order's number, a scanned code.")
    ],
) -> None:
    """Finds returns by whatever stands on the parcel."""
    desk = desk_of(context)
    desk.screen.many(desk.client.returns.FindReturns(wire.FindReturnsRequest(text=text)).returns, _COLUMNS)


def show(context: typer.Context, return_id: ReturnId) -> None:
    """Shows a return with its units, parcels and settlements."""
    desk = desk_of(context)
    _show(desk, desk.client.returns.GetReturn(wire.GetReturnRequest(return_id=return_id)))


def history(context: typer.Context, return_id: ReturnId, limit: Limit = 0) -> None:
    """Lists what happened to a return, with author and time."""
    desk = desk_of(context)
    request = ListEventsRequest(subject_id=return_id)
    found = desk.pages(desk.client.events.ListEvents, request, "events", limit)
    desk.screen.many(found, ("create_time", "type", "actor", "cause", "attributes"))


def create(
    context: typer.Context,
    order_id: Annotated[str, typer.Argument(help="The order: Sendback's id or the shop's own.")],
    items: Annotated[list[str], typer.Argument(help="LINE=QUANTITY or LINE=QUANTITY:REASON.")],
    override: Annotated[str, typer.Option(help="Why the policy is set aside, if it is.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check, and make nothing.")] = False,
    request_id: RequestId = "",
) -> None:
    """Makes a return as staff."""
    desk = desk_of(context)
    request = wire.CreateReturnRequest(
        order_id=order_id,
        items=[_item(item) for item in items],
        override_note=override,
        validate_only=dry_run,
        request_id=request_id,
    )
    _show(desk, desk.client.returns.CreateReturn(request))


def approve(context: typer.Context, return_id: ReturnId, etag: Etag = "", request_id: RequestId = "") -> None:
    """Approves a return that waits for it."""
    _say(
        context,
        "ApproveReturn",
        wire.ApproveReturnRequest(return_id=return_id, etag=etag, request_id=request_id),
    )


def decline(
    context: typer.Context,
    return_id: ReturnId,
    note: Annotated[str, typer.Argument(help="Why; the buyer reads it.")],
    etag: Etag = "",
    request_id: RequestId = "",
) -> None:
    """Declines a return; its units are free again."""
    _say(
        context,
        "DeclineReturn",
        wire.DeclineReturnRequest(return_id=return_id, note=note, etag=etag, request_id=request_id),
        f"Decline {return_id}? The buyer is told: {note}",
    )


def cancel(context: typer.Context, return_id: ReturnId, etag: Etag = "", request_id: RequestId = "") -> None:
    """Cancels a return and voids its labels."""
    _say(
        context,
        "CancelReturn",
        wire.CancelReturnRequest(return_id=return_id, etag=etag, request_id=request_id),
        f"Cancel {return_id} and void its labels?",
    )


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
    _say(context, "ReceiveParcel", request)


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
    _show(desk, desk.client.returns.InspectUnits(request))


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
    _show(desk, desk.client.returns.SettleReturn(request))


def close(context: typer.Context, return_id: ReturnId, etag: Etag = "", request_id: RequestId = "") -> None:
    """Closes a return that was inspected and settled."""
    _say(
        context, "CloseReturn", wire.CloseReturnRequest(return_id=return_id, etag=etag, request_id=request_id)
    )


def work(context: typer.Context, limit: Limit = 50) -> None:
    """Lists what waits for somebody."""
    desk = desk_of(context)
    found = desk.pages(desk.client.returns.ListWorkItems, wire.ListWorkItemsRequest(), "work_items", limit)
    desk.screen.many(found, ("id", "kind", "return_id", "explanation", "create_time"))


def done(
    context: typer.Context,
    work_item_id: Annotated[str, typer.Argument(help="The work item; see `returns work`.")],
    request_id: RequestId = "",
) -> None:
    """Takes a work item off the list."""
    desk = desk_of(context)
    request = wire.CompleteWorkItemRequest(work_item_id=work_item_id, request_id=request_id)
    desk.screen.one(desk.client.returns.CompleteWorkItem(request))


def figures(
    context: typer.Context,
    first: Annotated[str, typer.Argument(help="First day, such as 2026-11-01.")],
    last: Annotated[str, typer.Argument(help="Last day, included.")],
) -> None:
    """Says what the returns of some days came to."""
    desk = desk_of(context)
    request = wire.GetFiguresRequest(first_date=_day(first), last_date=_day(last))
    desk.screen.one(desk.client.returns.GetFigures(request))


def export(
    context: typer.Context,
    to: To = ".",
    rows: Annotated[str, typer.Option(help="returns or units: what a line of the file is.")] = "returns",
    decisions: Decisions = None,
    since: Since = "",
    until: Until = "",
) -> None:
    """Saves returns as a CSV file, any number of them, whole or not at all."""
    desk = desk_of(context)
    request = wire.ExportReturnsRequest(rows=number_of(ReturnsExport.Rows, rows))
    _narrow(request, decisions, since, until)
    print(desk.client.save_returns(request, to))


def _narrow(request: Any, decisions: list[str] | None, since: str, until: str) -> None:
    request.decisions.extend(number_of(Decision.State, name) for name in decisions or ())
    if since:
        request.created_from_time.CopyFrom(moment(since))
    if until:
        request.created_before_time.CopyFrom(moment(until))


def _say(context: typer.Context, rpc: str, request: Any, question: str = "") -> None:
    desk = desk_of(context)
    if question:
        desk.sure(question)
    call: Callable[[Any], Return] = getattr(desk.client.returns, rpc)
    _show(desk, call(request))


def _show(desk: Desk, found: Return) -> None:
    if desk.screen.as_json:
        desk.screen.line(found)
        return
    desk.screen.one(found, _ABOUT)
    for members, columns in (
        (found.units, _UNITS),
        (found.parcels, _PARCELS),
        (found.settlements, _SETTLEMENTS),
    ):
        if members:
            desk.screen.out.print()
            desk.screen.many(members, columns)


def _quote(desk: Desk, return_id: str) -> Any:
    found = desk.client.returns.QuoteSettlement(wire.QuoteSettlementRequest(return_id=return_id))
    if desk.screen.as_json:
        desk.screen.line(found)
    else:
        desk.screen.many(found.steps, ("explanation", "amount", "running"))
        desk.screen.one(found, ("amount", "outcome", "hash"))
    return found


def _meant(unit: Any, wanted: list[str] | None) -> bool:
    if unit.cancelled or unit.inspection not in (Inspection.EXPECTED, Inspection.RECEIVED):
        return False
    return wanted is None or not {unit.order_line_id, f"{unit.order_line_id}/{unit.unit}"}.isdisjoint(wanted)


def _item(text: str) -> ReturnItem:
    line, equals, rest = text.rpartition("=")
    quantity, _, reason = rest.partition(":")
    if not equals or not quantity.isdigit():
        raise Unusable(f"{text}: an item is given as LINE=QUANTITY or LINE=QUANTITY:REASON")
    return ReturnItem(order_line_id=line, quantity=int(quantity), reason_code=reason)


def _day(text: str) -> Date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Unusable(f"{text}: a day is written 2026-11-26") from None
    return Date(year=found.year, month=found.month, day=found.day)


COMMANDS = {
    "list": listed,
    "find": find,
    "show": show,
    "history": history,
    "create": create,
    "approve": approve,
    "decline": decline,
    "cancel": cancel,
    "receive": receive,
    "inspect": inspect,
    "quote": quote,
    "settle": settle,
    "close": close,
    "work": work,
    "done": done,
    "figures": figures,
    "export": export,
}
