"""Operations' page: accounts with what they can do and how they fare, and the plugins found, loaded and failed."""

import asyncio

from sendback.v1.address_pb2 import Address
from sendback.v1.carrier_service_pb2 import (
    Account,
    ListAccountsRequest,
    ListPluginsRequest,
    TestAccountRequest,
    TestAccountResponse,
)
from sendback.v1.return_pb2 import LabelFormat
from sendback_client import SendbackError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sendback_web.console.entries import Entry, filled, told, typed
from sendback_web.console.visit import Visit

_PARTS = ("name", "street", "postal_code", "city", "region_code")
_TEST_SECONDS = 60.0
_FIELDS = {f"ship_{way}.{part}": f"{way}_{part}" for way in ("from", "to") for part in _PARTS}
_BEGIN = {
    "from_name": "Camille Martin",
    "from_street": "12 rue des Lilas",
    "from_postal_code": "75020",
    "from_city": "Paris",
    "from_region_code": "FR",
    "to_name": "Retours",
    "to_street": "1 quai Rambaud",
    "to_postal_code": "69002",
    "to_city": "Lyon",
    "to_region_code": "FR",
    "weight": "1000",
}


async def accounts(visit: Visit) -> Response:
    found = (await visit.desk.carriers.ListAccounts(ListAccountsRequest())).accounts
    kinds = [(kind, [a for a in found if a.kind == kind]) for kind in ("carrier", "platform", "channel")]
    return visit.show("accounts.html", kinds=[pair for pair in kinds if pair[1]], format_name=_format_name)


async def plugins(visit: Visit) -> Response:
    found = (await visit.desk.carriers.ListPlugins(ListPluginsRequest())).plugins
    return visit.show(
        "plugins.html", plugins=sorted(found, key=lambda plugin: (not plugin.failure, plugin.name))
    )


async def ask_test(visit: Visit) -> Response:
    return await _page(visit, filled(**_BEGIN))


async def test(visit: Visit) -> Response:
    """Buys a label where it costs nothing, finds it again and voids it."""
    entry = typed(await visit.form())
    request = TestAccountRequest(
        account=visit.request.path_params["account"],
        ship_from=_address(entry, "from"),
        ship_to=_address(entry, "to"),
        weight_grams=max(0, entry.number("weight") or 0),
    )
    try:
        tried = await visit.desk.carriers.TestAccount(request, timeout=_TEST_SECONDS)
    except SendbackError as refused:
        if refused.code.name not in ("INVALID_ARGUMENT", "FAILED_PRECONDITION"):
            raise
        found = told(refused, _FIELDS)
        return await _page(visit, entry.wrong(found.problems, found.trouble), status=422)
    return await _page(visit, entry, tried)


def _address(entry: Entry, way: str) -> Address:
    parts = {part: entry.one(f"{way}_{part}") for part in _PARTS}
    return Address(**{**parts, "region_code": parts["region_code"].upper()})


async def _page(
    visit: Visit, entry: Entry, tried: TestAccountResponse | None = None, *, status: int = 200
) -> Response:
    account = await _named(visit)
    return visit.show("account_test.html", status=status, account=account, entry=entry, tried=tried)


async def _named(visit: Visit) -> Account:
    listed = await asyncio.wait_for(visit.desk.carriers.ListAccounts(ListAccountsRequest()), _TEST_SECONDS)
    found = [account for account in listed.accounts if account.name == visit.request.path_params["account"]]
    if not found:
        raise HTTPException(404)
    return found[0]


def _format_name(kind: LabelFormat.Kind) -> str:
    return LabelFormat.Kind.Name(kind)
