"""The shop that the console's tests look at: returns in several states, reasons, a brand."""

from sendback.v1.policy_pb2 import ApprovalTerms, CreditTerms, LocalizedText, Policy, ReturnReason
from sendback.v1.return_pb2 import Return
from sendback.v1.returns_service_pb2 import Arrival, ExtraGoods, ReceiveParcelRequest, RecordArrivalRequest
from sendback_client import money
from sendback_service.demo.world import Shop, World

from tests.shops import FLAT_FEE, a_policy, an_order, brand, items, make, upload

_REASONS = (
    ("TOO_SMALL", "BUYER", ("Trop petit", "Too small", "Demasiado pequeño", "Zu klein")),
    ("BROKEN", "MERCHANT", ("Arrivé abîmé", "Arrived damaged", "Llegó dañado", "Beschädigt angekommen")),
    ("CHANGED_MIND", "BUYER", ("Changement d’avis", "Changed my mind", "Cambio de idea", "Anders überlegt")),
)
HOSTILE = "<script>alert(1)</script> \"'&amp; ${7*7} {{7*7}}"


def a_policy_with_reasons() -> Policy:
    reasons = [
        ReturnReason(
            code=code,
            fault=fault,
            titles=[
                LocalizedText(language_code=language, text=text)
                for language, text in zip(("fr", "en", "es", "de"), titles, strict=True)
            ],
        )
        for code, fault, titles in _REASONS
    ]
    return a_policy(
        reasons=reasons,
        labels=FLAT_FEE,
        approval=ApprovalTerms(reason_codes=["BROKEN"]),
        credit=CreditTerms(enabled=True, bonus_percent=10, bonus_maximum=[money(2000, "EUR")]),
        settlement="INSPECTION",
    )


def stocked(world: World, slug: str) -> Shop:
    """Seven orders; their returns are made by `returned`."""
    orders = [
        an_order(f"#{1000 + number}", language_code=language)
        for number, language in enumerate(("fr", "de", "es", "en", "it", "fr", "fr"), 1)
    ]
    shop = world.open_shop("Maison Lumière", slug, a_policy_with_reasons(), orders)
    brand(shop, color="#1b6a56", support_email="aide@lumiere.example", logo_image_id=upload(shop).id)
    return shop


def returned(world: World, shop: Shop, order: str, reason: str, comment: str = "", **lines: int) -> Return:
    """A return with its label, where it needs no decision first."""
    wanted = items(**lines)
    for item in wanted:
        item.reason_code, item.comment = reason, comment
    made = make(shop.client, f"ext-{order}", items=wanted)
    if not made.parcels:
        return made
    return world.until(shop, made.id, "its label", lambda r: all(p.label == 3 for p in r.parcels), 60)


def received(shop: Shop, found: Return) -> Return:
    return shop.client.returns.ReceiveParcel(ReceiveParcelRequest(return_id=found.id))


def lost_parcel(shop: Shop, number: str) -> None:
    """One that belongs to no known return."""
    goods = [ExtraGoods(kind="UNANNOUNCED", title="Blue scarf", disposition="QUARANTINE")]
    arrival = Arrival(tracking_number=number, note="A brown box without a name", goods=goods)
    shop.client.returns.RecordArrival(RecordArrivalRequest(arrival=arrival))
