"""The demo's stories of the portal: who can reach it, what it offers whom, what leads to it, in which language."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sendback.v1 import (
    label_service_pb2,
    merchant_pb2,
    merchant_service_pb2,
    order_pb2,
    order_service_pb2,
    policy_pb2,
    portal_service_pb2,
    promotion_pb2,
    return_pb2,
)
from sendback_client import SendbackError, minor_units, money

from sendback_service.demo.buyer import Buyer
from sendback_service.demo.papers import keep
from sendback_service.demo.stage import Stage, sent_and_refunded, with_label
from sendback_service.demo.warehouse import receive
from sendback_service.demo.world import Shop, StoryFailed, expect

Offer = return_pb2.LabelOffer
_PARIS = ZoneInfo("Europe/Paris")
_WINDOW = policy_pb2.ReturnWindow(days=30, time_zone="Europe/Paris")
_CREDIT = policy_pb2.CreditTerms(enabled=True)


def spain(stage: Stage) -> None:
    """Spain, store credit: its label is free under a flat fee, and where a refund gets none; paid at the first scan."""
    world = stage.world
    flat = policy_pb2.LabelTerms(policy="FLAT_FEE", fees=[money(500, "EUR")])
    for name, slug, labels, refund in (
        ("Sol y Playa", "sol-y-playa", flat, Offer.LABEL_WITH_FEE),
        ("Sol y Sierra", "sol-y-sierra", policy_pb2.LabelTerms(policy="NONE"), Offer.INSTRUCTIONS),
    ):
        order = order_pb2.Order()
        order.CopyFrom(stage.shops["sol-y-mar"].orders["SOL-31"])
        order.email = f"lucia.garcia@{slug}.example"
        policy = policy_pb2.Policy(window=_WINDOW, labels=labels, credit=_CREDIT)
        shop = world.open_shop(name, slug, policy, [order])
        buyer = Buyer(world, shop, "SOL-31")
        expect("offer for a refund", buyer.look().label_offer.kind, refund)
        estimate = buyer.estimate({"1": 1}, outcome="STORE_CREDIT")
        expect("offer for credit", estimate.label_offer.kind, Offer.FREE_LABEL)
        stage.say(f"{name}: refund → {Offer.Kind.Name(refund)}; credit → {estimate.label_offer.explanation}")
        made = with_label(world, shop, buyer.confirm({"1": 1}, estimate))
        expect("settled before the first scan", len(made.settlements), 0)
        shop.client.labels.ReportTracking(
            label_service_pb2.ReportTrackingRequest(parcel_id=made.parcels[0].id, transit="HANDED_OVER")
        )
        paid = world.until(shop, made.id, "credit", lambda r: _settled(r) == [6990])
        expect("payments at the bank", world.refunds_of(paid), 0)
        receive(shop, paid)
        done = world.until(shop, made.id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
        mails = world.await_mails(order.email, 4)
        expect("a letter about credit", "Su crédito de tienda en" in str([m["Subject"] for m in mails]), True)
        stage.say(f"69.90 EUR of credit at the first scan: {done.reference}")
        folder = stage.folder if labels is flat else stage.folder / "without-labels"
        folder.mkdir(exist_ok=True)
        keep(world, shop, folder, [done], [order.email])


def window(stage: Stage) -> None:
    """The window: open to the end of its last day in the shop's own zone, closed a minute later."""
    world, source = stage.world, stage.shops["lumiere"].orders["#FR-1007"]
    now = _portal_now(stage)
    delivered = source.fulfilments[0].deliver_time.ToDatetime(tzinfo=UTC).astimezone(_PARIS).date()
    days = (now.astimezone(_PARIS).date() - delivered).days
    terms = policy_pb2.ReturnWindow(days=days, time_zone="Europe/Paris")
    shop = world.open_shop("Dernier Jour", "dernier-jour", policy_pb2.Policy(window=terms), [source])
    evening = datetime.combine(now.astimezone(_PARIS).date(), datetime.max.time(), _PARIS)
    world.pass_time(evening - now - timedelta(seconds=40))
    buyer = Buyer(world, shop, source.number)
    expect("window at 23:59", buyer.look().window_open, True)
    stage.say(f"delivered on {delivered}, a window of {days}: at 23:59 of the last day it is open")
    world.pass_time(timedelta(seconds=60))
    seen = buyer.look()
    expect("window a minute later", seen.window_open, False)
    expect("code", seen.lines[0].units[0].code, "WINDOW_EXPIRED")
    stage.say(f"a minute later: {seen.lines[0].units[0].explanation}")
    keep(world, shop, stage.folder, [], [])


