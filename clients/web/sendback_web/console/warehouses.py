"""Warehouses: where goods go back to, and what buyers enclose."""

from google.protobuf.field_mask_pb2 import FieldMask
from sendback.v1.address_pb2 import Address
from sendback.v1.merchant_pb2 import Warehouse
from sendback.v1.merchant_service_pb2 import (
    CreateWarehouseRequest,
    ListWarehousesRequest,
    UpdateWarehouseRequest,
)
from sendback.v1.policy_pb2 import LocalizedText
from sendback_client import SendbackError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sendback_web.console.entries import Entry, filled, told, typed, words_of
from sendback_web.console.visit import Visit
from sendback_web.words import LANGUAGES, N_

_SAVED = N_("The warehouse is saved.")
_STALE = N_("Somebody changed this warehouse meanwhile. Below is what you typed; save again to keep it.")
_PARTS = (
    "name",
    "company",
    "street",
    "street2",
    "postal_code",
    "city",
    "region",
    "region_code",
    "phone",
    "email",
)
_FIELDS = {
    **{f"warehouse.address.{part}": part for part in _PARTS},
    "warehouse.address": "street",
    "warehouse.region_codes": "regions",
    **{f"warehouse.enclose[{row}]": f"enclose_{language}" for row, language in enumerate(LANGUAGES)},
}
_NEW = "new"


async def show(visit: Visit) -> Response:
    return visit.show("warehouses.html", warehouses=await _all(visit))


async def edit(visit: Visit) -> Response:
    warehouse = await _named(visit)
    return _page(visit, warehouse, _entry(warehouse))


async def save(visit: Visit) -> Response:
    entry = typed(await visit.form())
    present = await _named(visit)
    wanted = _wanted(entry, present.id)
    merchants, request_id = visit.desk.merchants, entry.one("request_id")
    try:
        if present.id:
            mask = FieldMask(paths=["address", "region_codes", "enclose"])
            await merchants.UpdateWarehouse(
                UpdateWarehouseRequest(warehouse=wanted, update_mask=mask, request_id=request_id)
            )
        else:
            await merchants.CreateWarehouse(CreateWarehouseRequest(warehouse=wanted, request_id=request_id))
    except SendbackError as refused:
        return _page(visit, present, _refused(visit, refused, entry), status=422)
    return visit.go(visit.href("warehouses"), _SAVED)


async def _all(visit: Visit) -> list[Warehouse]:
    return list((await visit.desk.merchants.ListWarehouses(ListWarehousesRequest())).warehouses)


async def _named(visit: Visit) -> Warehouse:
    wanted = visit.request.path_params["warehouse"]
    if wanted == _NEW:
        return Warehouse(address=Address(region_code="FR"))
    found = [warehouse for warehouse in await _all(visit) if warehouse.id == wanted]
    if not found:
        raise HTTPException(404)
    return found[0]


def _wanted(entry: Entry, warehouse_id: str) -> Warehouse:
    parts = {part: entry.one(part) for part in _PARTS}
    parts["region_code"] = parts["region_code"].upper()
    texts = {language: entry.one(f"enclose_{language}") for language in LANGUAGES}
    return Warehouse(
        id=warehouse_id,
        address=Address(**parts),
        region_codes=words_of(entry.one("regions").upper()),
        enclose=[LocalizedText(language_code=code, text=text) for code, text in texts.items() if text],
        etag=entry.one("etag"),
    )


def _entry(warehouse: Warehouse) -> Entry:
    texts = {text.language_code: text.text for text in warehouse.enclose}
    return filled(
        **{part: getattr(warehouse.address, part) for part in _PARTS},
        regions=", ".join(warehouse.region_codes),
        **{f"enclose_{language}": texts.get(language, "") for language in LANGUAGES},
    )


def _refused(visit: Visit, error: SendbackError, entry: Entry) -> Entry:
    if error.reason == "ETAG_STALE":
        return entry.wrong({}, visit.say(_STALE))
    if error.code.name not in ("INVALID_ARGUMENT", "FAILED_PRECONDITION"):
        raise error
    found = told(error, _FIELDS)
    return entry.wrong(found.problems, found.trouble)


def _page(visit: Visit, warehouse: Warehouse, entry: Entry, *, status: int = 200) -> Response:
    return visit.show("warehouse.html", status=status, warehouse=warehouse, entry=entry)
