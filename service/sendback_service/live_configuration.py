"""Accounts and routes as they are in force, in every process the same, without a restart.

The configuration file and the database are looked at every second. Accounts come from the file alone; routes from
the database, where a changed file is one of the ways to make a version. A file that is wrong is said to be so, and
changes nothing.
"""

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

import structlog
from sendback_sdk import Carrier

from sendback_service import connections, route_versions
from sendback_service.configuration import Configuration, ConfigurationError, read, where
from sendback_service.connections import usable_by
from sendback_service.effects.error_summary import described
from sendback_service.host import Host, configured, coverage
from sendback_service.parties import Caps
from sendback_service.routing import Candidate, ParcelFacts, Route, accounts_for, candidates
from sendback_service.store import Database
from sendback_service.store.outage import is_duplicate
from sendback_service.store.transaction import Author, Transaction
from sendback_service.vault import vault_of

_LOOK_SECONDS = 1.0
_FILE = Author("file", "sendback.toml")
_UNBOUNDED = Caps()


class LiveConfiguration:
    """`config` is where the configuration was read; None for wherever it is read by itself."""

    def __init__(
        self, configuration: Configuration, config: Path | None, host: Host, database: Database
    ) -> None:
        self._configuration = configuration
        self._file = where(config)
        self._seen = _stamp(self._file)
        self._host = host
        self._database = database
        self._vault = vault_of(configuration.secrets_key)
        self._revision = self._connected = "never"
        self._routes: Mapping[str, tuple[Route, ...]] = {}

    def start(self, stop: threading.Event) -> None:
        """What is in force now, and then whatever comes, from a thread of its own."""
        self._take(changed=False)
        self._load()
        self._tell_unloaded()
        self._tell_broken(self._host.accounts)
        threading.Thread(target=self._follow, args=(stop,), name="live", daemon=True).start()

    def routes_of(self, merchant_id: str) -> tuple[Route, ...]:
        """A merchant's own come first."""
        own = self._routes.get(merchant_id, ()) if merchant_id else ()
        return own + self._routes.get(route_versions.INSTALLATION, ())

    def candidates(self, parcel: ParcelFacts) -> tuple[Candidate, ...]:
        carriers = self._host.carriers()
        usable = {name: carriers[name] for name in carriers if usable_by(name, parcel.merchant_id)}
        away = {name for name in self._host.away(Carrier) if usable_by(name, parcel.merchant_id)}
        return candidates(self.routes_of(parcel.merchant_id), usable, parcel, away)

    def coverage(self, merchant_id: str) -> frozenset[str]:
        """Territories that the carriers on a merchant's routes can be sent from."""
        return coverage(self._host, accounts_for(self.routes_of(merchant_id), merchant_id))

    def caps(self, account: str) -> Caps:
        found = self._configuration.accounts.get(account)
        return _UNBOUNDED if found is None else found.caps

    def sandbox(self, account: str) -> bool:
        return self._host.accounts[account].sandbox

    def _follow(self, stop: threading.Event) -> None:
        """What is wrong with the file keeps nothing of the database from coming into force."""
        while not stop.wait(_LOOK_SECONDS):
            for look in (self._look_at_file, self._load):
                try:
                    look()
                except Exception as broken:
                    structlog.get_logger().error("live.failed", error=described(broken))

    def _look_at_file(self) -> None:
        stamp = _stamp(self._file)
        if stamp == self._seen:
            return
        try:
            new = read(self._file)
        except ConfigurationError as wrong:
            structlog.get_logger().error("configuration.refused", why=str(wrong))
            self._seen = stamp
            return
        self._take_over(new)
        self._seen = stamp

    def _take_over(self, new: Configuration) -> None:
        """Whole, or, where the database cannot be reached, not yet: then the file is looked at again."""
        before, self._configuration = self._configuration, new
        try:
            if new.accounts != before.accounts:
                self._connect()
                structlog.get_logger().info("configuration.accounts", accounts=sorted(new.accounts))
                self._tell_broken(self._configuration.accounts)
            if new.routes != before.routes:
                self._take(changed=True)
        except Exception:
            self._configuration = before
            raise

    def _take(self, *, changed: bool) -> None:
        """Every process sees the file change: the first makes the version, and the others find it made."""
        wanted = tuple(part.route() for part in self._configuration.routes)
        if not wanted and not changed:
            return
        try:
            self._database.transact(lambda tx: _take_once(tx, wanted, changed=changed), _FILE)
        except Exception as broken:
            if not is_duplicate(broken):
                raise

    def _connect(self) -> None:
        """The file's accounts, and those that merchants connected."""
        connected = self._database.look(lambda tx: connections.accounts_in(tx, self._vault))
        self._host.update({**configured(self._configuration.accounts), **connected})

    def _tell_unloaded(self) -> None:
        for plugin in self._host.loaded:
            if plugin.failure:
                structlog.get_logger().error("plugin.broken", plugin=plugin.name, why=plugin.failure)

    def _tell_broken(self, names: Iterable[str]) -> None:
        """Those that merchants connect later are made before they are kept: what is wrong is told to the merchants."""
        for name in names:
            if why := self._host.accounts[name].failure:
                structlog.get_logger().error("account.broken", account=name, why=why)

    def _load(self) -> None:
        accounts, revision = self._database.look(_revisions)
        if accounts != self._connected:
            self._connect()
            self._connected = accounts
        if revision != self._revision:
            self._routes = self._database.look(route_versions.in_force)
            self._revision = revision


def _revisions(tx: Transaction) -> tuple[str, str]:
    return connections.revision_in(tx), route_versions.revision_in(tx)


def _take_once(tx: Transaction, wanted: tuple[Route, ...], *, changed: bool) -> None:
    if route_versions.routing_in(tx, route_versions.INSTALLATION).routes != wanted:
        route_versions.take_from_file(tx, wanted, changed=changed)


def _stamp(file: Path) -> tuple[int, int]:
    """Another one whenever the file has changed, or who may read it."""
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_ctime_ns, found.st_size
