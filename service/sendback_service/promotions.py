"""Promoting an active portal: the insert in the parcel, the block in tracking e-mails, the link on the shop's site.

A hidden portal is never promoted; its merchant sends personal links. Everything tells the buyer's own case, in the
buyer's language, and leads to it.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sendback_sdk import LabelFormat, Paper

from sendback_service.access import Doorkeeper, link
from sendback_service.cases import Case
from sendback_service.creation import Creation
from sendback_service.drafts import offer_for
from sendback_service.inserts.sheet import Insert, Sheet, sheet
from sendback_service.refusal import Reason, invalid, refuse
from sendback_service.rules.buyer_case import BuyerCase, Told, told
from sendback_service.rules.credit import credit_refusal
from sendback_service.rules.states import SettlementKind
from sendback_service.shops import Shop, Shops
from sendback_service.text.promotions import PromotionFacts, email_block, insert, sentences, site_link
from sendback_service.text.words import language_for

_AT_A_TIME = 25


class Form(StrEnum):
    INSERT_PDF = "INSERT_PDF"
    INSERT_PNG = "INSERT_PNG"
    INSERT_SVG = "INSERT_SVG"
    INSERT_ZPL = "INSERT_ZPL"
    EMAIL_HTML = "EMAIL_HTML"
    EMAIL_TEXT = "EMAIL_TEXT"
    SITE_LINK = "SITE_LINK"


_MEDIA_TYPES = {
    Form.INSERT_PDF: "application/pdf",
    Form.INSERT_PNG: "image/png",
    Form.INSERT_SVG: "image/svg+xml",
    Form.INSERT_ZPL: "application/zpl",
    Form.EMAIL_HTML: "text/html",
    Form.EMAIL_TEXT: "text/plain",
    Form.SITE_LINK: "text/html",
}


@dataclass(frozen=True, slots=True)
class Promotion:
    """`case` is None where no order was meant."""

    media_type: str
    content: bytes
    uri: str
    language: str
    case: BuyerCase | None = None
    sentences: tuple[str, ...] = ()


class Promotions:
    def __init__(self, shops: Shops, creation: Creation, doorkeeper: Doorkeeper, base_url: str) -> None:
        self._shops = shops
        self._creation = creation
        self._doorkeeper = doorkeeper
        self._base_url = base_url.rstrip("/")

    async def of_site(self, merchant_id: str, language: str) -> Promotion:
        shop = await self._promoted(merchant_id)
        spoken = language_for(language, default=shop.portal.default_language)
        address = self._address(shop)
        return Promotion(_MEDIA_TYPES[Form.SITE_LINK], site_link(address, spoken).encode(), address, spoken)

    async def of_order(
        self, merchant_id: str, order_id: str, form: Form, paper: Paper, language: str, qr_image_uri: str
    ) -> Promotion:
        """`language` in the place of the buyer's own, to try the portal in it."""
        if not order_id:
            raise invalid("order_id", "name the order; only the site's link is for none in particular")
        await self._promoted(merchant_id)
        facts = self._facts(await self._creation.case(merchant_id, order_id), language, qr_image_uri)
        content = await asyncio.to_thread(_content, facts, form, paper)
        return Promotion(
            _MEDIA_TYPES[form], content, facts.link, facts.language, facts.told.case, sentences(facts)
        )

    async def inserts(
        self, merchant_id: str, order_ids: Sequence[str], format: LabelFormat, paper: Paper
    ) -> tuple[str, bytes]:
        """The inserts of many orders as one document, with its media type. Orders that are not there are named before
        anything is drawn."""
        await self._promoted(merchant_id)
        sheets: list[Sheet] = []
        async for some in self._insert_texts(merchant_id, order_ids):
            sheets += await asyncio.to_thread(_sheets, some, paper)
        form = Form.INSERT_ZPL if format is LabelFormat.ZPL else Form.INSERT_PDF
        return _MEDIA_TYPES[form], await asyncio.to_thread(_drawn, sheets, form)

    async def _insert_texts(self, merchant_id: str, order_ids: Sequence[str]) -> AsyncIterator[list[Insert]]:
        """A few at a time, so that a caller who has gone stops the work."""
        for start in range(0, len(order_ids), _AT_A_TIME):
            cases = [
                await self._creation.case(merchant_id, order_id)
                for order_id in order_ids[start : start + _AT_A_TIME]
            ]
            yield [insert(self._facts(case)) for case in cases]

    async def _promoted(self, merchant_id: str) -> Shop:
        shop = await self._shops.get(merchant_id)
        if not shop.promoted:
            raise refuse(
                Reason.PORTAL_NOT_PROMOTED, status=shop.portal.status if shop.entitled else "INACTIVE"
            )
        return shop

    def _facts(self, case: Case, language: str = "", qr_image_uri: str = "") -> PromotionFacts:
        shop = case.shop
        token = self._doorkeeper.access_token(shop.id, case.facts.id, case.facts.access_revision)
        return PromotionFacts(
            told=self._told(case),
            language=language_for(language, case.order.language, default=shop.portal.default_language),
            currency=case.order.currency,
            brand=shop.display_name,
            order_number=case.order.number,
            link=link(self._base_url, shop.portal.slug, token),
            address=self._address(shop),
            color=shop.brand.color,
            support=shop.brand.support_email or shop.brand.support_uri,
            code_on_slip=not shop.portal.omit_qr_on_slip,
            typed_on_slip=shop.portal.typed_link_on_slip,
            qr_image_uri=qr_image_uri,
        )

    def _told(self, case: Case) -> Told:
        coverage = self._creation.coverage(case.shop.id)
        credit = None
        if not credit_refusal(case.policy.policy.credit, case.order):
            credit = offer_for(case, case.place, SettlementKind.STORE_CREDIT, coverage)
        return told(
            case.order,
            case.policy.policy.window,
            case.verdicts,
            offer_for(case, case.place, SettlementKind.REFUND, coverage),
            credit,
        )

    def _address(self, shop: Shop) -> str:
        return f"{self._base_url}/{shop.portal.slug}"


def _content(facts: PromotionFacts, form: Form, paper: Paper) -> bytes:
    if form in (Form.EMAIL_HTML, Form.EMAIL_TEXT):
        return email_block(facts, html=form is Form.EMAIL_HTML).encode()
    return _drawn([sheet(insert(facts), paper)], form)


def _drawn(sheets: Sequence[Sheet], form: Form) -> bytes:
    """Who draws is imported by the first to ask: fonts and PDF cost a start half a second, and 20 MB."""
    if form is Form.INSERT_ZPL:
        from sendback_service.inserts import zpl

        return zpl.render(sheets)
    if form is Form.INSERT_PDF:
        from sendback_service.inserts import pdf

        return pdf.render(sheets)
    [only] = sheets
    if form is Form.INSERT_PNG:
        from sendback_service.inserts import png

        return png.render(only)
    from sendback_service.inserts import svg

    return svg.render(only)


def _sheets(inserts: Sequence[Insert], paper: Paper) -> list[Sheet]:
    return [sheet(text, paper) for text in inserts]
