"""What a story leaves behind: labels, codes, mails, events, and a summary counted at the outside."""

from pathlib import Path

from google.protobuf import json_format
from sendback.v1 import order_service_pb2, return_pb2
from sendback_client import minor_units

from sendback_service.demo.world import Shop, World, write_json


def keep(
    world: World, shop: Shop, folder: Path, returns: list[return_pb2.Return], addresses: list[str]
) -> None:
    for number, found in enumerate(returns, 1):
        suffix = "" if len(returns) == 1 else f"-{number}"
        _labels(shop, folder, found, suffix)
        (folder / f"qr{suffix}.png").write_bytes(_code(shop, found))
    mails = [mail for address in addresses for mail in world.post.mailbox(address)]
    for number, mail in enumerate(mails, 1):
        (folder / f"mail-{number}.eml").write_bytes(mail.raw)
    _events(shop, folder, returns)
    write_json(
        folder / "summary.json",
        {"returns": [_summary(world, found, addresses[i]) for i, found in enumerate(returns)]},
    )


def _code(shop: Shop, found: return_pb2.Return) -> bytes:
    request = order_service_pb2.CreateAccessLinkRequest(order_id=found.order_id)
    return shop.client.orders.CreateAccessLink(request).qr_png


def _labels(shop: Shop, folder: Path, found: return_pb2.Return, suffix: str) -> None:
    for parcel in found.parcels:
        if parcel.document_size:
            format = return_pb2.LabelFormat.Kind.Name(parcel.format).lower()
            shop.client.save_label(parcel.id, folder / f"label{suffix}.{format}")


def _events(shop: Shop, folder: Path, returns: list[return_pb2.Return]) -> None:
    wanted = {found.id for found in returns}
    with (folder / "events.jsonl").open("w", encoding="utf-8") as file:
        for event in shop.client.watch_events(stop_at_end=True):
            if event.subject.id in wanted:
                file.write(json_format.MessageToJson(event, indent=None, ensure_ascii=False) + "\n")


def _summary(world: World, found: return_pb2.Return, address: str) -> dict[str, object]:
    """Labels, messages and refunds as the emulators counted them, not as our books say."""
    settled = [s for s in found.settlements if s.state == return_pb2.SettlementStatus.SETTLED]
    label = found.parcels[0].label if found.parcels else 0
    return {
        "id": found.id,
        "reference": found.reference,
        "country": found.region_code,
        "language": found.language_code,
        "decision": return_pb2.Decision.State.Name(found.decision),
        "label": return_pb2.LabelStatus.State.Name(label),
        "fee_minor": minor_units(found.shown_fee) if found.HasField("shown_fee") else 0,
        "refund_minor": sum(minor_units(s.amount) for s in settled),
        "currency": found.estimated_amount.currency_code,
        "labels_bought": world.labels_of(found),
        "messages_sent": len(world.mails_to(address)),
        "refunds_made": world.refunds_of(found),
    }
