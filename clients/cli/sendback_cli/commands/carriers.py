from collections.abc import Callable
from typing import Annotated

import typer
from sendback.v1.address_pb2 import Address
from sendback.v1.carrier_service_pb2 import (
    GetRoutingRequest,
    ListAccountsRequest,
    ListPluginsRequest,
    ListRoutingsRequest,
    Routing,
    SimulateRoutingRequest,
    TestAccountRequest,
    UpdateRoutingRequest,
)
from sendback.v1.return_pb2 import LabelFormat

from sendback_cli.desk import Desk, desk_of
from sendback_cli.given import from_file, from_pairs, number_of
from sendback_cli.options import Etag, Limit, Note, RequestId
from sendback_cli.statuses import Exit

_ROUTES = (
    "region_codes",
    "merchant_ids",
    "formats",
    "min_weight_grams",
    "max_weight_grams",
    "places.shares.account",
)
From = Annotated[
    list[str],
    typer.Argument(help="Where the parcel leaves from: region_code=FR postal_code=75020 and so on."),
]
Grams = Annotated[int, typer.Option("--weight", "-w", min=1, help="In grams.")]
Form = Annotated[str, typer.Option("--format", help="pdf, png or zpl.")]
Draft = Annotated[str, typer.Option("--file", help="Routes to try instead of those in force.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and warn, change nothing.")]


def accounts(context: typer.Context) -> None:
    """Lists accounts: what they can do, how they are, and why one rests."""
    desk = desk_of(context)
    found = desk.client.carriers.ListAccounts(ListAccountsRequest()).accounts
    desk.screen.many(found, ("name", "plugin", "kind", "roles", "formats", "failures", "resting", "failure"))


def circuits(context: typer.Context) -> None:
    """Lists only accounts that are not asked just now, or cannot be used. Ends with 1 if there is one."""
    desk = desk_of(context)
    found = desk.client.carriers.ListAccounts(ListAccountsRequest()).accounts
    resting = [account for account in found if account.resting or account.failure]
    desk.screen.many(resting, ("name", "plugin", "failures", "resting", "failure"))
    if resting:
        raise typer.Exit(Exit.REFUSED)


def plugins(context: typer.Context) -> None:
    """Lists plugins, loaded and failed."""
    desk = desk_of(context)
    found = desk.client.carriers.ListPlugins(ListPluginsRequest()).plugins
    desk.screen.many(found, ("name", "version", "hooks", "accounts", "failure"))


def routes(
    context: typer.Context,
    version: Annotated[int, typer.Option(min=0, help="An earlier version; the latest unless given.")] = 0,
) -> None:
    """Shows who is asked for which parcels, in order."""
    desk = desk_of(context)
    found = desk.client.carriers.GetRouting(GetRoutingRequest(merchant_id=desk.merchant, version=version))
    _show(desk, found)


def history(context: typer.Context, limit: Limit = 20) -> None:
    """Lists the versions of the routes, newest first."""
    desk = desk_of(context)
    request = ListRoutingsRequest(merchant_id=desk.merchant)
    found = desk.pages(desk.client.carriers.ListRoutings, request, "routings", limit)
    desk.screen.many(found, ("version", "create_time", "actor", "cause", "note", "etag"))


def route(
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(help="All routes as JSON, as `--json carriers routes` tells; - is stdin.")
    ],
    note: Note = "",
    etag: Etag = "",
    dry_run: DryRun = False,
    request_id: RequestId = "",
) -> None:
    """Replaces the routes by those of a file."""
    desk = desk_of(context)
    wanted = from_file(Routing, file)
    request = UpdateRoutingRequest(
        merchant_id=desk.merchant,
        routes=wanted.routes,
        note=note,
        etag=etag or wanted.etag,
        validate_only=dry_run,
        request_id=request_id,
    )
    if dry_run:
        desk.screen.note("only tried: nothing is changed")
    else:
        desk.sure(f"{_whose(desk)} will follow {len(wanted.routes)} new routes within two seconds. Go on?")
    _show(desk, desk.client.carriers.UpdateRouting(request))


