"""Writes a buyer's message from what the store knows of the return, at the moment it is sent."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sendback_sdk import Attachment, Message
from sendback_sdk.orders import Order

from sendback_service.access import Doorkeeper, link
from sendback_service.configuration import Configuration
from sendback_service.deadlines import lapse_time
from sendback_service.held import HeldReturn, hold
from sendback_service.images import logo
from sendback_service.kept_orders import order_in
from sendback_service.message_templates import wording_in
from sendback_service.messages import Occasion, Unwritten, is_outdated
from sendback_service.payment_letters import ABOUT_MONEY, settlement_of
from sendback_service.records import WarehouseRecord
from sendback_service.rules.quote import QuoteRule, Step
from sendback_service.rules.states import Inspection, LabelState, SettlementState, Transit
from sendback_service.rules.values import frozen
from sendback_service.shops import KnownShops, Shop
from sendback_service.store import prepared
from sendback_service.store.documents import order_from, warehouse_from
from sendback_service.store.tables import (
    MessageRow,
    OrderRow,
    ParcelRow,
    SettlementRow,
)
from sendback_service.store.times import moment
from sendback_service.store.transaction import Transaction
from sendback_service.text.addresses import address_lines
from sendback_service.text.amounts import amount
from sendback_service.text.letters import LetterFacts, letter
from sendback_service.text.steps import step_text
from sendback_service.text.times import moment_text
from sendback_service.text.wording import Wording
from sendback_service.text.words import Words, language_for, words

_LOGO = "logo"
_WITH_LABELS = (Occasion.LABEL, Occasion.RENEWED_LABEL, Occasion.ANOTHER_LABEL)
_SUFFIX = {"application/pdf": "pdf", "image/png": "png", "application/zpl": "zpl"}


class Correspondence:
    def __init__(self, configuration: Configuration) -> None:
        self._base_url = configuration.portal.base_url
        self._shops = KnownShops()
        self._doorkeeper = Doorkeeper(configuration.signing_keys())

    def compose(self, tx: Transaction, row: MessageRow) -> Message | Unwritten:
        """NOBODY where the buyer left no e-mail address; OUTDATED also where they were erased since."""
        if Occasion(row.occasion) is Occasion.ACCESS_LINK:
            return self._invitation(tx, row)
        held = hold(tx, row.merchant_id, row.subject_id)
        occasion = Occasion(row.occasion)
        if is_outdated(occasion, held.decision):
            return Unwritten.OUTDATED
        known = _known(tx, held, row)
        if occasion in ABOUT_MONEY and known.paid is None:
            return Unwritten.OUTDATED
        if not known.order.email:
            return Unwritten.OUTDATED if _is_erased(tx, held) else Unwritten.NOBODY
        shop = self._shops.at(tx, row.merchant_id, known.shop_revision)
        written = letter(self._facts(tx, held, shop, occasion, known))
        return Message(
            key=row.id,
            event=row.occasion,
            recipient=known.order.email,
            language=held.row.language,
            subject=written.subject,
            text=written.text,
            html=written.html,
            attachments=_logo(tx, shop) + (_labels(tx, held) if occasion in _WITH_LABELS else ()),
            sender_name=shop.display_name,
            reply_to=shop.brand.support_email,
        )

    def _invitation(self, tx: Transaction, row: MessageRow) -> Message | Unwritten:
        """The personal link to an order. NOBODY where there is no address, or the portal was closed meanwhile."""
        kept = order_in(tx, row.merchant_id, row.subject_id)
        shop = self._shops.in_(tx, row.merchant_id)
        if not kept.order.email or not shop.open:
            return Unwritten.NOBODY
        language = language_for(kept.order.language, default=shop.portal.default_language)
        token = self._doorkeeper.access_token(shop.id, kept.id, kept.access_revision)
        written = letter(
            LetterFacts(
                occasion=Occasion.ACCESS_LINK,
                language=language,
                brand=shop.display_name,
                color=shop.brand.color,
                logo_uri=_logo_uri(shop),
                logo_size=_logo_size(tx, shop),
                order_number=kept.order.number,
                reference="",
                items=(),
                link=link(self._base_url, shop.portal.slug, token),
                support_uri=shop.brand.support_uri,
                policy_uri=shop.brand.policy_uri,
                social_uris=shop.brand.social_uris,
                wording=wording_in(tx, shop.id, Occasion.ACCESS_LINK, language),
            )
        )
        return Message(
            key=row.id,
            event=row.occasion,
            recipient=kept.order.email,
            language=language,
            subject=written.subject,
            text=written.text,
            html=written.html,
            attachments=_logo(tx, shop),
            sender_name=shop.display_name,
            reply_to=shop.brand.support_email,
        )

    def _facts(
        self, tx: Transaction, held: HeldReturn, shop: Shop, occasion: Occasion, known: "_Known"
    ) -> LetterFacts:
        say = words(held.row.language)
        paid = known.paid
        fee = paid.label_fee_minor if paid else held.row.shown_fee_minor
        back = max(0, -fee)
        if back and occasion is not Occasion.REFUNDED:
            fee = held.row.shown_fee_minor
        warehouse = warehouse_from(held.row.warehouse)
        return LetterFacts(
            occasion=occasion,
            language=held.row.language,
            brand=shop.display_name,
            color=shop.brand.color,
            logo_uri=_logo_uri(shop),
            logo_size=_logo_size(tx, shop),
            order_number=held.row.order_number,
            reference=held.row.reference,
            items=_items(held),
            link=self._link(held, shop, known),
            amount=amount(paid.amount_minor, paid.currency, say) if paid else "",
            fee=amount(fee, held.row.currency, say) if fee > 0 else "",
            fee_back=amount(back, held.row.currency, say) if back else "",
            time=_declared(held, shop, say),
            last_day=_last_day(held, shop, say) if occasion is Occasion.REMINDER else "",
            note=held.row.decline_note,
            refused=_refused(held) if occasion is Occasion.NOT_ACCEPTED else (),
            missing=_missing(held) if occasion is Occasion.NOT_ACCEPTED else (),
            unpaid=occasion is Occasion.NOT_ACCEPTED and _unpaid(held, known.empty),
            steps=_steps(paid, held) if paid and occasion is Occasion.NOTHING_DUE else (),
            address_lines=address_lines(warehouse.address, say),
            enclose=enclosed(warehouse, held.row.language),
            tracking_number=_tracking_number(held),
            code=occasion in _WITH_LABELS and any(parcel.has_qr for parcel in _unused(held)),
            support_uri=shop.brand.support_uri,
            policy_uri=shop.brand.policy_uri,
            social_uris=shop.brand.social_uris,
            wording=known.wording,
        )

    def _link(self, held: HeldReturn, shop: Shop, known: "_Known") -> str:
        """To the buyer's own case, while the portal can be reached."""
        if not shop.open:
            return ""
        token = self._doorkeeper.access_token(shop.id, held.row.order_id, known.access_revision)
        return link(self._base_url, shop.portal.slug, token)


