"""The settings page: who reaches the portal and where, the rules of returns, and the background."""

import asyncio
from dataclasses import dataclass
from typing import Any

from google.protobuf.field_mask_pb2 import FieldMask
from sendback.v1.image_pb2 import ImageUse
from sendback.v1.merchant_pb2 import Merchant, PortalSettings
from sendback.v1.merchant_service_pb2 import (
    GetMerchantRequest,
    GetPortalSettingsRequest,
    UpdatePortalSettingsRequest,
)
from sendback.v1.policy_pb2 import Policy
from sendback_client import SendbackError
from starlette.responses import Response

from sendback_web.console import names
from sendback_web.console.entries import Entry, file_of, filled, told, typed
from sendback_web.console.pictures import PictureRefused, uploaded
from sendback_web.console.places import countries, outlying_areas, time_zones
from sendback_web.console.publishing import Preview, current, previewed, publish, refused_entry
from sendback_web.console.rules import FIELDS, rules_entry, with_rules
from sendback_web.console.visit import UPLOAD, Visit
from sendback_web.shared import shared_of
from sendback_web.words import N_

_SAVED = N_("The settings of your portal are saved.")
_STALE = N_("Somebody changed the settings meanwhile. Below is what you typed: save again to keep it.")
_PORTAL_FIELDS = {
    "settings.slug": "slug",
    "settings.status": "status",
    "settings.default_language_code": "default_language",
    "settings.background_image_id": "background",
}
_MASK = ("status", "slug", "default_language_code", "omit_qr_on_slip", "typed_link_on_slip")


@dataclass(frozen=True, slots=True)
class _Present:
    """What is in force."""

    settings: PortalSettings
    policy: Policy
    merchant: Merchant


async def show(visit: Visit) -> Response:
    return _page(visit, await _present(visit))


async def save_portal(visit: Visit) -> Response:
    entry = typed(await visit.form())
    wanted = PortalSettings(
        status=entry.number("status") or 0,  # type: ignore[arg-type]
        slug=entry.one("slug"),
        default_language_code=entry.one("default_language"),
        omit_qr_on_slip=entry.ticked("omit_qr"),
        typed_link_on_slip=entry.ticked("typed_link"),
        etag=entry.one("etag"),
    )
    try:
        await _update(visit, wanted, _MASK, entry)
    except SendbackError as refused:
        return _page(visit, await _present(visit), portal=_refused(visit, refused, entry), status=422)
    return visit.go(visit.href("settings"), _SAVED)


async def save_background(visit: Visit) -> Response:
    """A new picture, or none."""
    form = await visit.form(largest=UPLOAD)
    entry = typed(form)
    try:
        file = file_of(form, "background")
        image_id = await uploaded(visit, file, ImageUse.BACKGROUND) if file else ""
        wanted = PortalSettings(background_image_id=image_id, etag=entry.one("etag"))
        await _update(visit, wanted, ("background_image_id",), entry)
    except PictureRefused as refused:
        wrong = entry.wrong({"background": visit.say(str(refused))})
        return _page(visit, await _present(visit), background=wrong, status=422)
    except SendbackError as refused:
        wrong = _refused(visit, refused, entry)
        return _page(visit, await _present(visit), background=wrong, status=422)
    return visit.go(visit.href("settings"), _SAVED)


async def save_rules(visit: Visit) -> Response:
    """Shows what differs, or publishes."""
    entry = typed(await visit.form())
    present = await _present(visit)
    draft, entry = with_rules(present.policy, entry, visit.say)
    if not entry.sound:
        return _page(visit, present, rules=entry, status=422)
    try:
        if entry.one("action") != "publish":
            return _page(visit, present, rules=entry, preview=await previewed(visit, draft))
        return visit.go(visit.href("settings"), await publish(visit, draft, entry))
    except SendbackError as refused:
        wrong = refused_entry(visit, refused, entry, FIELDS)
        return _page(visit, present, rules=wrong, status=422)


async def _present(visit: Visit) -> _Present:
    merchants = visit.desk.merchants
    settings, policy, merchant = await asyncio.gather(
        merchants.GetPortalSettings(GetPortalSettingsRequest()),
        current(visit),
        merchants.GetMerchant(GetMerchantRequest()),
    )
    return _Present(settings, policy, merchant)


async def _update(visit: Visit, wanted: PortalSettings, mask: tuple[str, ...], entry: Entry) -> None:
    request = UpdatePortalSettingsRequest(
        settings=wanted, update_mask=FieldMask(paths=mask), request_id=entry.one("request_id")
    )
    await visit.desk.merchants.UpdatePortalSettings(request)


def _refused(visit: Visit, error: SendbackError, entry: Entry) -> Entry:
    """Beside its field where the refusal has one."""
    if error.reason == "ETAG_STALE":
        return entry.wrong({}, visit.say(_STALE))
    if error.reason == "SLUG_TAKEN":
        return entry.wrong({"slug": error.message})
    if error.reason in ("NOT_ENTITLED", "PORTAL_INCOMPLETE"):
        return entry.wrong({"status": error.message})
    if error.code.name not in ("INVALID_ARGUMENT", "FAILED_PRECONDITION", "NOT_FOUND"):
        raise error
    found = told(error, _PORTAL_FIELDS)
    return entry.wrong(found.problems, found.trouble)


def portal_entry(settings: PortalSettings) -> Entry:
    return filled(
        status=int(settings.status) or 1,
        slug=settings.slug,
        default_language=settings.default_language_code or "en",
        omit_qr=settings.omit_qr_on_slip,
        typed_link=settings.typed_link_on_slip,
    )


def _page(
    visit: Visit,
    present: _Present,
    *,
    portal: Entry | None = None,
    rules: Entry | None = None,
    background: Entry | None = None,
    preview: Preview | None = None,
    status: int = 200,
) -> Response:
    shared: dict[str, Any] = {
        "settings": present.settings,
        "policy": present.policy,
        "merchant": present.merchant,
        "preview": preview,
        "names": names,
        "countries": countries(visit.words.locale),
        "outlying": outlying_areas(visit.words),
        "zones": time_zones(),
        "base": shared_of(visit.request).settings.base_url,
        "support_url": shared_of(visit.request).settings.support_url,
    }
    return visit.show(
        "settings.html",
        status=status,
        portal=portal or portal_entry(present.settings),
        rules=rules or rules_entry(present.policy),
        background=background or filled(),
        **shared,
    )
