"""The plugins' host: finds them, keeps them apart, and makes one object per configured account.

A broken plugin is reported by name and hurts nobody else. An account that cannot be made is reported too, and
whoever asks for it is told why.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, TypeVar, cast

import pluggy
import structlog
from pydantic import ValidationError
from sendback_sdk import Carrier, Channel, Event, Platform, Plugin, Rule, hooks, http

from sendback_service.account_settings import AccountSettings, is_secret, secrets_in, whole_of
from sendback_service.log import redacting
from sendback_service.parties import Account
from sendback_service.public_http import PublicTransport
from sendback_service.redaction import keep_secret, redacted

P = TypeVar("P", bound=Plugin)

_HOOKS = {"carrier": "sendback_carriers", "platform": "sendback_platforms", "channel": "sendback_channels"}
_BASES: dict[str, type[Plugin]] = {"carrier": Carrier, "platform": Platform, "channel": Channel}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A plugin package as it was found; `failure` is empty where it was loaded."""

    name: str
    version: str
    hooks: tuple[str, ...] = ()
    classes: tuple[tuple[str, type[Plugin]], ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """An account, with its object or the reason why there is none. `problems` are those of its settings, by name."""

    name: str
    plugin: str
    kind: str
    sandbox: bool
    object: Plugin | None = None
    failure: str = ""
    problems: tuple[tuple[str, str], ...] = ()


class AccountMissing(Exception):
    """No such account, or it could not be made."""


class AccountBroken(AccountMissing):
    """There is such an account and it could not be made here, by this process: another may, or this one later."""


class Host:
    """Entry points of what is installed are found, unless `found` names others."""

    def __init__(self, accounts: Mapping[str, Account], found: Iterable[EntryPoint] | None = None) -> None:
        self._manager = pluggy.PluginManager(hooks.PROJECT)
        self._manager.add_hookspecs(hooks)
        points = entry_points(group=hooks.ENTRY_POINTS) if found is None else found
        self.loaded = _without_twins([self._load(point) for point in sorted(points, key=lambda p: p.name)])
        self._classes = {cls.id: (kind, cls) for plugin in self.loaded for kind, cls in plugin.classes}
        self._wanted = configured(accounts)
        self.accounts = {name: _make(name, want, self._classes) for name, want in self._wanted.items()}
        self.rules: tuple[Rule, ...] = tuple(self._rules())

    def tried(self, name: str, wanted: AccountSettings) -> Made:
        """How an account would come out; it is not kept."""
        return _make(name, wanted, self._classes)

    def plugins(self, kinds: Iterable[str]) -> dict[str, tuple[str, type[Plugin]]]:
        """Those of some kinds that are loaded, by id, each with its kind."""
        return {name: found for name, found in sorted(self._classes.items()) if found[0] in kinds}

    def update(self, accounts: Mapping[str, AccountSettings]) -> None:
        """Other accounts: those that did not change keep their objects, and calls under way keep theirs."""
        made = {
            name: self.accounts[name]
            if self._wanted.get(name) == account and name in self.accounts
            else _make(name, account, self._classes)
            for name, account in accounts.items()
        }
        self._wanted, self.accounts = dict(accounts), made

    def carrier(self, name: str) -> Carrier:
        return self._object(name, Carrier)  # type: ignore[type-abstract]

    def platform(self, name: str) -> Platform:
        return self._object(name, Platform)

    def channel(self, name: str) -> Channel:
        return self._object(name, Channel)  # type: ignore[type-abstract]

    def carriers(self) -> dict[str, Carrier]:
        """The carrier accounts that can be used."""
        return {name: made.object for name, made in self.accounts.items() if isinstance(made.object, Carrier)}

    def kinds_for(self, merchant_id: str) -> dict[str, type[Plugin] | None]:
        """The accounts that work for a merchant, with their plugins; also those that cannot be used now. None where the
        plugin itself is not there, and nobody can say what it does."""
        mine = {name: wanted for name, wanted in self._wanted.items() if self.serves(name, merchant_id)}
        return {name: self._classes.get(wanted.plugin, ("", None))[1] for name, wanted in mine.items()}

    def merchant_of(self, name: str) -> str:
        """The merchant whose shop an account is: its orders are that merchant's. "" where it is nobody's."""
        wanted = self._wanted.get(name)
        return "" if wanted is None else wanted.merchant

    def serves(self, name: str, merchant_id: str) -> bool:
        """Whether an account works for a merchant: nobody's for everybody, somebody's for nobody else."""
        return self.merchant_of(name) in ("", merchant_id)

    def shops_of(self, merchant_id: str) -> dict[str, Plugin]:
        """The platform accounts that are a merchant's shops, as far as they can be used."""
        made = ((name, self.accounts[name].object) for name in sorted(self.accounts))
        mine = (
            (name, object) for name, object in made if merchant_id and self.merchant_of(name) == merchant_id
        )
        return {name: object for name, object in mine if isinstance(object, Platform)}

    def shops_with(self, role: type[Any]) -> dict[str, str]:
        """The accounts that are somebody's shop and whose plugin has this role, with their merchants; also those that
        cannot be used now, since what is to be told them waits until they can."""
        return {
            name: wanted.merchant
            for name, wanted in sorted(self._wanted.items())
            if wanted.merchant and issubclass(self._class(wanted), role)
        }

    def shops_that_may(self) -> dict[str, str]:
        """The accounts that are somebody's and whose plugin is not there, with their merchants: nobody here can say
        what they can."""
        return {
            name: wanted.merchant
            for name, wanted in sorted(self._wanted.items())
            if wanted.merchant and wanted.plugin not in self._classes
        }

    def plugin(self, name: str) -> Plugin:
        return self._object(name, Plugin)

    def away(self, base: type[Plugin]) -> frozenset[str]:
        """The accounts that are of this kind, as far as anybody can say, and cannot be made here."""
        return frozenset(n for n, made in self.accounts.items() if made.object is None and self.may(n, base))

    def may(self, name: str, role: type[Any]) -> bool:
        """Whether the plugin of an account has this role, also of one that cannot be used now. Where the plugin itself
        is not there nobody can say: it may."""
        wanted = self._wanted.get(name)
        return wanted is not None and (
            wanted.plugin not in self._classes or issubclass(self._class(wanted), role)
        )

    def tell(self, event: Event) -> None:
        """Tells every observer; one that raises is reported and hurts only itself."""
        for observer in self._manager.hook.sendback_event.get_hookimpls():
            try:
                observer.function(event)
            except Exception as broken:
                structlog.get_logger().error(
                    "observer.failed", plugin=observer.plugin_name, error=repr(broken), event_id=event.id
                )

    def _class(self, wanted: AccountSettings) -> type[Plugin]:
        """One without roles where the plugin is not there."""
        return self._classes.get(wanted.plugin, ("", Plugin))[1]

    def _object(self, name: str, base: type[P]) -> P:
        made = self.accounts.get(name)
        if made is None:
            raise AccountMissing(f"no account {name!r} in the configuration")
        if made.object is None:
            raise AccountBroken(f"account {name!r}: {made.failure}")
        if not isinstance(made.object, base):
            raise AccountMissing(f"account {name!r} is a {made.kind}, not a {base.__name__.lower()}")
        return made.object

    def _load(self, point: EntryPoint) -> Loaded:
        version = point.dist.version if point.dist else "?"
        try:
            module: ModuleType = point.load()
            self._manager.register(module, point.name)
            self._manager.check_pending()
            classes = tuple(_classes(module))
        except BaseException as broken:
            if isinstance(broken, KeyboardInterrupt | SystemExit):
                broken = RuntimeError(f"{type(broken).__name__} at import")
            if self._manager.has_plugin(point.name):
                self._manager.unregister(name=point.name)
            return Loaded(point.name, version, failure=f"{type(broken).__name__}: {broken}")
        names = [caller.name for caller in self._manager.get_hookcallers(module) or []]
        return Loaded(point.name, version, tuple(sorted(names)), classes)

    def _rules(self) -> Iterable[Rule]:
        for implementation in self._manager.hook.sendback_rules.get_hookimpls():
            try:
                yield from cast(Callable[[], list[Rule]], implementation.function)()
            except Exception as broken:
                structlog.get_logger().error(
                    "rules.failed", plugin=implementation.plugin_name, error=repr(broken)
                )


def coverage(host: Host, accounts: Iterable[str]) -> frozenset[str]:
    """Territories that these carrier accounts can be sent from."""
    usable = host.carriers()
    return frozenset().union(*(usable[name].coverage for name in accounts if name in usable))


def _classes(module: ModuleType) -> Iterable[tuple[str, type[Plugin]]]:
    for kind, hook in _HOOKS.items():
        for cls in getattr(module, hook, list)():
            if not (isinstance(cls, type) and issubclass(cls, _BASES[kind])):
                raise TypeError(
                    f"{hook} must give classes that inherit {_BASES[kind].__name__}, gave {cls!r}"
                )
            if not getattr(cls, "id", ""):
                raise TypeError(f"{cls.__name__} has no id")
            yield kind, cls


def _without_twins(loaded: list[Loaded]) -> tuple[Loaded, ...]:
    """The first to claim an id keeps it; a later one is reported."""
    owners: dict[str, str] = {}
    kept: list[Loaded] = []
    for plugin in loaded:
        twin = next((cls.id for _, cls in plugin.classes if cls.id in owners), None)
        if twin is not None:
            failure = f"id {twin!r} is already that of plugin {owners[twin]!r}"
            plugin = Loaded(plugin.name, plugin.version, failure=failure)
        owners.update({cls.id: plugin.name for _, cls in plugin.classes})
        kept.append(plugin)
    return tuple(kept)


def configured(accounts: Mapping[str, Account]) -> dict[str, AccountSettings]:
    """Those of the configuration, which may reach whatever the operator named."""
    return {
        name: AccountSettings(a.plugin, a.settings, sandbox=a.sandbox, merchant=a.merchant)
        for name, a in accounts.items()
    }


def _make(name: str, account: AccountSettings, classes: Mapping[str, tuple[str, type[Plugin]]]) -> Made:
    if account.plugin not in classes:
        failure = f"no plugin {account.plugin!r}; loaded: {', '.join(sorted(classes)) or 'none'}"
        return Made(name, account.plugin, "", account.sandbox, failure=failure)
    kind, cls = classes[account.plugin]
    if account.locked:
        return Made(name, account.plugin, kind, account.sandbox, failure=account.locked)
    try:
        whole = whole_of(cls, account)
        keep_secret(name, (str(value) for key, value in whole.items() if is_secret(cls, key)))
        settings = cls.Settings(**whole)
        log = redacting(structlog.get_logger().bind(account=name, plugin=cls.id), secrets_in(settings))
        transport = PublicTransport(account.private_hosts) if account.public else None
        made = cls(settings, http.client(on_call=_reporter(log), transport=transport), log)
    except ValidationError as broken:
        problems = tuple(_problems(name, broken))
        failure = f"settings: {'; '.join(f'{field}: {said}' for field, said in problems)}"
        return Made(name, account.plugin, kind, account.sandbox, failure=failure, problems=problems)
    except Exception as broken:
        failure = redacted(name, f"{type(broken).__name__}: {broken}")
    else:
        return Made(name, account.plugin, kind, account.sandbox, made)
    return Made(name, account.plugin, kind, account.sandbox, failure=failure)


def _problems(account: str, broken: ValidationError) -> Iterable[tuple[str, str]]:
    for error in broken.errors():
        yield redacted(account, ".".join(map(str, error["loc"]))), redacted(account, error["msg"])


def _reporter(log: Any) -> Callable[[str, str, int], None]:
    def report(method: str, host: str, status: int) -> None:
        log.info("plugin.http", method=method, host=host, status=status)

    return report
