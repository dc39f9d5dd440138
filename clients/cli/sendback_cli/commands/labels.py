from typing import Annotated

import typer
from sendback.v1.address_pb2 import Address
from sendback.v1.label_service_pb2 import (
    CreateLabelRequest,
    GetLabelRequest,
    ReportTrackingRequest,
    VoidLabelRequest,
)
from sendback.v1.return_pb2 import LabelFormat, LabelStatus, Transit

from sendback_cli.desk import desk_of
from sendback_cli.given import from_pairs, moment, number_of
from sendback_cli.options import RequestId, To
from sendback_cli.statuses import Exit

ParcelId = Annotated[str, typer.Argument(help="The parcel, `par_…`.")]


def create(
    context: typer.Context,
    sender: Annotated[
        list[str],
        typer.Argument(help="FIELD=VALUE: name, street, postal_code, city, region_code and so on."),
    ],
    weight: Annotated[int, typer.Option("--weight", "-w", min=1, help="In grams.")] = 1000,
    reference: Annotated[str, typer.Option(help="Your own, printed on the label.")] = "",
    form: Annotated[str, typer.Option("--format", help="pdf, png or zpl.")] = "pdf",
    to: To = "",
    request_id: RequestId = "",
) -> None:
    """Asks for a label from an address to the merchant's warehouse, and saves it where --to says."""
    desk = desk_of(context)
    address, _ = from_pairs(Address, sender)
    request = CreateLabelRequest(
        sender=address,
        weight_grams=weight,
        reference=reference,
        format=number_of(LabelFormat.Kind, form),
        request_id=request_id,
    )
    parcel = desk.client.labels.CreateLabel(request)
    desk.screen.one(parcel)
    if parcel.label == LabelStatus.FAILED:
        desk.screen.wrong(f"no label: {parcel.failure}")
        raise typer.Exit(Exit.REFUSED)
    if to and parcel.label != LabelStatus.PURCHASED:
        desk.screen.note(
            f"no label yet: `sendbackctl labels save {parcel.id} --to …` saves it once it is there"
        )
        raise typer.Exit(Exit.IN_PART)
    if to:
        desk.screen.note(f"saved {desk.client.save_label(parcel.id, to)}")


def show(context: typer.Context, parcel_id: ParcelId) -> None:
    """Shows a parcel with its label's state."""
    desk = desk_of(context)
    desk.screen.one(desk.client.labels.GetLabel(GetLabelRequest(parcel_id=parcel_id)))


def save(
    context: typer.Context,
    parcel_id: ParcelId,
    to: To = ".",
    code: Annotated[bool, typer.Option("--code", help="The code to show instead of the label.")] = False,
) -> None:
    """Saves a label's document, whole or not at all."""
    desk = desk_of(context)
    print(desk.client.save_label(parcel_id, to, qr=code))


def void(context: typer.Context, parcel_id: ParcelId, request_id: RequestId = "") -> None:
    """Gives a label back to the account that sold it."""
    desk = desk_of(context)
    desk.sure(f"The label of {parcel_id} will carry nothing any more. Go on?")
    desk.screen.one(
        desk.client.labels.VoidLabel(VoidLabelRequest(parcel_id=parcel_id, request_id=request_id))
    )


def report(
    context: typer.Context,
    parcel_id: ParcelId,
    transit: Annotated[str, typer.Argument(help="handed_over, in_transit, delivered, exception or lost.")],
    at: Annotated[str, typer.Option("--at", help="When; now unless given.")] = "",
    request_id: RequestId = "",
) -> None:
    """Tells where a parcel was seen."""
    desk = desk_of(context)
    request = ReportTrackingRequest(
        parcel_id=parcel_id, transit=number_of(Transit.State, transit), request_id=request_id
    )
    if at:
        request.occur_time.CopyFrom(moment(at))
    desk.screen.one(desk.client.labels.ReportTracking(request))


COMMANDS = {"create": create, "show": show, "save": save, "void": void, "report": report}
