"""Who carries events to a receiver: an account of the operator's, or what a merchant's endpoint needs of the plugin."""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from sendback_sdk import Event, Receipt, Tells

from sendback_service.endpoints import wanted
from sendback_service.host import AccountMissing, Host
from sendback_service.store import Database
from sendback_service.store.tables import EndpointRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Transaction
from sendback_service.vault import Vault, VaultLocked

_KEPT = 256
_ACCOUNT = "account/"


class Teller(Protocol):
    def tell(self, event: Event) -> Receipt: ...


@dataclass(frozen=True, slots=True)
class _Wish:
    """An endpoint as it is now, with the secrets that sign."""

    uri: str
    secrets: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tellers:
    """Objects are kept while their endpoint stays what it was. Raises `AccountMissing` where there is none."""

    database: Database
    host: Host
    vault: Vault | None
    private_hosts: frozenset[str]
    _made: OrderedDict[_Wish, Teller] = field(default_factory=OrderedDict)
    _turn: Lock = field(default_factory=Lock)

    def of(self, owner: str, endpoint: str) -> Teller:
        if endpoint.startswith(_ACCOUNT):
            return _teller(self.host.plugin(endpoint.removeprefix(_ACCOUNT)), endpoint)
        wish = self.database.look(lambda tx: self._wish(tx, owner, endpoint))
        with self._turn:
            if wish not in self._made:
                self._made[wish] = self._make(wish, endpoint)
            self._made.move_to_end(wish)
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
            return self._made[wish]

    def _wish(self, tx: Transaction, owner: str, endpoint: str) -> _Wish:
        row = tx.session.get(EndpointRow, (owner, endpoint))
        if row is None:
            raise AccountMissing(f"no endpoint {endpoint!r}")
        if self.vault is None:
            raise AccountMissing("SENDBACK_SECRETS_KEY is not set: nothing can be signed")
        try:
            secrets = self.vault.unlock(row.secrets)
        except VaultLocked as locked:
            raise AccountMissing(str(locked)) from None
        if row.turned_time <= micros(tx.now):
            secrets.pop("previous_secret", None)
        return _Wish(row.uri, tuple(sorted(secrets.items())))

    def _make(self, wish: _Wish, endpoint: str) -> Teller:
        made = self.host.tried(endpoint, wanted(wish.uri, dict(wish.secrets), self.private_hosts))
        if made.object is None:
            raise AccountMissing(f"endpoint {endpoint!r}: {made.failure}")
        return _teller(made.object, endpoint)


def _teller(plugin: object, name: str) -> Teller:
    if not isinstance(plugin, Tells):
        raise AccountMissing(f"{name!r} is of a plugin that tells nobody of events")
    return plugin