def enclosed(warehouse: WarehouseRecord, language: str) -> str:
    """What to enclose, in the buyer's language where the merchant gave it, else in English, else in any."""
    texts = dict(warehouse.enclose)
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def _unused(held: HeldReturn) -> list[ParcelRow]:
    """Parcels with a label that waits to be used."""
    return [p for p in held.parcels if p.label == LabelState.PURCHASED and p.transit == Transit.NOT_SCANNED]


def _tracking_number(held: HeldReturn) -> str:
    """The newest label's that waits; once all were used, the first one's."""
    bought = [p for p in held.parcels if p.label == LabelState.PURCHASED]
    unused = _unused(held)
    return unused[-1].tracking_number if unused else next((p.tracking_number for p in bought), "")


def _items(held: HeldReturn) -> list[tuple[str, int]]:
    return list(Counter(unit.title for unit in held.units).items())


@frozen
class _Known:
    """What a letter tells of beside its return. `paid` is the settlement that a letter about money is about; for others
    the last one that was. `empty` are those that came to nothing, by id."""

    order: Order
    access_revision: int
    shop_revision: int
    wording: Wording | None
    paid: SettlementRow | None
    empty: frozenset[str]


def _known(tx: Transaction, held: HeldReturn, asked: MessageRow) -> _Known:
    row = held.row
    key = {
        "merchant_id": row.merchant_id,
        "return_id": row.id,
        "order_id": row.order_id,
        "version": row.order_version,
        "occasion": asked.occasion,
        "language": words(row.language).language,
    }
    found = tx.session.execute(prepared.LETTER, key).all()
    order, access, shop, wording, _ = found[0]
    settlements = [settlement for *_, settlement in found if settlement is not None]
    return _Known(
        order_from(order),
        access,
        shop,
        None if wording is None else Wording(**wording),
        _paid(settlements, asked),
        frozenset(s.id for s in settlements if not s.amount_minor),
    )


