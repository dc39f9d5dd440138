"""The demo's merchant: a portal that is switched on, a policy, warehouses, orders of the last weeks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sendback.v1.address_pb2 import Address
from sendback.v1.image_pb2 import ImageUse
from sendback.v1.merchant_pb2 import AccessKey, Brand, Merchant, PortalSettings, PortalStatus, Warehouse
from sendback.v1.merchant_service_pb2 import (
    CreateAccessKeyRequest,
    CreateMerchantRequest,
    CreateWarehouseRequest,
    PublishPolicyRequest,
    SetEntitlementRequest,
    UpdateBrandRequest,
    UpdatePortalSettingsRequest,
    UploadImageRequest,
)
from sendback.v1.order_pb2 import Order, OrderLine
from sendback.v1.order_service_pb2 import CreateAccessLinkRequest
from sendback.v1.policy_pb2 import (
    CreditTerms,
    Evidence,
    Fault,
    LabelPolicy,
    LabelTerms,
    LocalizedText,
    Policy,
    ReturnReason,
    ReturnWindow,
)
from sendback_client import Client, money

from sendback_web.demo import goods

SLUG = "lumen"
SCOPES = (
    "returns.read",
    "returns.write",
    "labels.write",
    "orders.read",
    "orders.write",
    "settings.read",
    "settings.write",
    "events.read",
    "buyers.read",
    "buyers.write",
    "keys.write",
)
_PIECE = 512 * 1024
_ENCLOSE = {
    "fr": "Glissez le bon de livraison dans le colis.",
    "en": "Please enclose the packing slip.",
    "es": "Incluya el albarán en el paquete.",
    "de": "Bitte legen Sie den Lieferschein bei.",
}
_REASONS = (
    ("TOO_SMALL", Fault.BUYER, Evidence.NONE, ("Trop petit", "Too small", "Demasiado pequeño", "Zu klein")),
    ("TOO_LARGE", Fault.BUYER, Evidence.NONE, ("Trop grand", "Too large", "Demasiado grande", "Zu groß")),
    (
        "NOT_LIKED",
        Fault.BUYER,
        Evidence.NONE,
        ("Ne me plaît pas", "I do not like it", "No me gusta", "Gefällt mir nicht"),
    ),
    (
        "WRONG",
        Fault.MERCHANT,
        Evidence.COMMENT,
        (
            "Ce n’est pas ma commande",
            "Not what I ordered",
            "No es lo que pedí",
            "Nicht das, was ich bestellt habe",
        ),
    ),
    (
        "BROKEN",
        Fault.MERCHANT,
        Evidence.PHOTO,
        ("Arrivé abîmé", "Arrived damaged", "Llegó dañado", "Beschädigt angekommen"),
    ),
)
_DRESS = OrderLine(title="Robe en lin", variant="Vert sapin · M", price=money(8900, "EUR"), weight_grams=350)
_GLASSES = OrderLine(title="Verres soufflés", variant="Lot de 3", price=money(1800, "EUR"), weight_grams=240)
_SHOES = OrderLine(title="Baskets en toile", variant="Écru · 39", price=money(6500, "EUR"), weight_grams=700)
_CANDLE = OrderLine(title="Bougie parfumée", variant="Figuier", price=money(2400, "EUR"), hygiene_sealed=True)
_SCARF = OrderLine(title="Écharpe en laine", variant="Brique", price=money(4500, "EUR"), final_sale=True)
_NOTEBOOK = OrderLine(
    title="Carnet à vos initiales", variant="C. M.", price=money(2900, "EUR"), personalised=True
)
_CARD = OrderLine(title="Carte cadeau", variant="50 €", price=money(5000, "EUR"), gift_card=True)
_PICTURES = {
    _DRESS.title: "dress",
    _GLASSES.title: "glasses",
    _SHOES.title: "shoes",
    _CANDLE.title: "candle",
    _SCARF.title: "scarf",
    _NOTEBOOK.title: "notebook",
    _CARD.title: "card",
}


@dataclass(frozen=True, slots=True)
class DemoShop:
    """`key` is a merchant's key with every scope, `links` what the codes on the orders' slips say, by order number."""

    merchant_id: str
    key: str
    portal_key: str
    links: dict[str, str]


def open_shop(target: str, operator_key: str, pictures_url: str, now: datetime | None = None) -> DemoShop:
    """Orders are of the weeks before `now`, which is the installation's."""
    with Client(target, key=operator_key) as operator:
        merchants = operator.merchants
        merchant = merchants.CreateMerchant(CreateMerchantRequest(merchant=Merchant(name="Atelier Lumen")))
        merchants.SetEntitlement(SetEntitlementRequest(merchant_id=merchant.id, entitled=True))
        own = AccessKey(kind=AccessKey.MERCHANT, merchant_id=merchant.id, scopes=SCOPES)
        key = merchants.CreateAccessKey(CreateAccessKeyRequest(access_key=own)).secret
        portal = AccessKey(kind=AccessKey.PORTAL)
        portal_key = merchants.CreateAccessKey(CreateAccessKeyRequest(access_key=portal)).secret
    with Client(target, key=key) as client:
        _furnish(client)
        orders = list(_orders(pictures_url, now or datetime.now(UTC)))
        client.import_orders(orders)
        links = {order.number: _link(client, order.external_id) for order in orders}
    return DemoShop(merchant.id, key, portal_key, links)


