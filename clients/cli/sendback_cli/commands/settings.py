from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.field_mask_pb2 import FieldMask
from sendback.v1 import merchant_service_pb2 as wire
from sendback.v1.image_pb2 import ImageUse
from sendback.v1.merchant_pb2 import Brand, PortalSettings, PortalStatus, Warehouse
from sendback.v1.policy_change_pb2 import DiffPoliciesRequest
from sendback.v1.policy_pb2 import Policy

from sendback_cli.desk import Desk, desk_of
from sendback_cli.given import from_file, from_pairs, number_of
from sendback_cli.options import Etag, RequestId

_PIECE = 256 * 1024
Pairs = Annotated[list[str], typer.Argument(help="FIELD=VALUE; a value may be JSON. `FIELD=` empties it.")]
File = Annotated[str, typer.Argument(help="JSON, or TOML where it is called so; - is standard input.")]


def portal(context: typer.Context) -> None:
    """Shows the portal's settings, with hints at what is missing."""
    desk = desk_of(context)
    request = wire.GetPortalSettingsRequest(merchant_id=desk.merchant)
    desk.screen.one(desk.client.merchants.GetPortalSettings(request))


def set_portal(context: typer.Context, pairs: Pairs, etag: Etag = "", request_id: RequestId = "") -> None:
    """Changes the portal: status=ACTIVE slug=acme …"""
    desk = desk_of(context)
    changed, paths = from_pairs(PortalSettings, pairs)
    changed.etag = etag
    if "status" in paths and changed.status == PortalStatus.INACTIVE:
        desk.sure("Buyers will find no portal any more. Go on?")
    if "slug" in paths and _slug(desk) not in ("", changed.slug):
        desk.sure("The portal gets another address; links to the old one lead there. Go on?")
    request = wire.UpdatePortalSettingsRequest(
        merchant_id=desk.merchant,
        settings=changed,
        update_mask=FieldMask(paths=paths),
        request_id=request_id,
    )
    desk.screen.one(desk.client.merchants.UpdatePortalSettings(request))


def _slug(desk: Desk) -> str:
    request = wire.GetPortalSettingsRequest(merchant_id=desk.merchant)
    return desk.client.merchants.GetPortalSettings(request).slug


def brand(context: typer.Context) -> None:
    """Shows the brand."""
    desk = desk_of(context)
    desk.screen.one(desk.client.merchants.GetBrand(wire.GetBrandRequest(merchant_id=desk.merchant)))


def set_brand(context: typer.Context, pairs: Pairs, etag: Etag = "", request_id: RequestId = "") -> None:
    """Changes the brand: color=#0a6e5c support_uri=https://…"""
    desk = desk_of(context)
    changed, paths = from_pairs(Brand, pairs)
    changed.etag = etag
    request = wire.UpdateBrandRequest(
        merchant_id=desk.merchant, brand=changed, update_mask=FieldMask(paths=paths), request_id=request_id
    )
    desk.screen.one(desk.client.merchants.UpdateBrand(request))


def upload(
    context: typer.Context,
    use: Annotated[str, typer.Argument(help="logo or background.")],
    file: Annotated[Path, typer.Argument(help="A picture.", exists=True, dir_okay=False)],
) -> None:
    """Uploads a picture; `set-brand logo_image_id=…` or `set-portal background_image_id=…` then shows it."""
    desk = desk_of(context)
    kind = number_of(ImageUse.Kind, use)
    with file.open("rb") as data:
        pieces = (
            wire.UploadImageRequest(merchant_id=desk.merchant, use=kind, data=piece)
            for piece in iter(lambda: data.read(_PIECE), b"")
        )
        desk.screen.one(desk.client.merchants.UploadImage(pieces))


def warehouses(context: typer.Context) -> None:
    """Lists where returns go."""
    desk = desk_of(context)
    found = desk.client.merchants.ListWarehouses(wire.ListWarehousesRequest(merchant_id=desk.merchant))
    desk.screen.many(
        found.warehouses,
        (
            "id",
            "address.company",
            "address.street",
            "address.postal_code",
            "address.city",
            "address.region_code",
            "region_codes",
            "etag",
        ),
    )


def add_warehouse(context: typer.Context, file: File, request_id: RequestId = "") -> None:
    """Adds a warehouse from a file."""
    desk = desk_of(context)
    request = wire.CreateWarehouseRequest(
        merchant_id=desk.merchant, warehouse=from_file(Warehouse, file), request_id=request_id
    )
    desk.screen.one(desk.client.merchants.CreateWarehouse(request))


def policy(
    context: typer.Context, version: Annotated[int, typer.Option(min=0, help="An earlier version.")] = 0
) -> None:
    """Shows the policy in force; `--json` is what `publish` takes."""
    desk = desk_of(context)
    request = wire.GetPolicyRequest(merchant_id=desk.merchant, version=version)
    desk.screen.one(desk.client.merchants.GetPolicy(request))


def diff(context: typer.Context, file: File) -> None:
    """Says what a draft changes of the policy in force, and whom that serves."""
    desk = desk_of(context)
    request = DiffPoliciesRequest(merchant_id=desk.merchant, draft=from_file(Policy, file))
    answer = desk.client.merchants.DiffPolicies(request)
    if desk.screen.as_json:
        desk.screen.line(answer)
        return
    desk.screen.many(answer.differences, ("field", "old_value", "new_value", "added", "removed", "effect"))
    desk.screen.note(answer.explanation)


def publish(context: typer.Context, file: File, request_id: RequestId = "") -> None:
    """Makes a draft the policy in force, as a new version. Orders placed before keep theirs where it is better."""
    desk = desk_of(context)
    draft = from_file(Policy, file)
    changes = desk.client.merchants.DiffPolicies(DiffPoliciesRequest(merchant_id=desk.merchant, draft=draft))
    desk.screen.note(changes.explanation)
    desk.sure(f"{len(changes.differences)} change(s) come into force now. Go on?")
    request = wire.PublishPolicyRequest(merchant_id=desk.merchant, policy=draft, request_id=request_id)
    desk.screen.one(desk.client.merchants.PublishPolicy(request))


def check_page(
    context: typer.Context, uri: Annotated[str, typer.Argument(help="Another page than the brand's.")] = ""
) -> None:
    """Reads the shop's page with the return policy: does it link to the portal and tell the fee?"""
    desk = desk_of(context)
    request = wire.CheckPolicyPageRequest(merchant_id=desk.merchant, uri=uri)
    desk.screen.one(desk.client.merchants.CheckPolicyPage(request))


COMMANDS = {
    "portal": portal,
    "set-portal": set_portal,
    "brand": brand,
    "set-brand": set_brand,
    "upload": upload,
    "warehouses": warehouses,
    "add-warehouse": add_warehouse,
    "policy": policy,
    "diff": diff,
    "publish": publish,
    "check-page": check_page,
}