def _is_erased(tx: Transaction, held: HeldReturn) -> bool:
    order = tx.session.get(OrderRow, (held.row.merchant_id, held.row.order_id))
    return order is not None and order.erase_time is not None


def _paid(settlements: Sequence[SettlementRow], asked: MessageRow) -> SettlementRow | None:
    if Occasion(asked.occasion) in ABOUT_MONEY:
        return settlement_of(asked, settlements)
    return next((s for s in reversed(settlements) if s.state == SettlementState.SETTLED), None)


def _declared(held: HeldReturn, shop: Shop, say: Words) -> str:
    """When the return was made, to the second, in the shop's own zone."""
    zone = ZoneInfo(shop.policy.policy.window.time_zone)
    return moment_text(moment(held.row.create_time), zone, say)


def _last_day(held: HeldReturn, shop: Shop, say: Words) -> str:
    """The last whole day before an unused return lapses."""
    zone = ZoneInfo(shop.policy.policy.window.time_zone)
    lapses = lapse_time(held, held.policy()).astimezone(zone)
    return str(format_date((lapses - timedelta(days=1)).date(), "long", locale=say.locale))


def _refused(held: HeldReturn) -> list[tuple[str, int, str]]:
    rejected = Counter((u.title, u.note) for u in held.units if u.inspection == Inspection.REJECTED)
    return [(title, count, note) for (title, note), count in rejected.items()]


def _missing(held: HeldReturn) -> list[tuple[str, int]]:
    return list(Counter(u.title for u in held.units if u.inspection == Inspection.MISSING).items())


def _unpaid(held: HeldReturn, empty: Collection[str]) -> bool:
    """Whether all that was rejected or missing was settled, and with nothing."""
    found = [u for u in held.units if u.inspection in (Inspection.REJECTED, Inspection.MISSING)]
    return all(unit.settlement_id in empty for unit in found)


def _steps(paid: SettlementRow, held: HeldReturn) -> list[str]:
    steps = (Step(**{**step, "rule": QuoteRule(step["rule"])}) for step in paid.quote["steps"])
    return [step_text(step, paid.currency, held.row.language) for step in steps]


def _logo_uri(shop: Shop) -> str:
    return f"cid:{_LOGO}" if shop.brand.logo_image_id else ""


def _logo_size(tx: Transaction, shop: Shop) -> tuple[int, int]:
    picture = logo(tx, shop.id, shop.brand.logo_image_id)
    return (0, 0) if picture is None else (picture.width, picture.height)


def _logo(tx: Transaction, shop: Shop) -> tuple[Attachment, ...]:
    """Within the letter, so that it shows without a call to anywhere."""
    picture = logo(tx, shop.id, shop.brand.logo_image_id)
    return () if picture is None else (Attachment("logo.png", picture.media_type, picture.data, _LOGO),)


def _labels(tx: Transaction, held: HeldReturn) -> tuple[Attachment, ...]:
    """The documents of every label that was not used yet, numbered where there are several."""
    numbered = enumerate(_unused(held), 1)
    return tuple(a for number, parcel in numbered for a in _documents(tx, held.row.reference, parcel, number))


def _documents(tx: Transaction, reference: str, parcel: ParcelRow, number: int) -> list[Attachment]:
    key = {"merchant_id": parcel.merchant_id, "parcel_id": parcel.id}
    name = reference if number == 1 else f"{reference}-{number}"
    return [
        Attachment(f"{kind.lower()}-{name}.{_SUFFIX[media_type]}", media_type, data)
        for kind, media_type, data in sorted(tx.session.exec(prepared.DOCUMENTS, params=key))
    ]
