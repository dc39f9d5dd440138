"""Merchants' own accounts with carriers and platforms: connected while the service runs, their secrets encrypted, used
for that merchant's parcels and money alone."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlmodel import col, func, select

from sendback_service.account_settings import AccountSettings, is_secret
from sendback_service.call import Call, made_before, remember
from sendback_service.host import Host, Made
from sendback_service.links import url_in
from sendback_service.plugin_settings import Setting, settings_of
from sendback_service.refusal import Problem, Reason, Refusal, invalid, not_found, refuse
from sendback_service.store import Database
from sendback_service.store.tables import ConnectedAccountRow, InstallationRow, MerchantRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Subject, Transaction
from sendback_service.vault import Vault, VaultLocked, needed
from sendback_service.websites import is_public

MOST = 20
_REVISION = "accounts_revision"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_KINDS = ("carrier", "platform")


@dataclass(frozen=True, slots=True)
class Connection:
    """What a merchant gives. `secrets` are named as the plugin's settings name them."""

    name: str
    plugin: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)
    sandbox: bool = False


@dataclass(frozen=True, slots=True)
class Connected:
    """An account that is connected, without its secrets; `account` is how routes and payments name it."""

    account: str
    name: str
    plugin: str
    kind: str
    settings: Mapping[str, Any]
    secret_names: tuple[str, ...]
    sandbox: bool
    failure: str


@dataclass(frozen=True, slots=True)
class Connectable:
    """A plugin that an account may be connected of."""

    name: str
    kind: str
    settings: tuple[Setting, ...]


class Connections:
    """`vault` is None where the environment has no key: then nothing can be connected."""

    def __init__(self, database: Database, host: Host, vault: Vault | None) -> None:
        self._database = database
        self._host = host
        self._vault = vault

    async def connect(self, call: Call, given: Connection) -> Connected:
        """The same name again takes the place of what was connected under it."""
        vault = needed(self._vault)
        made = self._checked(call.merchant_id, given)
        await self._database.write(lambda tx: _save(tx, call, given, vault.lock(given.secrets)), call.author)
        return _connected(call.merchant_id, given, made)

    async def list(self, merchant_id: str) -> list[Connected]:
        rows = await self._database.read(lambda tx: _rows(tx, merchant_id))
        return [self._shown(row) for row in rows]

    async def disconnect(self, call: Call, name: str) -> None:
        """From now on it is asked for nothing; what it sold can only be voided with the carrier."""
        await self._database.write(lambda tx: _drop(tx, call, name), call.author)

    def plugins(self) -> tuple[Connectable, ...]:
        """Those that an account may be connected of."""
        found = self._host.plugins(_KINDS).items()
        return tuple(Connectable(name, kind, settings_of(cls)) for name, (kind, cls) in found)

    def _field(self, plugin: str, name: str) -> str:
        _, cls = self._host.plugins(_KINDS)[plugin]
        given_apart = is_secret(cls, name.partition(".")[0])
        return f"account.{'secrets' if given_apart else 'settings'}.{name}"

    def _checked(self, merchant_id: str, given: Connection) -> Made:
        if not _NAME.fullmatch(given.name):
            raise invalid("account.name", "small letters, digits and hyphens, 40 at most")
        problems = tuple(_private(given.settings))
        if problems:
            raise Refusal(Reason.INVALID_FIELD, {"field": problems[0].field}, problems)
        made = self._host.tried(account_name(merchant_id, given.name), _wanted(given))
        if made.kind and made.kind not in _KINDS:
            raise invalid("account.plugin", "connect a carrier or a platform")
        if made.problems and all(name for name, _ in made.problems):
            wrong = tuple(Problem(self._field(given.plugin, name), said) for name, said in made.problems)
            raise Refusal(Reason.INVALID_FIELD, {"field": wrong[0].field}, wrong)
        if made.failure:
            raise invalid("account.settings", made.failure)
        return made

    def _shown(self, row: ConnectedAccountRow) -> Connected:
        made = self._host.accounts.get(account_name(row.merchant_id, row.name))
        names = tuple(sorted(str(name) for name in row.settings.get("secrets", ())))
        return Connected(
            account_name(row.merchant_id, row.name),
            row.name,
            row.plugin,
            made.kind if made else "",
            row.settings.get("settings", {}),
            names,
            row.sandbox,
            made.failure if made else "not in force yet",
        )


def account_name(merchant_id: str, name: str) -> str:
    """No account of the configuration can be named so."""
    return f"{merchant_id}/{name}"


def usable_by(account: str, merchant_id: str) -> bool:
    """The operator's accounts serve everybody, a merchant's own only that merchant."""
    owner, slash, _ = account.partition("/")
    return not slash or owner == merchant_id


def accounts_in(tx: Transaction, vault: Vault | None) -> dict[str, AccountSettings]:
    """Every connected account, with its secrets. Those that no key opens are said, and cannot be used; but they are
    there, since another process may have the key, and what their shops are to be told waits for it."""
    rows = tx.session.exec(select(ConnectedAccountRow))
    return {account_name(row.merchant_id, row.name): _with_secrets(row, vault) for row in rows}


