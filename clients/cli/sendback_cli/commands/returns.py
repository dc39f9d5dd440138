from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import typer
from google.type.date_pb2 import Date
from sendback.v1 import returns_service_pb2 as wire
from sendback.v1.event_service_pb2 import ListEventsRequest
from sendback.v1.figures_pb2 import ReturnsExport
from sendback.v1.return_pb2 import Decision, ReturnItem

from sendback_cli.commands import reception
from sendback_cli.commands.one_return import ReturnId, say, show_return
from sendback_cli.desk import desk_of
from sendback_cli.given import moment, number_of
from sendback_cli.options import Etag, Limit, RequestId, Since, To, Until
from sendback_cli.statuses import Unusable

_COLUMNS = ("id", "reference", "order_number", "decision", "shipment", "resolution", "outcome", "create_time")
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
    found = desk.client.returns.FindReturns(wire.FindReturnsRequest(text=text))
    desk.screen.many(found.returns, _COLUMNS)
    if found.misread:
        desk.screen.note("if that is a return's reference, a character of it is wrong")


def show(context: typer.Context, return_id: ReturnId) -> None:
    """Shows a return with its units, parcels and settlements."""
    desk = desk_of(context)
    show_return(desk, desk.client.returns.GetReturn(wire.GetReturnRequest(return_id=return_id)))


def history(context: typer.Context, return_id: ReturnId, limit: Limit = 0) -> None:
    """Lists what happened to a return, with author and time; with a limit, the latest of it."""
    desk = desk_of(context)
    request = ListEventsRequest(subject_id=return_id)
    found = desk.latest(desk.client.events.ListEvents, request, "events", limit)
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
    show_return(desk, desk.client.returns.CreateReturn(request))


def approve(context: typer.Context, return_id: ReturnId, etag: Etag = "", request_id: RequestId = "") -> None:
    """Approves a return that waits for it."""
    say(
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
    say(
        context,
        "DeclineReturn",
        wire.DeclineReturnRequest(return_id=return_id, note=note, etag=etag, request_id=request_id),
        f"Decline {return_id}? The buyer is told: {note}",
    )


def cancel(context: typer.Context, return_id: ReturnId, etag: Etag = "", request_id: RequestId = "") -> None:
    """Cancels a return and voids its labels."""
    say(
        context,
        "CancelReturn",
        wire.CancelReturnRequest(return_id=return_id, etag=etag, request_id=request_id),
        f"Cancel {return_id} and void its labels?",
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
    rows: Annotated[
        str, typer.Option(help="returns, units or movements: what a line of the file is.")
    ] = "returns",
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


COMMANDS: dict[str, Callable[..., Any]] = {
    "list": listed,
    "find": find,
    "show": show,
    "history": history,
    "create": create,
    "approve": approve,
    "decline": decline,
    "cancel": cancel,
    "work": work,
    "done": done,
    "figures": figures,
    "export": export,
    **reception.COMMANDS,
}
