"""A plain story for an order of one's own: everything that can come back, comes back."""

from pathlib import Path

from rich.console import Console
from sendback.v1 import label_service_pb2, return_pb2
from sendback_client import SendbackError, minor_units

from sendback_service.demo.buyer import Buyer
from sendback_service.demo.papers import keep
from sendback_service.demo.warehouse import receive
from sendback_service.demo.world import Shop, StoryFailed, World, expect


def play_own(world: World, shop: Shop, number: str, folder: Path, console: Console) -> bool:
    folder.mkdir()
    try:
        line = _played(world, shop, number, folder)
    except (StoryFailed, SendbackError) as wrong:
        console.print(f"[red]✗[/] {number}: {wrong}")
        return False
    console.print(f"[green]✓[/] {number}: {line}")
    return True


def _played(world: World, shop: Shop, number: str, folder: Path) -> str:
    buyer = Buyer(world, shop, number)
    items = {
        line.order_line_id: line.returnable_quantity
        for line in buyer.look().lines
        if line.returnable_quantity
    }
    if not items:
        return "nothing can come back; the buyer is told why for every unit"
    estimate = buyer.estimate(items)
    made = buyer.confirm(items, estimate)
    labelled = made.label_offer != return_pb2.LabelOffer.INSTRUCTIONS
    if labelled:
        made = world.until(
            shop, made.id, "a label", lambda r: r.parcels[0].label == return_pb2.LabelStatus.PURCHASED
        )
        labels = shop.client.labels
        labels.ReportTracking(
            label_service_pb2.ReportTrackingRequest(
                parcel_id=made.parcels[0].id, transit=return_pb2.Transit.HANDED_OVER
            )
        )
    receive(shop, made)
    done = world.until(shop, made.id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    paid = sum(minor_units(s.amount) for s in done.settlements)
    expect("refund", paid, minor_units(estimate.quote.amount))
    expect("labels at the carrier", world.labels_of(done), int(labelled))
    expect("payments at the bank", world.refunds_of(done) > 0, paid > 0)
    keep(world, shop, folder, [done], [buyer.order.email])
    way = "a label" if labelled else "instructions"
    return f"{way}, {estimate.quote.amount.currency_code} {paid} in minor units refunded"
