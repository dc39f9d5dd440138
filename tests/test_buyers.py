"""How buyers get in, what they see, and what strangers do not."""

import io
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image
from sendback.v1 import (
    merchant_pb2,
    merchant_service_pb2,
    order_service_pb2,
    portal_service_pb2,
    returns_service_pb2,
)
from sendback_client import Client, SendbackError
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop, World

from tests.shops import NOW, a_shop, an_order, make, settings


def _sign_in(world: World, shop: Shop, **credential: object) -> portal_service_pb2.Session:
    return world.portal.portal.StartSession(
        portal_service_pb2.StartSessionRequest(slug=shop.slug, **credential)
    )


def _known(number: str, proof: str) -> portal_service_pb2.OrderCredential:
    return portal_service_pb2.OrderCredential(number=number, email_or_postal_code=proof)


def _portal(world: World, shop: Shop) -> portal_service_pb2.Portal:
    return world.portal.portal.GetPortal(portal_service_pb2.GetPortalRequest(slug=shop.slug))


@pytest.mark.holds("slip-code", "slip-signs-in")
def test_a_session_follows_from_the_pictures_own_text(world: World, shop: Shop) -> None:
    buyer = Buyer(world, shop, "#1")
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(buyer.scan.picture)).convert("L"))
    assert code.text == buyer.scan.link
    assert code.text.startswith(f"https://returns.example/{shop.slug}/q/")
    session = _sign_in(world, shop, access_token=code.text.rpartition("/")[2])
    assert session.order_id == buyer.order.id
    again = Buyer(world, shop, "#1").scan
    assert (again.link, again.picture) == (buyer.scan.link, buyer.scan.picture)


def test_a_portal_tells_in_which_time_zone_its_days_are(world: World, shop: Shop) -> None:
    assert _portal(world, shop).time_zone == "Europe/Paris"
    settings(shop, status=merchant_pb2.PortalStatus.INACTIVE)
    assert _portal(world, shop).time_zone == ""


@pytest.mark.holds("nothing-personal")
def test_a_found_slip_shows_nothing_personal(world: World, shop: Shop) -> None:
    seen = Buyer(world, shop, "#1").look()
    for secret in ("Camille", "Lilas", "75020", "buyer1@example.com"):
        assert secret not in str(seen)
    session = _sign_in(world, shop, order=_known("1", "BUYER1@example.com"))
    known = world.portal.portal.GetReturnableOrder(
        portal_service_pb2.GetReturnableOrderRequest(session_token=session.session_token)
    )
    assert known.ship_from.street == "12 bis rue des Lilas"


def test_revoking_makes_links_and_running_sessions_worthless(world: World, shop: Shop) -> None:
    buyer = Buyer(world, shop, "#1")
    shop.client.orders.RevokeAccess(order_service_pb2.RevokeAccessRequest(order_id=buyer.order.id))
    with pytest.raises(SendbackError) as ended:
        buyer.look()
    assert ended.value.reason == "SESSION_INVALID"
    with pytest.raises(SendbackError) as refused:
        _sign_in(world, shop, access_token=buyer.scan.token)
    assert refused.value.reason == "SIGN_IN_FAILED"
    assert Buyer(world, shop, "#1").scan.link != buyer.scan.link


@pytest.mark.parametrize("number", ["#1", "1", " # 1 "])
@pytest.mark.parametrize("proof", ["buyer1@example.com", " Buyer1@Example.com", "75020", "75 020"])
def test_number_and_proof_as_people_type_them(world: World, shop: Shop, number: str, proof: str) -> None:
    assert _sign_in(world, shop, order=_known(number, proof)).session_token


def test_nobody_learns_whether_an_order_exists(world: World, shop: Shop) -> None:
    said = []
    for number, proof in (("#1", "other@example.com"), ("#999", "buyer1@example.com"), ("#999", "x")):
        with pytest.raises(SendbackError) as refused:
            _sign_in(world, shop, order=_known(number, proof))
        said.append((refused.value.code, refused.value.reason, refused.value.message, refused.value.metadata))
    assert said[0] == said[1] == said[2]


def test_guessing_is_limited(world: World, shop: Shop) -> None:
    reasons = []
    for _ in range(11):
        with pytest.raises(SendbackError) as refused:
            _sign_in(world, shop, order=_known("#777", "guess@example.com"))
        reasons.append(refused.value.reason)
    assert reasons == ["SIGN_IN_FAILED"] * 10 + ["RATE_LIMITED"]
    assert refused.value.retry_after


@pytest.mark.parametrize("token", ["", "x", "....", "a" * 256, "ret_1.x"])
def test_a_token_that_is_none(world: World, shop: Shop, token: str) -> None:
    with pytest.raises(SendbackError) as refused:
        _sign_in(world, shop, access_token=token)
    assert refused.value.reason == "SIGN_IN_FAILED"


def test_a_token_opens_its_own_shop_only(world: World, shop: Shop, request: pytest.FixtureRequest) -> None:
    other = a_shop(world, request.node.name + "other", an_order("#1"))
    token = Buyer(world, shop, "#1").scan.token
    with pytest.raises(SendbackError) as refused:
        _sign_in(world, other, access_token=token)
    assert refused.value.reason == "SIGN_IN_FAILED"


def test_a_session_ends(world: World, shop: Shop) -> None:
    buyer = Buyer(world, shop, "#1")
    world.pass_time(timedelta(minutes=61))
    try:
        with pytest.raises(SendbackError) as ended:
            buyer.look()
        assert ended.value.reason == "SESSION_INVALID"
    finally:
        world.set_clock(NOW)


