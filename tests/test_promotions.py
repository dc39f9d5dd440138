"""How an active portal is promoted, in the buyer's language and case; and that no other one is."""

import io

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from sendback.v1 import (
    merchant_service_pb2,
    order_pb2,
    order_service_pb2,
    policy_pb2,
    promotion_pb2,
)
from sendback.v1.promotion_pb2 import BuyerCase
from sendback_client import SendbackError, money
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop, World

from tests.shops import FLAT_FEE, a_shop, an_address, an_order, brand, settings, whole

FORMS = [name for name in dict(promotion_pb2.PromotionForm.Kind.items()) if name != "KIND_UNSPECIFIED"]


def promotion(shop: Shop, form: str, order_id: str = "ext-#1", **wanted: object) -> promotion_pb2.Promotion:
    return shop.client.orders.GetPromotion(
        order_service_pb2.GetPromotionRequest(order_id=order_id, form=form, **wanted)
    )


def inserts(shop: Shop, order_ids: list[str], format: str = "PDF") -> bytes:
    request = order_service_pb2.PrintInsertsRequest(order_ids=order_ids, format=format)
    return whole(shop.client.orders.PrintInserts(request))


@pytest.mark.holds("status-active", "slip-code", "slip-signs-in")
@pytest.mark.parametrize("form", ["INSERT_PDF", "INSERT_PNG"])
def test_the_slip_s_code_signs_the_buyer_in(world: World, shop: Shop, form: str) -> None:
    made = promotion(shop, form)
    picture = (
        pypdfium2.PdfDocument(made.content)[0].render(scale=3).to_pil()
        if form == "INSERT_PDF"
        else Image.open(io.BytesIO(made.content))
    )
    (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert code.text == made.uri == Buyer(world, shop, "#1").scan.link
    assert (made.language_code, made.buyer_case) == ("fr", BuyerCase.FREE_LABEL)
    assert list(made.sentences) == [
        "Vous pouvez retourner des articles jusqu’au 12 décembre 2026.",
        "Votre étiquette de retour est gratuite.",
    ]


@pytest.mark.holds("slip-tells-case", "slip-by-country", "fee-told", "credit-frees-label")
def test_every_slip_tells_its_own_case(world: World, request: pytest.FixtureRequest) -> None:
    orders = [
        an_order("#1", ship_to=an_address(), customer_id="cus"),
        an_order("#2", ship_to=an_address(postal_code="97110", region_code="GP")),
        an_order(
            "#3",
            language_code="es",
            currency_code="SEK",
            lines=[order_pb2.OrderLine(id="1", title="Verre", quantity=1, price=money(9900, "SEK"))],
        ),
    ]
    credit = policy_pb2.CreditTerms(enabled=True)
    shop = a_shop(world, request.node.name, *orders, labels=FLAT_FEE, credit=credit)
    france, overseas, sweden = (promotion(shop, "INSERT_SVG", f"ext-#{n}") for n in (1, 2, 3))
    assert france.buyer_case == BuyerCase.LABEL_WITH_FEE
    assert list(france.sentences)[1:] == [
        "Vous recevrez une étiquette de retour. 5,00\u00a0€ seront déduits de votre remboursement.",
        "Vous choisissez entre un remboursement et un avoir\u202f; avec un avoir, l’étiquette est gratuite.",
    ]
    assert overseas.buyer_case == BuyerCase.INSTRUCTIONS
    assert sweden.buyer_case == BuyerCase.FREE_LABEL
    assert sweden.sentences[1] == "Su etiqueta de devolución es gratuita."


@pytest.mark.holds("language-everywhere", "language-test")
@pytest.mark.parametrize("language", ["fr", "en", "es", "de"])
@pytest.mark.parametrize("form", ["INSERT_PDF", "EMAIL_TEXT"])
def test_a_portal_can_be_tried_in_every_language(shop: Shop, language: str, form: str) -> None:
    heading = {
        "fr": "Vous souhaitez retourner un article",
        "en": "Would you like to return something?",
        "es": "¿Desea devolver algún artículo?",
        "de": "Möchten Sie etwas zurücksenden?",
    }[language]
    made = promotion(shop, form, language_code=language)
    assert made.language_code == language
    said = (
        pypdfium2.PdfDocument(made.content)[0].get_textpage().get_text_bounded()
        if form == "INSERT_PDF"
        else made.content.decode()
    )
    assert heading in " ".join(said.split())


@pytest.mark.holds("status-hidden", "status-inactive", "subscription")
@pytest.mark.parametrize("status", ["HIDDEN", "INACTIVE", "unsubscribed"])
def test_nothing_promotes_a_portal_that_is_not_active(world: World, shop: Shop, status: str) -> None:
    if status == "unsubscribed":
        world.operator.merchants.SetEntitlement(
            merchant_service_pb2.SetEntitlementRequest(merchant_id=shop.id, entitled=False)
        )
    else:
        settings(shop, status=status)
    for form in FORMS:
        with pytest.raises(SendbackError) as refused:
            promotion(shop, form)
        assert refused.value.reason == "PORTAL_NOT_PROMOTED"
        assert refused.value.metadata == {"status": "HIDDEN" if status == "HIDDEN" else "INACTIVE"}
    with pytest.raises(SendbackError) as batch:
        inserts(shop, ["ext-#1"])
    assert batch.value.reason == "PORTAL_NOT_PROMOTED"


@pytest.mark.holds("email-block", "site-link")
def test_blocks_for_e_mails_and_the_shop_s_site(shop: Shop) -> None:
    brand(shop, color="#8a4b2a", display_name="<b>Lumière</b>")
    html = promotion(shop, "EMAIL_HTML", qr_image_uri="cid:code")
    assert html.media_type == "text/html"
    assert f'href="{html.uri}"' in html.content.decode()
    assert 'src="cid:code"' in html.content.decode()
    assert "<img" not in promotion(shop, "EMAIL_HTML").content.decode()
    text = promotion(shop, "EMAIL_TEXT").content.decode()
    assert text.rstrip().endswith(html.uri)
    site = promotion(shop, "SITE_LINK", order_id="", language_code="de")
    assert site.uri == f"https://returns.example/{shop.slug}"
    assert f'<a href="{site.uri}"' in site.content.decode()
    assert "Artikel zurücksenden" in site.content.decode()
    hostile = promotion(shop, "EMAIL_HTML", qr_image_uri='x" onerror="alert(1)').content.decode()
    assert 'onerror="' not in hostile


@pytest.mark.holds("slip-without-code")
def test_the_merchant_chooses_code_and_link_to_type(shop: Shop) -> None:
    typed = f"returns.example/{shop.slug}"

    def said() -> str:
        return promotion(shop, "INSERT_ZPL").content.decode()

    assert typed not in said().replace(f"https://{typed}/q/", "")
    settings(shop, typed_link_on_slip=True)
    assert typed in said().replace(f"https://{typed}/q/", "")
    settings(shop, typed_link_on_slip=False, omit_qr_on_slip=True)
    assert "^BQN" not in said()
    assert typed in said()


def test_the_inserts_of_many_orders_are_one_document(world: World, request: pytest.FixtureRequest) -> None:
    orders = [an_order(f"#{n}") for n in range(1, 61)]
    shop = a_shop(world, request.node.name, *orders)
    wanted = [order.external_id for order in orders]
    document = pypdfium2.PdfDocument(inserts(shop, wanted))
    said = [page.get_textpage().get_text_bounded() for page in document]
    assert [f"Commande {order.number}" in page for order, page in zip(orders, said, strict=True)] == [
        True
    ] * 60
    assert inserts(shop, wanted[:3], "ZPL").count(b"^XA") == 3
    with pytest.raises(SendbackError) as missing:
        inserts(shop, [*wanted, "ext-none"])
    assert (missing.value.reason, missing.value.metadata["id"]) == ("NOT_FOUND", "ext-none")
    with pytest.raises(SendbackError) as many:
        inserts(shop, ["ext-#1"] * 1001)
    assert many.value.reason == "INVALID_FIELD"


@pytest.mark.parametrize(
    ("wanted", "field"),
    [({"form": 0}, "form"), ({"form": 99}, "form"), ({"form": 1, "order_id": ""}, "order_id")],
)
def test_a_promotion_must_be_named(shop: Shop, wanted: dict[str, object], field: str) -> None:
    request = order_service_pb2.GetPromotionRequest(**{"order_id": "ext-#1", **wanted})
    with pytest.raises(SendbackError) as refused:
        shop.client.orders.GetPromotion(request)
    assert [problem.field for problem in refused.value.fields] == [field]


def send_link(shop: Shop, **wanted: str) -> str:
    request = order_service_pb2.SendAccessLinkRequest(order_id="ext-#1", **wanted)
    return str(shop.client.orders.SendAccessLink(request).message_id)


@pytest.mark.holds("status-hidden")
def test_a_hidden_portal_is_opened_by_a_link_that_the_merchant_sends(
    world: World, request: pytest.FixtureRequest
) -> None:
    email = f"{request.node.name.replace('[', '-').rstrip(']')[-40:]}@example.com"
    shop = a_shop(world, request.node.name, an_order(email=email))
    settings(shop, status="HIDDEN")
    first = send_link(shop, request_id="once")
    assert send_link(shop, request_id="once") == first
    (mail,) = world.await_mails(email, 1)
    assert mail["Subject"] == "Retourner des articles de la commande #1"
    link = Buyer(world, shop, "#1").scan.link
    assert link in mail.get_body(("plain",)).get_content()
    assert send_link(shop) != first
    world.await_mails(email, 2)


def test_a_mailbox_is_not_filled_with_links(world: World, shop: Shop) -> None:
    for _ in range(5):
        send_link(shop)
    with pytest.raises(SendbackError) as refused:
        send_link(shop)
    assert refused.value.reason == "RATE_LIMITED"
    assert refused.value.retry_after


def test_no_link_leads_to_a_closed_portal_or_to_nobody(world: World, request: pytest.FixtureRequest) -> None:
    shop = a_shop(world, request.node.name, an_order(email=""))
    with pytest.raises(SendbackError) as nobody:
        send_link(shop)
    assert [problem.field for problem in nobody.value.fields] == ["order_id"]
    settings(shop, status="INACTIVE")
    for call in (
        lambda: send_link(shop),
        lambda: shop.client.orders.CreateAccessLink(
            order_service_pb2.CreateAccessLinkRequest(order_id="ext-#1")
        ),
    ):
        with pytest.raises(SendbackError) as closed:
            call()
        assert closed.value.reason == "PORTAL_INACTIVE"