def refused(stage: Stage) -> None:
    """What cannot come back: a final sale, and more than was shipped. The buyer is told why."""
    world = stage.world
    for slug, number, items, code in (
        ("nordwind", "NW-2008", {"1": 1}, "FINAL_SALE"),
        ("lumiere", "#FR-1009", {"1": 2}, "UNFULFILLED"),
    ):
        buyer = Buyer(world, stage.shops[slug], number)
        try:
            buyer.estimate(items)
        except SendbackError as error:
            expect("code", error.metadata["code"], code)
            stage.say(f"{number}: {code}: {error.message}")
        else:
            raise StoryFailed(f"{number}: could be returned")
    keep(world, stage.shops["lumiere"], stage.folder, [], [])


def statuses(stage: Stage) -> None:
    """Hidden, inactive, unsubscribed: each answers as it should, and a return that was made before goes on."""
    world, source = stage.world, stage.shops["nordwind"].orders["NW-2009"]
    order = order_pb2.Order()
    order.CopyFrom(source)
    order.email = "zelt@fjord.example"
    shop = world.open_shop("Fjord", "fjord", policy_pb2.Policy(window=_WINDOW), [order])
    made = with_label(world, shop, Buyer(world, shop, order.number).make({"1": 1}))
    _set_status(shop, "HIDDEN")
    expect("unlisted", _portal(stage, shop).unlisted, True)
    expect("who has the link gets in", Buyer(world, shop, order.number).look().number, order.number)
    expect("promotion while hidden", _reason(lambda: _promotion(shop, order.number)), "PORTAL_NOT_PROMOTED")
    stage.say("hidden: the link works, nothing promotes it")
    token = Buyer(world, shop, order.number).token
    _set_status(shop, "INACTIVE")
    expect("available while inactive", _portal(stage, shop).available, False)
    look = portal_service_pb2.GetReturnableOrderRequest(session_token=token)
    running = _reason(lambda: world.portal.portal.GetReturnableOrder(look))
    expect("a running session while inactive", running, "PORTAL_INACTIVE")
    stage.say("inactive: nobody gets in, running sessions end")
    _entitle(stage, shop, entitled=False)
    expect("available while unsubscribed", _portal(stage, shop).available, False)
    expect("switching on without a pack", _reason(lambda: _set_status(shop, "ACTIVE")), "NOT_ENTITLED")
    sent_and_refunded(stage, shop, made)
    done = world.until(shop, made.id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    mails = world.await_mails(order.email, 4)
    texts = [mails[-1].get_body((kind,)).get_content() for kind in ("plain", "html")]
    expect("link in the last letter", any("returns.example" in text for text in texts), False)
    stage.say("unsubscribed: the return that was on its way is refunded all the same, and the buyer is told")
    _entitle(stage, shop, entitled=True)
    _set_status(shop, "ACTIVE")
    keep(world, shop, stage.folder, [done], [order.email])


def renamed(stage: Stage) -> None:
    """The portal's name changes: printed slips still work, and the old name leads to the new one."""
    world, source = stage.world, stage.shops["nordwind"].orders["NW-2010"]
    shop = world.open_shop("Fjäll", "fjall", policy_pb2.Policy(window=_WINDOW), [source])
    printed = Buyer(world, shop, source.number).scan.token
    settings = merchant_pb2.PortalSettings(slug="fjall-returns")
    shop.client.merchants.UpdatePortalSettings(
        merchant_service_pb2.UpdatePortalSettingsRequest(settings=settings, update_mask={"paths": ["slug"]})
    )
    expect("where the old name leads", _portal(stage, shop).slug, "fjall-returns")
    session = world.portal.portal.StartSession(
        portal_service_pb2.StartSessionRequest(slug="fjall", access_token=printed)
    )
    expect("a slip printed before", bool(session.session_token), True)
    stage.say("fjall → fjall-returns; a slip printed before still signs its buyer in")
    keep(world, shop, stage.folder, [], [])


def inserts(stage: Stage) -> None:
    """The insert of France beside that of Guadeloupe: each tells its own case."""
    world, cases = (
        stage.world,
        {"#FR-1001": "FREE_LABEL", "#FR-1002": "INSTRUCTIONS", "#FR-1010": "FREE_LABEL"},
    )
    orders = [stage.shops["lumiere"].orders[number] for number in cases]
    shop = world.open_shop("Lumière des Îles", "iles", policy_pb2.Policy(window=_WINDOW), orders)
    settings = merchant_pb2.PortalSettings(typed_link_on_slip=True)
    shop.client.merchants.UpdatePortalSettings(
        merchant_service_pb2.UpdatePortalSettingsRequest(
            settings=settings, update_mask={"paths": ["typed_link_on_slip"]}
        )
    )
    for number, case in cases.items():
        name = number.strip("#").lower()
        for form, suffix in (
            ("INSERT_PDF", "pdf"),
            ("INSERT_PNG", "png"),
            ("INSERT_SVG", "svg"),
            ("INSERT_ZPL", "zpl"),
            ("EMAIL_HTML", "html"),
        ):
            made = _promotion(shop, number, form)
            (stage.folder / f"insert-{name}.{suffix}").write_bytes(made.content)
            expect("case", promotion_pb2.BuyerCase.Kind.Name(made.buyer_case), case)
        expect("link", made.uri, Buyer(world, shop, number).scan.link)
        stage.say(f"{number} ({made.language_code}): {' '.join(made.sentences)}")
    keep(world, shop, stage.folder, [], [])


def languages(stage: Stage) -> None:
    """The portal in each language: the same order, tried as its merchant would."""
    world, shop = stage.world, stage.shops["lumiere"]
    order = world.order(shop, "#FR-1001")
    token = Buyer(world, shop, "#FR-1001").scan.token
    seen = set()
    for language in ("fr", "en", "es", "de"):
        session = world.portal.portal.StartSession(
            portal_service_pb2.StartSessionRequest(slug=shop.slug, access_token=token, language_code=language)
        )
        look = portal_service_pb2.GetReturnableOrderRequest(session_token=session.session_token)
        offer = world.portal.portal.GetReturnableOrder(look).label_offer.explanation
        made = _promotion(shop, order.external_id, "INSERT_PNG", language)
        (stage.folder / f"insert-{language}.png").write_bytes(made.content)
        expect("language", (session.language_code, made.language_code), (language, language))
        stage.say(f"{language}: {offer} | {made.sentences[0]}")
        seen.add((offer, *made.sentences))
    expect("languages that differ", len(seen), 4)
    keep(world, shop, stage.folder, [], [])


PORTAL_STORIES: dict[str, Callable[[Stage], None]] = {
    "story-7-store-credit": spain,
    "story-8-window": window,
    "story-9-refused": refused,
    "story-10-statuses": statuses,
    "story-11-renamed": renamed,
    "story-12-inserts": inserts,
    "story-13-languages": languages,
}


def _settled(found: return_pb2.Return) -> list[int]:
    return [
        minor_units(s.amount) for s in found.settlements if s.state == return_pb2.SettlementStatus.SETTLED
    ]


def _portal_now(stage: Stage) -> datetime:
    """The time of the installation: that of a session's end, less an hour."""
    shop = stage.shops["lumiere"]
    token = Buyer(stage.world, shop, "#FR-1001").scan.token
    session = stage.world.portal.portal.StartSession(
        portal_service_pb2.StartSessionRequest(slug=shop.slug, access_token=token)
    )
    return session.expire_time.ToDatetime(tzinfo=UTC) - timedelta(hours=1)


def _portal(stage: Stage, shop: Shop) -> portal_service_pb2.Portal:
    return stage.world.portal.portal.GetPortal(portal_service_pb2.GetPortalRequest(slug=shop.slug))


def _set_status(shop: Shop, status: str) -> None:
    shop.client.merchants.UpdatePortalSettings(
        merchant_service_pb2.UpdatePortalSettingsRequest(
            settings=merchant_pb2.PortalSettings(status=status), update_mask={"paths": ["status"]}
        )
    )


def _entitle(stage: Stage, shop: Shop, *, entitled: bool) -> None:
    stage.world.operator.merchants.SetEntitlement(
        merchant_service_pb2.SetEntitlementRequest(merchant_id=shop.id, entitled=entitled)
    )


def _promotion(
    shop: Shop, order: str, form: str = "INSERT_PDF", language: str = ""
) -> promotion_pb2.Promotion:
    external_id = shop.orders[order].external_id if order in shop.orders else order
    return shop.client.orders.GetPromotion(
        order_service_pb2.GetPromotionRequest(order_id=external_id, form=form, language_code=language)
    )


def _reason(call: Callable[[], object]) -> str:
    """Why a call is refused."""
    try:
        call()
    except SendbackError as error:
        return error.reason
    raise StoryFailed("was not refused")
