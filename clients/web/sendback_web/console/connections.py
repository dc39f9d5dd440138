"""The shop's own accounts with carriers and platforms: connected, changed and let go. Secrets go in, and never out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from google.protobuf.json_format import MessageToDict
from sendback.v1.merchant_service_pb2 import (
    AccountToConnect,
    ConnectablePlugin,
    ConnectAccountRequest,
    ConnectedAccount,
    DisconnectAccountRequest,
    ListConnectablePluginsRequest,
    ListConnectedAccountsRequest,
    PluginSetting,
)
from sendback_client import SendbackError
from starlette.responses import Response

from sendback_web.console.entries import Entry, filled, told, typed
from sendback_web.console.visit import Visit
from sendback_web.shared import shared_of
from sendback_web.words import N_

_CONNECTED = N_("The account is connected, and in force in a moment.")
_GONE = N_("The account is let go. What it sold can be voided at the carrier alone.")
_SET = "set-"
_YES, _NO, _USUAL = N_("yes"), N_("no"), N_("As usual: %(value)s")
_FIELDS = {
    "account.name": "name",
    "account.plugin": "plugin",
}
_REFUSED = ("INVALID_ARGUMENT", "FAILED_PRECONDITION")


@dataclass(frozen=True, slots=True)
class Field:
    """One of a plugin's settings in the form. `options` where one is chosen; `usual` says what holds if it is left;
    what is not `first` few need."""

    name: str
    label: str
    kind: str
    required: bool
    first: bool
    hint: str
    usual: str
    options: tuple[tuple[str, str], ...]

    @property
    def told(self) -> str:
        return ". ".join(filter(None, (self.hint, self.usual)))


async def show(visit: Visit) -> Response:
    """A form for the plugin that was chosen, filled with what an account was connected with, but for its secrets."""
    accounts = await _all(visit)
    named = visit.request.query_params.get("change", "")
    found = next((account for account in accounts if account.name == named), None)
    if found is not None:
        return await _page(visit, accounts, _entry(found))
    return await _page(visit, accounts, filled(plugin=visit.request.query_params.get("plugin", "")))


async def connect(visit: Visit) -> Response:
    entry = typed(await visit.form())
    plugin = await _plugin(visit, entry.one("plugin"))
    settings = () if plugin is None else plugin.settings
    account = AccountToConnect(
        name=entry.one("name"),
        plugin=entry.one("plugin"),
        secrets={s.name: said for s in settings if s.secret and (said := entry.one(field_of(s)))},
        sandbox=entry.ticked("sandbox"),
    )
    given = {s.name: said for s in settings if not s.secret and (said := entry.one(field_of(s)))}
    account.settings.update({name: _value(said) for name, said in given.items()})
    try:
        await visit.desk.merchants.ConnectAccount(
            ConnectAccountRequest(account=account, request_id=entry.one("request_id"))
        )
    except SendbackError as refused:
        return await _page(visit, await _all(visit), _told(entry, settings, refused), status=422)
    return visit.go(visit.href("accounts"), _CONNECTED)


async def disconnect(visit: Visit) -> Response:
    entry = typed(await visit.form())
    request = DisconnectAccountRequest(name=entry.one("name"), request_id=entry.one("request_id"))
    await visit.desk.merchants.DisconnectAccount(request)
    return visit.go(visit.href("accounts"), _GONE)


def field_of(setting: PluginSetting) -> str:
    """What its field is called in the form."""
    return _SET + setting.name


def _field(visit: Visit, setting: PluginSetting) -> Field:
    usual = setting.default_text
    options = tuple((choice, choice) for choice in setting.choices)
    if setting.kind == PluginSetting.YES_NO:
        options = (("true", visit.say(_YES)), ("false", visit.say(_NO)))
        usual = dict(options).get(usual, "")
    kind = "select" if options else "area" if setting.kind == PluginSetting.JSON else "text"
    return Field(
        field_of(setting),
        setting.name,
        "password" if setting.secret else kind,
        setting.required,
        _first(setting),
        setting.description,
        visit.say(_USUAL, value=usual) if usual else "",
        options,
    )


def _first(setting: PluginSetting) -> bool:
    """What must be given, and texts that nothing stands in for: of several ways to sign in all parts are optional."""
    return setting.required or (setting.kind == PluginSetting.TEXT and not setting.default_text)


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
    said = {_SET + name: _text(value) for name, value in MessageToDict(found.settings).items()}
    return filled(name=found.name, plugin=found.plugin, sandbox=found.sandbox, **said)


def _told(entry: Entry, settings: Sequence[PluginSetting], refused: SendbackError) -> Entry:
    """Beside the fields, and named. Secrets are typed anew: they are in no page."""
    if refused.code.name not in _REFUSED:
        raise refused
    part = {True: "secrets", False: "settings"}
    fields = {f"account.{part[s.secret]}.{s.name}": field_of(s) for s in settings}
    found = told(refused, {**_FIELDS, **fields})
    secret = {field_of(s): () for s in settings if s.secret}
    named = {
        name: f"{name.removeprefix(_SET)}: {said}" for name, said in found.problems.items() if _SET in name
    }
    return replace(entry, values={**entry.values, **secret}).wrong({**found.problems, **named}, found.trouble)


async def _all(visit: Visit) -> list[ConnectedAccount]:
    found = await visit.desk.merchants.ListConnectedAccounts(ListConnectedAccountsRequest())
    return list(found.accounts)


async def _plugins(visit: Visit) -> list[ConnectablePlugin]:
    found = await visit.desk.merchants.ListConnectablePlugins(ListConnectablePluginsRequest())
    return list(found.plugins)


async def _plugin(visit: Visit, name: str) -> ConnectablePlugin | None:
    return next((plugin for plugin in await _plugins(visit) if plugin.name == name), None)


async def _page(
    visit: Visit, accounts: list[ConnectedAccount], entry: Entry, *, status: int = 200
) -> Response:
    plugins = await _plugins(visit)
    chosen = next((plugin for plugin in plugins if plugin.name == entry.one("plugin")), None)
    fields = [] if chosen is None else [_field(visit, setting) for setting in chosen.settings]
    more = [one for one in fields if not one.first]
    return visit.show(
        "connections.html",
        status=status,
        accounts=accounts,
        settings={account.name: _lines(MessageToDict(account.settings)) for account in accounts},
        hooks=f"{shared_of(visit.request).settings.base_url}/hooks/",
        entry=entry,
        plugins=[(plugin.name, plugin.name) for plugin in plugins],
        chosen=chosen,
        first=[one for one in fields if one.first],
        more=more,
        opened=any(entry.problem(one.name) or entry.one(one.name) for one in more),
    )
