from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from sendback.v1 import order_service_pb2 as wire
from sendback.v1.promotion_pb2 import PromotionForm
from sendback.v1.return_pb2 import LabelFormat
from sendback.v1.returns_service_pb2 import ExplainEligibilityRequest

from sendback_cli.desk import desk_of
from sendback_cli.given import number_of
from sendback_cli.importing import Form, Import
from sendback_cli.options import Limit, RequestId, To
from sendback_cli.statuses import Exit

_COLUMNS = ("id", "external_id", "number", "currency_code", "email", "language_code", "place_time")
OrderId = Annotated[str, typer.Argument(help="The order: Sendback's id or the shop's own.")]


def listed(
    context: typer.Context,
    number: Annotated[str, typer.Option(help="Only with this number.")] = "",
    limit: Limit = 50,
) -> None:
    """Lists orders, newest first."""
    desk = desk_of(context)
    request = wire.ListOrdersRequest(number=number)
    desk.screen.many(desk.pages(desk.client.orders.ListOrders, request, "orders", limit), _COLUMNS)


def show(context: typer.Context, order_id: OrderId) -> None:
    """Shows an order; `--json` is a line that `import` takes."""
    desk = desk_of(context)
    desk.screen.one(desk.client.orders.GetOrder(wire.GetOrderRequest(order_id=order_id)))


def explain(context: typer.Context, order_id: OrderId) -> None:
    """Says of every unit whether it can come back, and why not."""
    desk = desk_of(context)
    found = desk.client.returns.ExplainEligibility(ExplainEligibilityRequest(order_id=order_id)).units
    desk.screen.many(found, ("order_line_id", "unit", "returnable", "code", "until_time", "explanation"))


def import_(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(help="JSON lines or CSV; README says which columns.", exists=True, dir_okay=False),
    ],
    form: Annotated[
        Form, typer.Option("--format", help="Told by name and first line unless given.")
    ] = Form.AUTO,
    time_zone: Annotated[str, typer.Option(help="Of times in a CSV that name none.")] = "UTC",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check every order, send none.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where an import of this file broke off.")
    ] = False,
    rejects: Annotated[
        Path | None, typer.Option(help="Where what was not taken goes; FILE.rejects.jsonl unless given.")
    ] = None,
) -> None:
    """Imports orders. What is wrong with one is written to a file with its reasons, and stops no other; an import that
    broke off goes on with --resume. Ends with 7 where something was not taken."""
    desk = desk_of(context)
    work = Import(file, form, time_zone, rejects or file.with_name(f"{file.name}.rejects.jsonl"))
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=desk.screen.err, disable=desk.screen.as_json) as progress:
        task = progress.add_task(file.name, total=file.stat().st_size)
        send = None if dry_run else desk.client.import_orders
        for at in work.run(send, resume=resume):
            progress.update(task, completed=at, description=f"{work.tally.read} orders")
    told = work.tally.as_dict()
    if desk.screen.as_json:
        desk.screen.value({**told, "rejects": str(work.rejects) if work.tally.rejected else None})
    else:
        print(
            ", ".join(f"{count} {name}" for name, count in told.items())
            + (" (nothing was sent)" if dry_run else "")
        )
    if work.tally.rejected:
        desk.screen.note(f"not taken, with reasons: {work.rejects}")
        raise typer.Exit(Exit.IN_PART)


def link(context: typer.Context, order_id: OrderId) -> None:
    """Tells the order's personal link. Whoever has it sees the items: give it to the buyer alone."""
    desk = desk_of(context)
    found = desk.client.orders.CreateAccessLink(wire.CreateAccessLinkRequest(order_id=order_id))
    if desk.screen.as_json:
        desk.screen.line(found)
        return
    print(found.uri)


def send_link(context: typer.Context, order_id: OrderId, request_id: RequestId = "") -> None:
    """Sends the buyer the order's personal link."""
    desk = desk_of(context)
    request = wire.SendAccessLinkRequest(order_id=order_id, request_id=request_id)
    desk.screen.one(desk.client.orders.SendAccessLink(request))


def revoke_links(context: typer.Context, order_id: OrderId, request_id: RequestId = "") -> None:
    """Makes every link and printed code of an order worthless."""
    desk = desk_of(context)
    desk.sure("The code on the slip that the buyer has will open nothing any more. Go on?")
    desk.screen.one(
        desk.client.orders.RevokeAccess(wire.RevokeAccessRequest(order_id=order_id, request_id=request_id))
    )


def insert(
    context: typer.Context,
    order_id: OrderId,
    to: To = ".",
    form: Annotated[str, typer.Option("--format", help="pdf, png, svg or zpl.")] = "pdf",
    language: Annotated[str, typer.Option(help="Another language than the buyer's.")] = "",
) -> None:
    """Saves the packing-slip insert of an order."""
    desk = desk_of(context)
    request = wire.GetPromotionRequest(
        order_id=order_id,
        form=number_of(PromotionForm.Kind, f"insert_{form}"),
        language_code=language,
    )
    found = desk.client.orders.GetPromotion(request)
    path = Path(to) / f"insert-{order_id}.{form}" if Path(to).is_dir() else Path(to)
    path.write_bytes(found.content)
    print(path)


def inserts(
    context: typer.Context,
    order_ids: Annotated[
        list[str], typer.Argument(help="Up to a thousand orders, in the order of printing.")
    ],
    to: To = ".",
    form: Annotated[str, typer.Option("--format", help="pdf or zpl.")] = "pdf",
) -> None:
    """Saves the inserts of many orders as one document."""
    desk = desk_of(context)
    request = wire.PrintInsertsRequest(order_ids=order_ids, format=number_of(LabelFormat.Kind, form))
    print(desk.client.save_inserts(request, to))


COMMANDS = {
    "list": listed,
    "show": show,
    "explain": explain,
    "import": import_,
    "link": link,
    "send-link": send_link,
    "revoke-links": revoke_links,
    "insert": insert,
    "inserts": inserts,
}
