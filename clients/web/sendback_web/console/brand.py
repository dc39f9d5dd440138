"""The brand: how the shop looks in everything that buyers see."""

from typing import TYPE_CHECKING

from google.protobuf.field_mask_pb2 import FieldMask
from sendback.v1.image_pb2 import ImageUse
from sendback.v1.merchant_pb2 import Brand
from sendback.v1.merchant_service_pb2 import GetBrandRequest, UpdateBrandRequest
from sendback_client import SendbackError
from starlette.responses import Response

from sendback_web.console.entries import Entry, file_of, filled, told, typed
from sendback_web.console.pictures import PictureRefused, uploaded
from sendback_web.console.visit import UPLOAD, Visit
from sendback_web.words import N_

if TYPE_CHECKING:
    from starlette.datastructures import FormData

_SAVED = N_("Your brand is saved. Buyers see it from now on.")
_STALE = N_("Somebody changed the brand meanwhile. Below is what you typed; save again to keep it.")
_TEXTS = ("display_name", "color", "policy_uri", "support_uri", "support_email")
_FIELDS = {
    **{f"brand.{name}": name for name in (*_TEXTS, "social_uris")},
    "brand.logo_image_id": "logo",
}


async def show(visit: Visit) -> Response:
    brand = await visit.desk.merchants.GetBrand(GetBrandRequest())
    return _page(visit, brand, _entry(brand))


async def save(visit: Visit) -> Response:
    form = await visit.form(largest=UPLOAD)
    entry = typed(form)
    try:
        wanted, mask = await _wanted(visit, form, entry)
        request = UpdateBrandRequest(
            brand=wanted, update_mask=FieldMask(paths=mask), request_id=entry.one("request_id")
        )
        await visit.desk.merchants.UpdateBrand(request)
    except PictureRefused as refused:
        return await _again(visit, entry.wrong({"logo": visit.say(str(refused))}))
    except SendbackError as refused:
        return await _again(visit, _refused(visit, refused, entry))
    return visit.go(visit.href("brand"), _SAVED)


async def _wanted(visit: Visit, form: "FormData", entry: Entry) -> tuple[Brand, list[str]]:
    """The brand as typed, and which of its fields that concerns."""
    brand = Brand(
        **{name: entry.one(name) for name in _TEXTS},
        social_uris=[line.strip() for line in entry.one("social_uris").splitlines() if line.strip()],
        etag=entry.one("etag"),
    )
    mask = [*_TEXTS, "social_uris"]
    file = file_of(form, "logo")
    if file is not None:
        brand.logo_image_id = await uploaded(visit, file, ImageUse.LOGO)
    if file is not None or entry.ticked("no_logo"):
        mask.append("logo_image_id")
    return brand, mask


async def _again(visit: Visit, entry: Entry) -> Response:
    brand = await visit.desk.merchants.GetBrand(GetBrandRequest())
    return _page(visit, brand, entry, status=422)


def _refused(visit: Visit, error: SendbackError, entry: Entry) -> Entry:
    if error.reason == "ETAG_STALE":
        return entry.wrong({}, visit.say(_STALE))
    if error.code.name not in ("INVALID_ARGUMENT", "FAILED_PRECONDITION", "NOT_FOUND"):
        raise error
    found = told(error, _FIELDS)
    return entry.wrong(found.problems, found.trouble)


def _entry(brand: Brand) -> Entry:
    texts = {name: getattr(brand, name) for name in _TEXTS}
    return filled(**texts, social_uris="\n".join(brand.social_uris))


def _page(visit: Visit, brand: Brand, entry: Entry, *, status: int = 200) -> Response:
    return visit.show("brand.html", status=status, brand=brand, entry=entry)
