from typing import Annotated

import typer
from sendback.v1.merchant_pb2 import Merchant
from sendback.v1.merchant_service_pb2 import (
    CreateMerchantRequest,
    GetMerchantRequest,
    ListMerchantsRequest,
    SetEntitlementRequest,
)

from sendback_cli.desk import desk_of
from sendback_cli.options import Limit, RequestId

MerchantId = Annotated[str, typer.Argument(help="The merchant, `mer_…`.")]


def listed(context: typer.Context, limit: Limit = 50) -> None:
    """Lists merchants, oldest first."""
    desk = desk_of(context)
    found = desk.pages(desk.client.merchants.ListMerchants, ListMerchantsRequest(), "merchants", limit)
    desk.screen.many(found, ("id", "name", "entitled", "create_time"))


def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The shop's name.")],
    request_id: RequestId = "",
) -> None:
    """Creates a merchant."""
    desk = desk_of(context)
    request = CreateMerchantRequest(merchant=Merchant(name=name), request_id=request_id)
    desk.screen.one(desk.client.merchants.CreateMerchant(request))


def show(context: typer.Context, merchant_id: MerchantId) -> None:
    """Shows a merchant."""
    desk = desk_of(context)
    desk.screen.one(desk.client.merchants.GetMerchant(GetMerchantRequest(merchant_id=merchant_id)))


def entitle(context: typer.Context, merchant_id: MerchantId, request_id: RequestId = "") -> None:
    """Grants the Returns Pack."""
    _entitle(context, merchant_id, True, request_id)


def withdraw(context: typer.Context, merchant_id: MerchantId, request_id: RequestId = "") -> None:
    """Takes the Returns Pack away: the portal answers as inactive from then on."""
    desk_of(context).sure(f"Buyers of {merchant_id} will find no portal any more. Go on?")
    _entitle(context, merchant_id, False, request_id)


def _entitle(context: typer.Context, merchant_id: str, entitled: bool, request_id: str) -> None:
    desk = desk_of(context)
    request = SetEntitlementRequest(merchant_id=merchant_id, entitled=entitled, request_id=request_id)
    desk.screen.one(desk.client.merchants.SetEntitlement(request))


COMMANDS = {"list": listed, "create": create, "show": show, "entitle": entitle, "withdraw": withdraw}