def swap(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="The account to replace, wherever it stands.")],
    new: Annotated[str, typer.Argument(help="The account that takes its places.")],
    note: Note = "",
    dry_run: DryRun = False,
) -> None:
    """Replaces one account by another in every route."""
    desk = desk_of(context)
    found = desk.client.carriers.GetRouting(GetRoutingRequest(merchant_id=desk.merchant))
    places = _swapped(found, old, new)
    if not places:
        desk.screen.wrong(f"{old} stands in no route; there are {', '.join(sorted(_named(found))) or 'none'}")
        raise typer.Exit(Exit.NOT_FOUND)
    request = UpdateRoutingRequest(
        merchant_id=desk.merchant,
        routes=found.routes,
        etag=found.etag,
        note=note or f"{old} swapped for {new}",
        validate_only=dry_run,
    )
    if dry_run:
        desk.screen.note("only tried: nothing is changed")
    else:
        desk.sure(f"{new} takes {places} place(s) of {old} in the routes of {_whose(desk)}. Go on?")
    _show(desk, desk.client.carriers.UpdateRouting(request))


def restore(
    context: typer.Context,
    version: Annotated[int, typer.Argument(min=1, help="The version to bring back.")],
    note: Note = "",
    etag: Etag = "",
    request_id: RequestId = "",
) -> None:
    """Brings an earlier version of the routes back, as a new one."""
    desk = desk_of(context)
    desk.sure(f"The routes of {_whose(desk)} become those of version {version}. Go on?")
    request = UpdateRoutingRequest(
        merchant_id=desk.merchant, restore_version=version, note=note, etag=etag, request_id=request_id
    )
    _show(desk, desk.client.carriers.UpdateRouting(request))


def simulate(
    context: typer.Context, ship_from: From, weight: Grams = 1000, form: Form = "pdf", file: Draft = ""
) -> None:
    """Says who would be asked for a parcel's label, in order, and why others would not."""
    desk = desk_of(context)
    address, _ = from_pairs(Address, ship_from)
    request = SimulateRoutingRequest(
        merchant_id=desk.merchant,
        ship_from=address,
        weight_grams=weight,
        format=number_of(LabelFormat.Kind, form),
        routes=from_file(Routing, file).routes if file else (),
    )
    answer = desk.client.carriers.SimulateRouting(request)
    if desk.screen.as_json:
        desk.screen.line(answer)
        return
    desk.screen.note(f"leaves from {answer.region_code}")
    desk.screen.many(answer.candidates, ("account", "refusal"))


def try_(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="An account whose labels cost nothing.")],
    ship_from: From,
    to: Annotated[
        list[str] | None, typer.Option(help="FIELD=VALUE of the warehouse; else the sender's.")
    ] = None,
    weight: Grams = 1000,
) -> None:
    """Buys a label in the sandbox, finds it again and voids it. Ends with 1 where a step failed."""
    desk = desk_of(context)
    sender, _ = from_pairs(Address, ship_from)
    recipient, _ = from_pairs(Address, to or ship_from)
    answer = desk.client.carriers.TestAccount(
        TestAccountRequest(
            merchant_id=desk.merchant,
            account=account,
            ship_from=sender,
            ship_to=recipient,
            weight_grams=weight,
        )
    )
    if desk.screen.as_json:
        answer.ClearField("document")
        desk.screen.line(answer)
    else:
        desk.screen.many(answer.steps, ("name", "outcome", "duration_ms", "note"))
    if not answer.passed:
        raise typer.Exit(Exit.REFUSED)


def _show(desk: Desk, routing: Routing) -> None:
    if desk.screen.as_json:
        desk.screen.line(routing)
        return
    if routing.version:
        desk.screen.note(f"version {routing.version} of {_whose(desk)}, etag {routing.etag}")
    desk.screen.many(routing.routes, _ROUTES)
    for warning in routing.warnings:
        desk.screen.wrong(warning)


def _swapped(routing: Routing, old: str, new: str) -> int:
    places = 0
    for share in _shares(routing, lambda name: name == old):
        share.account = new
        places += 1
    return places


def _named(routing: Routing) -> set[str]:
    return {share.account for share in _shares(routing, bool)}


def _shares(routing: Routing, wanted: Callable[[str], bool]) -> list:  # type: ignore[type-arg]
    return [
        share
        for route in routing.routes
        for place in route.places
        for share in place.shares
        if wanted(share.account)
    ]


def _whose(desk: Desk) -> str:
    return desk.merchant or "the installation"


COMMANDS = {
    "accounts": accounts,
    "circuits": circuits,
    "plugins": plugins,
    "routes": routes,
    "history": history,
    "route": route,
    "swap": swap,
    "restore": restore,
    "simulate": simulate,
    "test": try_,
}
