"""One return on the screen, and what is said to the service of it."""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from sendback.v1.return_pb2 import Return

from sendback_cli.desk import Desk, desk_of

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


def show_return(desk: Desk, found: Return) -> None:
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


def say(context: typer.Context, rpc: str, request: Any, question: str = "") -> None:
    desk = desk_of(context)
    if question:
        desk.sure(question)
    call: Callable[[Any], Return] = getattr(desk.client.returns, rpc)
    show_return(desk, call(request))
