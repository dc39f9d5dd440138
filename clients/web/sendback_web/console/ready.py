"""Is the portal ready? What it needs to be switched on, what it should have, and the check of the policy page."""

import asyncio
from dataclasses import dataclass

from sendback.v1.merchant_pb2 import Brand, PortalSettings, PortalStatus, SettingsHint
from sendback.v1.merchant_service_pb2 import (
    CheckPolicyPageRequest,
    GetBrandRequest,
    GetMerchantRequest,
    GetPortalSettingsRequest,
    ListWarehousesRequest,
    PolicyPageCheck,
)
from sendback_client import SendbackError
from starlette.responses import Response

from sendback_web.console.publishing import current
from sendback_web.console.visit import Visit
from sendback_web.shared import shared_of
from sendback_web.words import N_

_PAGE_HINTS = (
    SettingsHint.POLICY_PAGE_UNCHECKED,
    SettingsHint.PORTAL_NOT_LINKED,
    SettingsHint.FEE_NOT_TOLD,
)
_CHECK_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Step:
    """`texts` are the service's own words where it has some."""

    done: bool
    title: str
    page: str
    needed: bool = False
    texts: tuple[str, ...] = ()


async def steps(visit: Visit) -> list[Step]:
    merchants = visit.desk.merchants
    settings, brand, warehouses, merchant, policy = await asyncio.gather(
        merchants.GetPortalSettings(GetPortalSettingsRequest()),
        merchants.GetBrand(GetBrandRequest()),
        merchants.ListWarehouses(ListWarehousesRequest()),
        merchants.GetMerchant(GetMerchantRequest()),
        current(visit),
    )
    return [
        Step(merchant.entitled, N_("Your shop holds the Returns Pack"), "settings", needed=True),
        Step(
            bool(warehouses.warehouses), N_("Goods have a warehouse to go back to"), "warehouses", needed=True
        ),
        Step(bool(settings.slug), N_("Your portal has an address"), "settings", needed=True),
        Step(
            policy.version > 0,
            N_("Your rules are published"),
            "settings",
            texts=_hinted(settings, (SettingsHint.FEE_MISSING, SettingsHint.NO_CARRIER)),
        ),
        Step(len(policy.reasons) > 0, N_("Buyers can say why they return"), "policy"),
        Step(bool(brand.logo_image_id and brand.color), N_("Buyers see your logo and colour"), "brand"),
        Step(bool(settings.background_image_id), N_("Your portal has a background"), "settings"),
        Step(bool(brand.support_uri or brand.support_email), N_("Buyers find help"), "brand"),
        _policy_page(settings, brand),
        Step(
            settings.status in (PortalStatus.ACTIVE, PortalStatus.HIDDEN),
            N_("The portal is switched on"),
            "settings",
        ),
    ]


def _policy_page(settings: PortalSettings, brand: Brand) -> Step:
    found = _hinted(settings, _PAGE_HINTS)
    return Step(
        bool(brand.policy_uri) and not found,
        N_("Your return policy links to the portal"),
        "" if brand.policy_uri else "brand",
        texts=found or _hinted(settings, (SettingsHint.POLICY_PAGE_MISSING,)),
    )


def _hinted(settings: PortalSettings, kinds: tuple[SettingsHint.Kind, ...]) -> tuple[str, ...]:
    return tuple(hint.explanation for hint in settings.hints if hint.kind in kinds)


async def show(visit: Visit) -> Response:
    return await _page(visit, None)


async def check(visit: Visit) -> Response:
    """Has the page with the return policy read."""
    await visit.form()
    try:
        found = await visit.desk.merchants.CheckPolicyPage(CheckPolicyPageRequest(), timeout=_CHECK_SECONDS)
    except SendbackError as refused:
        if refused.code.name not in ("INVALID_ARGUMENT", "FAILED_PRECONDITION", "DEADLINE_EXCEEDED"):
            raise
        return await _page(visit, None, refused.message, status=422)
    return await _page(visit, found)


async def _page(
    visit: Visit, checked: PolicyPageCheck | None, trouble: str = "", *, status: int = 200
) -> Response:
    brand = await visit.desk.merchants.GetBrand(GetBrandRequest())
    return visit.show(
        "ready.html",
        status=status,
        steps=await steps(visit),
        brand=brand,
        checked=checked,
        trouble=trouble,
        support_url=shared_of(visit.request).settings.support_url,
    )