def test_an_estimate_grows_stale(world: World, shop: Shop) -> None:
    buyer = Buyer(world, shop, "#1")
    estimate = buyer.estimate({"1": 1})
    with pytest.raises(SendbackError) as other:
        buyer.confirm({"1": 1, "2": 1}, estimate)
    assert other.value.reason == "QUOTE_STALE"
    world.pass_time(timedelta(minutes=31))
    try:
        with pytest.raises(SendbackError) as late:
            buyer.confirm({"1": 1}, estimate)
        assert late.value.reason == "QUOTE_STALE"
        assert buyer.confirm({"1": 1}, buyer.estimate({"1": 1})).id
    finally:
        world.set_clock(NOW)


def test_a_session_sees_its_own_orders_returns(world: World, request: pytest.FixtureRequest) -> None:
    shop = a_shop(world, request.node.name, an_order("#1"), an_order("#2"))
    foreign = make(shop.client, order="ext-#2")
    buyer = Buyer(world, shop, "#1")
    own = buyer.make({"1": 1})
    portal = world.portal.portal
    listed = portal.ListReturns(
        portal_service_pb2.PortalListReturnsRequest(session_token=buyer.token)
    ).returns
    assert [found.id for found in listed] == [own.id]
    for call, wanted in (
        (portal.GetReturn, portal_service_pb2.PortalGetReturnRequest(return_id=foreign.id)),
        (portal.CancelReturn, portal_service_pb2.PortalCancelReturnRequest(return_id=foreign.id)),
    ):
        wanted.session_token = buyer.token
        with pytest.raises(SendbackError) as refused:
            call(wanted)
        assert refused.value.reason == "NOT_FOUND"
    seen = next(iter(world.portal.watch_return(buyer.token, own.id)))
    assert seen.id == own.id


@pytest.mark.holds("status-inactive")
def test_an_inactive_portal_says_only_where_help_is(world: World, shop: Shop) -> None:
    buyer = Buyer(world, shop, "#1")
    assert _portal(world, shop).available
    settings = merchant_pb2.PortalSettings(status="INACTIVE")
    shop.client.merchants.UpdatePortalSettings(
        merchant_service_pb2.UpdatePortalSettingsRequest(settings=settings, update_mask={"paths": ["status"]})
    )
    assert not _portal(world, shop).available
    for call in (buyer.look, lambda: _sign_in(world, shop, access_token=buyer.scan.token)):
        with pytest.raises(SendbackError) as refused:
            call()
        assert refused.value.reason == "PORTAL_INACTIVE"


@pytest.mark.holds("slug", "slug-redirect")
def test_an_old_slug_leads_to_the_new_one_and_to_nobody_else(
    world: World, shop: Shop, request: pytest.FixtureRequest
) -> None:
    def rename(client_of: Shop, slug: str) -> None:
        client_of.client.merchants.UpdatePortalSettings(
            merchant_service_pb2.UpdatePortalSettingsRequest(
                settings=merchant_pb2.PortalSettings(slug=slug), update_mask={"paths": ["slug"]}
            )
        )

    rename(shop, f"{shop.slug}-neu")
    assert _portal(world, shop).slug == f"{shop.slug}-neu"
    other = a_shop(world, request.node.name + "other")
    with pytest.raises(SendbackError) as taken:
        rename(other, shop.slug)
    assert taken.value.reason == "SLUG_TAKEN"
    for bad in ("ab", "Großes", "a--b", "-ab", "console"):
        with pytest.raises(SendbackError) as refused:
            rename(other, bad)
        assert [problem.field for problem in refused.value.fields] == ["settings.slug"]


@pytest.mark.holds("language-everywhere")
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Nous ne trouvons pas ce que vous cherchez."),
        ("de-AT", "Wir finden nicht, was Sie suchen."),
        ("es,en;q=0.5", "No encontramos lo que busca."),
        ("xx-klingon", "We cannot find what you are looking for."),
    ],
)
def test_errors_are_in_the_callers_language(world: World, shop: Shop, language: str, text: str) -> None:
    key = world.operator.merchants.CreateAccessKey(
        merchant_service_pb2.CreateAccessKeyRequest(
            access_key=merchant_pb2.AccessKey(kind="MERCHANT", merchant_id=shop.id, scopes=["returns.read"])
        )
    ).secret
    client = Client(world.installation.target, key=key, language=language)
    with client, pytest.raises(SendbackError) as refused:
        client.returns.GetReturn(returns_service_pb2.GetReturnRequest(return_id="ret_none"))
    assert refused.value.message == text


def test_a_buyer_changes_the_language_after_signing_in(world: World, shop: Shop) -> None:
    session = _sign_in(world, shop, order=_known("#1", "75020"))
    asked = portal_service_pb2.GetReturnableOrderRequest(session_token=session.session_token)
    told = [
        world.portal.portal.GetReturnableOrder(asked, metadata=[("buyer-language", language)]).label_offer
        for language in ("", "de", "xx", "es")
    ]
    assert session.language_code == "fr"
    assert [offer.explanation for offer in told] == [
        "Vous recevrez une étiquette de retour gratuite.",
        "Sie bekommen ein kostenloses Rücksendeetikett.",
        "Vous recevrez une étiquette de retour gratuite.",
        "Recibirá una etiqueta de devolución gratuita.",
    ]