def _furnish(client: Client) -> None:
    merchants = client.merchants
    for region_codes, address in (
        (
            (),
            Address(
                company="Atelier Lumen",
                name="Retours",
                street="1 quai Rambaud",
                postal_code="69002",
                city="Lyon",
                region_code="FR",
            ),
        ),
        (
            ("DE", "AT"),
            Address(
                company="Atelier Lumen",
                name="Retouren",
                street="Lagerstraße 5",
                postal_code="79098",
                city="Freiburg",
                region_code="DE",
            ),
        ),
    ):
        enclose = [LocalizedText(language_code=code, text=text) for code, text in _ENCLOSE.items()]
        merchants.CreateWarehouse(
            CreateWarehouseRequest(
                warehouse=Warehouse(address=address, enclose=enclose, region_codes=region_codes)
            )
        )
    brand = Brand(
        display_name="Atelier Lumen",
        color="#8c3b2e",
        policy_uri="https://lumen.example/retours",
        support_uri="https://lumen.example/aide",
        support_email="bonjour@lumen.example",
        social_uris=["https://instagram.example/atelierlumen"],
        logo_image_id=_uploaded(client, ImageUse.LOGO, goods.logo()),
    )
    merchants.UpdateBrand(UpdateBrandRequest(brand=brand))
    settings = PortalSettings(
        status=PortalStatus.ACTIVE,
        slug=SLUG,
        default_language_code="fr",
        background_image_id=_uploaded(client, ImageUse.BACKGROUND, goods.background()),
    )
    merchants.UpdatePortalSettings(UpdatePortalSettingsRequest(settings=settings))
    merchants.PublishPolicy(PublishPolicyRequest(policy=_policy()))


def _policy() -> Policy:
    return Policy(
        window=ReturnWindow(days=30, time_zone="Europe/Paris"),
        labels=LabelTerms(policy=LabelPolicy.FLAT_FEE, fees=[money(490, "EUR")]),
        credit=CreditTerms(enabled=True, bonus_percent=10, bonus_maximum=[money(2000, "EUR")]),
        reasons=[
            ReturnReason(
                code=code,
                fault=fault,
                evidence=evidence,
                titles=[
                    LocalizedText(language_code=language, text=text)
                    for language, text in zip(("fr", "en", "es", "de"), titles, strict=True)
                ],
            )
            for code, fault, evidence, titles in _REASONS
        ],
    )


def _orders(pictures_url: str, now: datetime) -> Iterator[Order]:
    paris = Address(
        name="Camille Martin",
        street="12 bis rue des Lilas",
        postal_code="75020",
        city="Paris",
        region_code="FR",
    )
    berlin = Address(
        name="Jonas Weber", street="Torstraße 99", postal_code="10119", city="Berlin", region_code="DE"
    )
    madrid = Address(
        name="Lucía García", street="Calle Mayor 7", postal_code="28013", city="Madrid", region_code="ES"
    )
    london = Address(
        name="Amy Clarke", street="5 Mill Lane", postal_code="NW6 1NF", city="London", region_code="GB"
    )
    everything = [_DRESS, _GLASSES, _CANDLE, _SCARF, _NOTEBOOK, _CARD]
    for number, language, address, lines, delivered in (
        ("#1001", "fr", paris, everything, 5),
        ("#1002", "de", berlin, [_SHOES, _DRESS], 3),
        ("#1003", "es", madrid, [_GLASSES], 8),
        ("#1004", "en", london, [_SHOES, _CANDLE], 6),
        ("#1005", "fr", paris, [_SHOES], 45),
    ):
        yield _order(number, language, address, lines, now - timedelta(days=delivered), pictures_url)


def _order(
    number: str,
    language: str,
    address: Address,
    lines: list[OrderLine],
    delivered: datetime,
    pictures_url: str,
) -> Order:
    given = address.name.split()[0].lower()
    order = Order(
        external_id=f"demo-{number.strip('#')}",
        number=number,
        currency_code="EUR",
        email=f"{given}@example.com",
        language_code=language,
        customer_id=f"customer-{given}",
        ship_to=address,
    )
    order.place_time.FromDatetime(delivered - timedelta(days=4))
    sent = order.fulfilments.add(id=f"f{number}")
    sent.ship_time.FromDatetime(delivered - timedelta(days=2))
    sent.deliver_time.FromDatetime(delivered)
    total = 0
    for place, line in enumerate(lines, 1):
        added = order.lines.add()
        added.CopyFrom(line)
        added.id, added.quantity = str(place), 3 if line is _GLASSES else 1
        added.image_uri = f"{pictures_url}/goods/{_PICTURES[line.title]}.png"
        sent.lines.add(line_id=added.id, quantity=added.quantity)
        total += (line.price.units * 100 + line.price.nanos // 10_000_000) * added.quantity
    order.payments.add(id=f"pay{number}", captured=money(total, "EUR"))
    return order


def _uploaded(client: Client, use: ImageUse.Kind, data: bytes) -> str:
    pieces = (data[start : start + _PIECE] for start in range(0, len(data), _PIECE))
    return client.merchants.UploadImage(UploadImageRequest(use=use, data=piece) for piece in pieces).id


def _link(client: Client, order_id: str) -> str:
    return client.orders.CreateAccessLink(CreateAccessLinkRequest(order_id=order_id)).uri