def revision_in(tx: Transaction) -> str:
    """Another one whenever an account was connected or let go."""
    row = tx.session.get(InstallationRow, _REVISION)
    return "" if row is None else row.value


def rotate(tx: Transaction, vault: Vault) -> int:
    """Encrypts all secrets anew, under the first key; answers how many."""
    rows = tx.session.exec(select(ConnectedAccountRow).with_for_update()).all()
    for row in rows:
        row.secrets = vault.rotated(row.secrets)
        tx.session.add(row)
    return len(rows)


def _wanted(given: Connection) -> AccountSettings:
    return AccountSettings(
        given.plugin, dict(given.settings), dict(given.secrets), sandbox=given.sandbox, public=True
    )


def _with_secrets(row: ConnectedAccountRow, vault: Vault | None) -> AccountSettings:
    secrets, locked = {}, ""
    try:
        secrets = _open(vault, row.secrets)
    except VaultLocked as why:
        locked = str(why)
        name = account_name(row.merchant_id, row.name)
        structlog.get_logger().error("account.locked", account=name, why=locked)
    return AccountSettings(
        row.plugin,
        row.settings.get("settings", {}),
        secrets,
        sandbox=row.sandbox,
        public=True,
        merchant=row.merchant_id,
        locked=locked,
    )


def _open(vault: Vault | None, secrets: str) -> dict[str, str]:
    if vault is None:
        raise VaultLocked("SENDBACK_SECRETS_KEY is not set")
    return vault.unlock(secrets)


def _private(settings: Mapping[str, Any]) -> Iterator[Problem]:
    """Addresses that nobody but us could reach. Names are looked at again whenever they are called."""
    for name, value in settings.items():
        if not isinstance(value, str) or "://" not in value:
            continue
        url = url_in(value)
        if url is None:
            yield Problem(f"account.settings.{name}", "is no address")
            continue
        literal = re.fullmatch(r"[\d.]+|[0-9a-f:.%]*:[0-9a-f:.%]*", url.host) is not None
        if url.scheme not in ("http", "https") or not url.host or url.userinfo:
            yield Problem(f"account.settings.{name}", "give an address that begins with https://")
        elif url.host == "localhost" or (literal and not is_public(url.host)):
            yield Problem(f"account.settings.{name}", "lies in a private network")


def _save(tx: Transaction, call: Call, given: Connection, locked: str) -> None:
    if tx.session.get(MerchantRow, call.merchant_id, with_for_update=True) is None:
        raise not_found("merchant", call.merchant_id)
    if made_before(tx, call) is not None:
        return
    row = tx.session.get(ConnectedAccountRow, (call.merchant_id, given.name))
    if row is None:
        _check_room(tx, call.merchant_id)
        row = ConnectedAccountRow(merchant_id=call.merchant_id, name=given.name, plugin="", version=0)
        row.create_time = micros(tx.now)
    row.plugin, row.sandbox, row.secrets = given.plugin, given.sandbox, locked
    row.settings = {"settings": dict(given.settings), "secrets": sorted(given.secrets)}
    row.version += 1
    row.update_time = micros(tx.now)
    tx.session.add(row)
    _changed(tx, call, "account.connected", given.name)


def _check_room(tx: Transaction, merchant_id: str) -> None:
    query = select(func.count()).where(ConnectedAccountRow.merchant_id == merchant_id)
    if tx.session.exec(query).one() >= MOST:
        raise refuse(Reason.TOO_LARGE, limit=f"{MOST} accounts")


def _drop(tx: Transaction, call: Call, name: str) -> None:
    row = tx.session.get(ConnectedAccountRow, (call.merchant_id, name), with_for_update=True)
    if made_before(tx, call) is not None:
        return
    if row is None:
        raise not_found("account", name)
    tx.session.delete(row)
    _changed(tx, call, "account.disconnected", name)


def _changed(tx: Transaction, call: Call, type: str, name: str) -> None:
    row = tx.session.get(InstallationRow, _REVISION, with_for_update=True)
    value = "1" if row is None else str(int(row.value) + 1)
    tx.session.merge(InstallationRow(name=_REVISION, value=value))
    subject = Subject("account", account_name(call.merchant_id, name))
    tx.record(call.merchant_id, type, subject, {"name": name})
    remember(tx, call, name)


def _rows(tx: Transaction, merchant_id: str) -> list[ConnectedAccountRow]:
    query = select(ConnectedAccountRow).where(ConnectedAccountRow.merchant_id == merchant_id)
    return list(tx.session.exec(query.order_by(col(ConnectedAccountRow.name))))


def _connected(merchant_id: str, given: Connection, made: Made) -> Connected:
    return Connected(
        account_name(merchant_id, given.name),
        given.name,
        given.plugin,
        made.kind,
        dict(given.settings),
        tuple(sorted(given.secrets)),
        given.sandbox,
        "",
    )
