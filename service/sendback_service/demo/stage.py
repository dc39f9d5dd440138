"""What stories are played with, and the scenes that many of them share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sendback.v1 import label_service_pb2, return_pb2

from sendback_service.demo.warehouse import receive
from sendback_service.demo.world import Shop, StoryFailed, World

Say = Callable[[str], None]
Label = return_pb2.LabelStatus


@dataclass(frozen=True, slots=True)
class Stage:
    """What a story is played with."""

    world: World
    shops: dict[str, Shop]
    folder: Path
    say: Say


def with_label(world: World, shop: Shop, made: return_pb2.Return) -> return_pb2.Return:
    return world.until(shop, made.id, "a label", lambda r: r.parcels[0].label == Label.PURCHASED)


def through_retries(stage: Stage, made: return_pb2.Return, shop: Shop) -> return_pb2.Return:
    """Until the label is there, with the clock turned on to the next try whenever nothing comes for a while."""
    for _ in range(6):
        try:
            return stage.world.until(
                shop, made.id, "a label", lambda r: r.parcels[0].label == Label.PURCHASED, seconds=2.0
            )
        except StoryFailed:
            stage.world.pass_time(timedelta(seconds=40))
    raise StoryFailed("the carrier worked again, and no label came")


def sent_and_refunded(stage: Stage, shop: Shop, found: return_pb2.Return) -> None:
    """Once the label was mailed: handed over, received, inspected, everything as it should be."""
    email = address(shop, found)
    stage.world.await_mails(email, 1)
    number = found.parcels[0].tracking_number
    stage.world.carrier.scan(number)
    shop.client.labels.ReportTracking(
        label_service_pb2.ReportTrackingRequest(parcel_id=number, transit=return_pb2.Transit.HANDED_OVER)
    )
    stage.world.await_mails(email, 2)
    receive(shop, found)
    stage.say(f"{found.reference}: handed over, received, inspected")


def sender(shop: Shop, number: str) -> str:
    return shop.orders[number].ship_to.name


def address(shop: Shop, found: return_pb2.Return) -> str:
    return shop.orders[found.order_number].email
