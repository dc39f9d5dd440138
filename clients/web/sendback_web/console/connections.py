"""The shop's own accounts with carriers and platforms: connected, changed and let go. Secrets go in, and never out."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from google.protobuf.json_format import MessageToDict
from sendback.v1.merchant_service_pb2 import (
    AccountToConnect,
    ConnectAccountRequest,
    ConnectedAccount,
    DisconnectAccountRequest,
    ListConnectedAccountsRequest,
)
from sendback_client import SendbackError
from starlette.responses import Response

from sendback_web.console.entries import Entry, filled, told, typed
from sendback_web.console.visit import Visit
from sendback_web.house import house
from sendback_web.words import N_

_CONNECTED = N_("The account is connected, and in force in a moment.")
_GONE = N_("The account is let go. What it sold can be voided at the carrier alone.")
_LINES = N_("Give a name, an equals sign and a value on each line.")
_FIELDS = {
    "account.name": "name",
    "account.plugin": "plugin",
    "account.settings": "settings",
    "account.secrets": "secrets",
}
_REFUSED = ("INVALID_ARGUMENT", "FAILED_PRECONDITION")


async def show(visit: Visit) -> Response:
    """Empty, or filled with what an account was connected with, but for its secrets."""
    accounts = await _all(visit)
    named = visit.request.query_params.get("change", "")
    found = next((account for account in accounts if account.name == named), None)
    return _page(visit, accounts, _entry(found) if found else filled())


async def connect(visit: Visit) -> Response:
    entry = typed(await visit.form())
    settings, secrets = lines_of(entry.one("settings")), lines_of(entry.one("secrets"))
    silent = replace(entry, values={**entry.values, "secrets": ()})
    wrong = {
        name: visit.say(_LINES)
        for name, read in (("settings", settings), ("secrets", secrets))
        if read is None
    }
    if settings is None or secrets is None:
        return _page(visit, await _all(visit), silent.wrong(wrong), status=422)
    account = AccountToConnect(
        name=entry.one("name"), plugin=entry.one("plugin"), secrets=secrets, sandbox=entry.ticked("sandbox")
    )
    try:
        account.settings.update({name: _value(value) for name, value in settings.items()})
        await visit.desk.merchants.ConnectAccount(
            ConnectAccountRequest(account=account, request_id=entry.one("request_id"))
        )
    except SendbackError as refused:
        return _page(visit, await _all(visit), _told(silent, refused), status=422)
    return visit.go(visit.href("accounts"), _CONNECTED)


async def disconnect(visit: Visit) -> Response:
    entry = typed(await visit.form())
    request = DisconnectAccountRequest(name=entry.one("name"), request_id=entry.one("request_id"))
    await visit.desk.merchants.DisconnectAccount(request)
    return visit.go(visit.href("accounts"), _GONE)


def lines_of(text: str) -> dict[str, str] | None:
    """`name = value` a line; None where a line is none."""
    found = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, equals, value = (part.strip() for part in line.partition("="))
        if not (name and equals and value):
            return None
        found[name] = value
    return found


def _value(said: str) -> Any:
    """Lists and tables are JSON; plugins read numbers and yes or no out of texts themselves, and many a customer number
    is a text of figures."""
    if said[:1] not in ("[", "{"):
        return said
    try:
        return json.loads(said)
    except ValueError:
        return said


def _lines(settings: Mapping[str, Any]) -> str:
    told_of = ((name, _text(value)) for name, value in sorted(settings.items()))
    return "\n".join(f"{name} = {value}" for name, value in told_of)


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _entry(found: ConnectedAccount) -> Entry:
    settings = _lines(MessageToDict(found.settings))
    return filled(name=found.name, plugin=found.plugin, sandbox=found.sandbox, settings=settings)


def _told(entry: Entry, refused: SendbackError) -> Entry:
    if refused.code.name not in _REFUSED:
        raise refused
    found = told(refused, _FIELDS)
    return entry.wrong(found.problems, found.trouble)


async def _all(visit: Visit) -> list[ConnectedAccount]:
    found = await visit.desk.merchants.ListConnectedAccounts(ListConnectedAccountsRequest())
    return list(found.accounts)


def _page(visit: Visit, accounts: list[ConnectedAccount], entry: Entry, *, status: int = 200) -> Response:
    hooks = f"{house(visit.request).settings.base_url}/hooks/"
    return visit.show(
        "connections.html",
        status=status,
        accounts=accounts,
        settings={account.name: _lines(MessageToDict(account.settings)) for account in accounts},
        hooks=hooks,
        entry=entry,
    )
