"""What merchants set up: pictures, brand, portal; what they are told of it; and what buyers see of it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import grpc
import pytest
from sendback.v1 import (
    merchant_pb2,
    merchant_service_pb2,
    order_pb2,
    policy_pb2,
    portal_service_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback_client import SendbackError, money
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop, World

from tests.shops import FLAT_FEE, a_picture, a_policy, a_shop, an_order, brand, make, settings, upload, whole

Check = merchant_service_pb2.PolicyPageCheck
Hint = merchant_pb2.SettingsHint


def portal(world: World, shop: Shop, slug: str = "") -> portal_service_pb2.Portal:
    return world.portal.portal.GetPortal(portal_service_pb2.GetPortalRequest(slug=slug or shop.slug))


def picture(world: World, shop: Shop, image_id: str, size: str = "DESKTOP") -> bytes:
    return whole(
        world.portal.portal.GetImage(
            portal_service_pb2.PortalGetImageRequest(slug=shop.slug, image_id=image_id, size=size)
        )
    )


@pytest.mark.holds("background", "brand-everywhere")
def test_logo_and_background_are_what_buyers_see(world: World, shop: Shop) -> None:
    logo, ground = upload(shop), upload(shop, "BACKGROUND", a_picture((2000, 1000)))
    assert [(v.size, v.width, v.height) for v in ground.variants] == [(1, 1080, 540), (2, 1920, 960)]
    brand(
        shop,
        logo_image_id=logo.id,
        color="#8a4b2a",
        policy_uri="https://shop.example/returns",
        support_uri="https://shop.example/help",
        social_uris=["https://social.example/shop"],
    )
    settings(shop, background_image_id=ground.id)
    seen = portal(world, shop)
    assert (seen.logo_image_id, seen.background_image_id) == (logo.id, ground.id)
    assert (seen.color, seen.policy_uri) == ("#8a4b2a", "https://shop.example/returns")
    assert (seen.support_uri, list(seen.social_uris)) == (
        "https://shop.example/help",
        ["https://social.example/shop"],
    )
    assert picture(world, shop, logo.id).startswith(b"\x89PNG")
    assert picture(world, shop, ground.id, "PHONE").startswith(b"\xff\xd8")
    assert picture(world, shop, ground.id, "PHONE") != picture(world, shop, ground.id)


@pytest.mark.holds("status-inactive")
def test_a_closed_portal_shows_its_logo_and_no_more(world: World, shop: Shop) -> None:
    logo, ground = upload(shop), upload(shop, "BACKGROUND")
    brand(shop, logo_image_id=logo.id, support_uri="https://shop.example/help")
    settings(shop, background_image_id=ground.id, status="INACTIVE")
    seen = portal(world, shop)
    assert (seen.available, seen.logo_image_id, seen.background_image_id) == (False, logo.id, "")
    assert seen.support_uri == "https://shop.example/help"
    assert picture(world, shop, logo.id)
    with pytest.raises(SendbackError) as hidden:
        picture(world, shop, ground.id)
    assert hidden.value.reason == "NOT_FOUND"


@pytest.mark.holds("brand-everywhere")
def test_the_brand_stands_in_letters(world: World, request: pytest.FixtureRequest) -> None:
    email = f"logo-{'pg' if 'postgres' in request.node.name else 'lite'}@example.com"
    shop = a_shop(world, request.node.name, an_order(email=email))
    brand(shop, logo_image_id=upload(shop).id, social_uris=["https://www.social.example/shop"])
    make(shop.client)
    (mail,) = world.await_mails(email, 1)
    html = mail.get_body(("html",)).get_content()
    assert 'src="cid:logo"' in html
    assert 'href="https://www.social.example/shop"' in html
    assert ">social.example</a>" in html
    related = [part for part in mail.walk() if part["Content-ID"] == "<logo>"]
    assert [part.get_content_type() for part in related] == ["image/png"]
    assert [part.get_filename() for part in mail.iter_attachments()][-1].endswith(".pdf")


@pytest.mark.parametrize("field", ["policy_uri", "support_uri", "social_uris"])
@pytest.mark.parametrize(
    "uri", ["www.social.example", "https://", "https://[www.social.example/shop", "https://xn--a.example"]
)
def test_a_link_that_leads_nowhere_is_refused(shop: Shop, field: str, uri: str) -> None:
    with pytest.raises(SendbackError) as refused:
        brand(shop, **{field: [uri] if field == "social_uris" else uri})
    assert [problem.field for problem in refused.value.fields] == [f"brand.{field}"]


@pytest.mark.parametrize("email", ["call us", "help@shop", "Help <help@shop.example>"])
def test_an_address_that_nobody_can_write_to_is_refused(shop: Shop, email: str) -> None:
    with pytest.raises(SendbackError) as refused:
        brand(shop, support_email=email)
    assert [problem.field for problem in refused.value.fields] == ["brand.support_email"]
    assert brand(shop, support_email="help@shop.example").support_email == "help@shop.example"


@pytest.mark.parametrize(
    ("data", "why"), [(b"GIF89a....", "NOT_A_PICTURE"), (a_picture((8, 8)), "TOO_SMALL")]
)
def test_what_is_no_picture_is_refused(shop: Shop, data: bytes, why: str) -> None:
    with pytest.raises(SendbackError) as refused:
        upload(shop, data=data)
    assert (refused.value.reason, refused.value.metadata["why"]) == ("IMAGE_REFUSED", why)


def test_uploads_end_at_ten_mebibytes(shop: Shop) -> None:
    piece = merchant_service_pb2.UploadImageRequest(use="LOGO", data=bytes(2_000_000))
    with pytest.raises(SendbackError) as large:
        shop.client.merchants.UploadImage(iter([piece] * 7))
    assert large.value.reason == "TOO_LARGE"
    for pieces in ([], [merchant_service_pb2.UploadImageRequest(use="LOGO")]):
        with pytest.raises(SendbackError) as nothing:
            shop.client.merchants.UploadImage(iter(pieces))
        assert nothing.value.reason == "INVALID_FIELD"


def test_pictures_are_not_heaped_up(shop: Shop) -> None:
    tiny = a_picture((64, 64))
    for _ in range(20):
        upload(shop, data=tiny)
    with pytest.raises(SendbackError) as many:
        upload(shop, data=tiny)
    assert many.value.reason == "RATE_LIMITED"
    assert many.value.retry_after


def test_a_picture_is_used_for_what_it_is_and_by_whom_it_belongs_to(
    world: World, shop: Shop, request: pytest.FixtureRequest
) -> None:
    logo = upload(shop)
    other = a_shop(world, request.node.name + "other")
    for call in (
        lambda: settings(shop, background_image_id=logo.id),
        lambda: brand(other, logo_image_id=logo.id),
        lambda: brand(shop, logo_image_id="img_none"),
    ):
        with pytest.raises(SendbackError) as refused:
            call()
        assert refused.value.reason == "INVALID_FIELD"
    with pytest.raises(SendbackError) as unused:
        picture(world, shop, logo.id)
    assert unused.value.reason == "NOT_FOUND"


def test_settings_change_only_as_they_were_seen(shop: Shop) -> None:
    seen = brand(shop, color="#112233")
    brand(shop, color="#445566")
    with pytest.raises(SendbackError) as stale:
        brand(shop, color="#778899", etag=seen.etag)
    assert (stale.value.code, stale.value.reason) == (grpc.StatusCode.ABORTED, "ETAG_STALE")


def test_a_mask_of_what_only_the_service_writes_changes_nothing(shop: Shop) -> None:
    seen = settings(shop, typed_link_on_slip=True)
    for name in ("etag", "hints", "merchant_id"):
        settings(shop, **{name: getattr(seen, name)})
    after = settings(shop, etag="")
    assert (after.status, after.slug, after.typed_link_on_slip) == (seen.status, seen.slug, True)
    with pytest.raises(SendbackError) as unknown:
        shop.client.merchants.UpdateBrand(
            merchant_service_pb2.UpdateBrandRequest(
                brand=merchant_pb2.Brand(), update_mask={"paths": ["etag", "colour"]}
            )
        )
    assert [problem.field for problem in unknown.value.fields] == ["update_mask"]


def test_of_two_who_change_different_fields_at_once_neither_undoes_the_other(shop: Shop) -> None:
    (lager,) = shop.client.merchants.ListWarehouses(merchant_service_pb2.ListWarehousesRequest()).warehouses

    def warehouse(**changed: Any) -> merchant_pb2.Warehouse:
        return shop.client.merchants.UpdateWarehouse(
            merchant_service_pb2.UpdateWarehouseRequest(
                warehouse=merchant_pb2.Warehouse(id=lager.id, address=lager.address, **changed),
                update_mask={"paths": list(changed)},
            )
        )

    with ThreadPoolExecutor(4) as staff:
        for turn in range(20):
            color, note = f"#0000{turn:02d}", [{"language_code": "fr", "text": f"Le bon {turn}"}]
            asked = [
                staff.submit(brand, shop, color=color),
                staff.submit(brand, shop, support_email=f"help{turn}@shop.example"),
                staff.submit(warehouse, region_codes=["DE", "FR"][: turn % 2 + 1]),
                staff.submit(warehouse, enclose=note),
            ]
            for one in asked:
                one.result()
            now = shop.client.merchants.GetBrand(merchant_service_pb2.GetBrandRequest())
            assert (now.color, now.support_email) == (color, f"help{turn}@shop.example")
            (kept,) = shop.client.merchants.ListWarehouses(
                merchant_service_pb2.ListWarehousesRequest()
            ).warehouses
            assert (len(kept.region_codes), kept.enclose[0].text) == (turn % 2 + 1, f"Le bon {turn}")


@contextmanager
def page(html: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/returns"
    finally:
        server.shutdown()
        server.server_close()


def check_page(shop: Shop, uri: str = "") -> merchant_service_pb2.PolicyPageCheck:
    return shop.client.merchants.CheckPolicyPage(merchant_service_pb2.CheckPolicyPageRequest(uri=uri))


def hints(shop: Shop) -> list[str]:
    found = shop.client.merchants.GetPortalSettings(merchant_service_pb2.GetPortalSettingsRequest()).hints
    assert all(hint.explanation for hint in found)
    return [Hint.Kind.Name(hint.kind) for hint in found]


@pytest.mark.holds("policy-page-linked", "policy-page-tells-fee", "reminded")
def test_the_merchant_is_led_until_its_page_says_everything(
    world: World, request: pytest.FixtureRequest
) -> None:
    shop = a_shop(world, request.node.name, labels=FLAT_FEE)
    assert hints(shop) == ["POLICY_PAGE_MISSING", "SUPPORT_MISSING"]
    with page("<p>Contact us.") as uri:
        brand(shop, policy_uri=uri, support_email="help@shop.example")
        assert hints(shop) == ["POLICY_PAGE_UNCHECKED"]
        found = check_page(shop)
        assert (found.outcome, found.links_to_portal, found.fee_expected, found.fee_mentioned) == (
            Check.READ,
            False,
            True,
            False,
        )
        assert len(found.findings) == 3
        assert hints(shop) == ["PORTAL_NOT_LINKED", "FEE_NOT_TOLD"]
    link = f'<a href="https://returns.example/{shop.slug}">Return</a>: a label costs €5.'
    with page(link) as uri:
        assert check_page(shop, uri).links_to_portal
        assert hints(shop) == ["PORTAL_NOT_LINKED", "FEE_NOT_TOLD"], "another page is not remembered"
        brand(shop, policy_uri=uri)
        check_page(shop)
        assert hints(shop) == []
    shop.client.merchants.PublishPolicy(
        merchant_service_pb2.PublishPolicyRequest(policy=a_policy(labels=FLAT_FEE, restocking_percent=5))
    )
    assert hints(shop) == ["POLICY_PAGE_UNCHECKED"]


@pytest.mark.holds("fee-per-currency")
def test_a_currency_without_an_amount_is_pointed_out(world: World, request: pytest.FixtureRequest) -> None:
    yen = an_order(
        "#2",
        currency_code="JPY",
        lines=[order_pb2.OrderLine(id="1", title="Glas", quantity=1, price=money(9900, "JPY"))],
    )
    shop = a_shop(world, request.node.name, an_order(), yen, labels=FLAT_FEE)
    found = shop.client.merchants.GetPortalSettings(merchant_service_pb2.GetPortalSettingsRequest()).hints
    assert next((hint.kind, hint.currency_code) for hint in found) == (Hint.FEE_MISSING, "JPY")
    assert Buyer(world, shop, "#2").look().label_offer.kind == return_pb2.LabelOffer.FREE_LABEL


@pytest.mark.parametrize("uri", ["http://10.0.0.1/", "http://localhost/", "file:///etc/passwd", "x"])
def test_private_addresses_are_not_read(shop: Shop, uri: str) -> None:
    found = check_page(shop, uri)
    assert found.outcome == Check.REFUSED
    assert not found.links_to_portal


def test_without_a_page_there_is_nothing_to_check(shop: Shop) -> None:
    with pytest.raises(SendbackError) as refused:
        check_page(shop)
    assert [problem.field for problem in refused.value.fields] == ["uri"]


PHOTO = policy_pb2.ReturnReason(
    code="BROKEN", titles=[{"language_code": "fr", "text": "Cassé"}], fault="MERCHANT", evidence="PHOTO"
)


def test_a_reason_may_demand_a_photo_that_staff_can_see(world: World, request: pytest.FixtureRequest) -> None:
    shop = a_shop(world, request.node.name, an_order(), an_order("#2"), reasons=[PHOTO])
    buyer, other = Buyer(world, shop, "#1"), Buyer(world, shop, "#2")
    item = return_pb2.ReturnItem(order_line_id="1", quantity=1, reason_code="BROKEN")
    with pytest.raises(SendbackError) as bare:
        make(shop.client, items=[item])
    assert [problem.field for problem in bare.value.fields] == ["items[0].evidence_image_ids"]
    photo = world.portal.portal.UploadEvidence(
        portal_service_pb2.UploadEvidenceRequest(session_token=buyer.token, data=piece)
        for piece in (a_picture()[:500], a_picture()[500:])
    )
    item.evidence_image_ids.append(photo.id)
    with pytest.raises(SendbackError) as foreign:
        make(shop.client, "ext-#2", items=[item])
    assert foreign.value.reason == "NOT_FOUND"
    made = make(shop.client, items=[item])
    assert list(made.units[0].evidence_image_ids) == [photo.id]
    evidence = returns_service_pb2.GetEvidenceRequest(return_id=made.id, image_id=photo.id, size="PHONE")
    assert whole(shop.client.returns.GetEvidence(evidence)).startswith(b"\xff\xd8")
    evidence.image_id = "img_other"
    with pytest.raises(SendbackError) as none:
        whole(shop.client.returns.GetEvidence(evidence))
    assert none.value.reason == "NOT_FOUND"
    with pytest.raises(SendbackError) as stranger:
        world.portal.portal.UploadEvidence(
            iter(
                [portal_service_pb2.UploadEvidenceRequest(session_token=other.token + "x", data=a_picture())]
            )
        )
    assert stranger.value.reason == "SESSION_INVALID"


def test_staff_who_go_beyond_the_policy_need_no_photo(world: World, request: pytest.FixtureRequest) -> None:
    shop = a_shop(world, request.node.name, reasons=[PHOTO])
    item = return_pb2.ReturnItem(order_line_id="1", quantity=1, reason_code="BROKEN")
    with pytest.raises(SendbackError) as refused:
        make(shop.client, items=[item])
    assert [problem.field for problem in refused.value.fields] == ["items[0].evidence_image_ids"]
    made = make(shop.client, items=[item], override_note="She told us on the telephone")
    assert made.units[0].reason_code == "BROKEN"


def test_sealed_goods_come_back_with_their_seal(world: World, request: pytest.FixtureRequest) -> None:
    line = order_pb2.OrderLine(
        id="1", title="Oreiller", quantity=2, price=money(5000, "EUR"), hygiene_sealed=True
    )
    shop = a_shop(world, request.node.name, an_order(lines=[line]))
    assert Buyer(world, shop, "#1").look().lines[0].seal_required
    item = return_pb2.ReturnItem(order_line_id="1", quantity=1)
    with pytest.raises(SendbackError) as opened:
        make(shop.client, items=[item])
    assert opened.value.metadata["code"] == "HYGIENE_UNSEALED"
    item.seal_intact = True
    assert make(shop.client, items=[item]).id
    item.seal_intact = False
    assert make(shop.client, items=[item], override_note="Geste commercial").id


def test_the_operator_lists_every_merchant_once_oldest_first(world: World, shop: Shop) -> None:
    younger = a_shop(world, "younger")
    found: list[merchant_pb2.Merchant] = []
    request = merchant_service_pb2.ListMerchantsRequest(page_size=1)
    while True:
        page = world.operator.merchants.ListMerchants(request)
        assert len(page.merchants) <= 1
        found += page.merchants
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    ids = [merchant.id for merchant in found]
    assert ids == sorted(set(ids))
    assert ids.index(shop.id) < ids.index(younger.id)
    one = next(merchant for merchant in found if merchant.id == shop.id)
    shown = world.operator.merchants.GetMerchant(merchant_service_pb2.GetMerchantRequest(merchant_id=shop.id))
    assert one == shown


def test_merchants_do_not_learn_of_each_other(shop: Shop) -> None:
    with pytest.raises(SendbackError) as refused:
        shop.client.merchants.ListMerchants(merchant_service_pb2.ListMerchantsRequest())
    assert refused.value.reason == "SCOPE_MISSING"
