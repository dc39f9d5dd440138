from typing import Annotated

import typer
from sendback.v1.merchant_pb2 import AccessKey
from sendback.v1.merchant_service_pb2 import (
    CreateAccessKeyRequest,
    ListAccessKeysRequest,
    RevokeAccessKeyRequest,
)

from sendback_cli.desk import desk_of
from sendback_cli.given import moment, number_of
from sendback_cli.options import Limit

_COLUMNS = ("id", "kind", "merchant_id", "title", "scopes", "create_time", "expire_time", "revoke_time")


def create(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="operator, portal or merchant.")],
    scopes: Annotated[list[str] | None, typer.Option("--scope", "-s", help="Such as returns.write.")] = None,
    title: Annotated[str, typer.Option(help="What it is for.")] = "",
    expires: Annotated[str, typer.Option("--expires", help="Until when it is good.")] = "",
) -> None:
    """Makes a key and tells it once, alone on standard output."""
    desk = desk_of(context)
    wanted = AccessKey(kind=number_of(AccessKey.Kind, kind), scopes=scopes or [], title=title)
    if wanted.kind == AccessKey.MERCHANT:
        wanted.merchant_id = desk.merchant
    if expires:
        wanted.expire_time.CopyFrom(moment(expires))
    made = desk.client.merchants.CreateAccessKey(CreateAccessKeyRequest(access_key=wanted))
    if desk.screen.as_json:
        desk.screen.line(made)
        return
    desk.screen.note(f"{made.access_key.id}; it is told only now:")
    print(made.secret)


def listed(context: typer.Context, limit: Limit = 50) -> None:
    """Lists keys, never their secrets."""
    desk = desk_of(context)
    request = ListAccessKeysRequest(merchant_id=desk.merchant)
    call = desk.client.merchants.ListAccessKeys
    desk.screen.many(desk.pages(call, request, "access_keys", limit), _COLUMNS)


def revoke(context: typer.Context, key_id: Annotated[str, typer.Argument(help="The key, `key_…`.")]) -> None:
    """Makes a key worthless, at once and for ever."""
    desk = desk_of(context)
    desk.sure(f"Whoever calls with {key_id} will be refused from now on. Go on?")
    desk.screen.one(desk.client.merchants.RevokeAccessKey(RevokeAccessKeyRequest(access_key_id=key_id)))


COMMANDS = {"create": create, "list": listed, "revoke": revoke}
