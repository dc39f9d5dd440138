"""`sendback key`: what the operator does with keys on the spot, without a key to do it by."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from sendback_service.command.database import opened
from sendback_service.command.terminal import Config, out, table
from sendback_service.configuration import Configuration, ConfigurationError, read

if TYPE_CHECKING:
    from sendback_service.store.transaction import Transaction

T = TypeVar("T")

KeyId = Annotated[str, typer.Argument(help="The key's id, `key_…`.")]


def create(
    config: Config = None,
    kind: Annotated[str, typer.Option(help="operator, portal or merchant.")] = "operator",
    merchant: Annotated[str, typer.Option(help="For merchants' keys: `mer_…`.")] = "",
    scope: Annotated[list[str] | None, typer.Option(help="For merchants' keys; may be repeated.")] = None,
    title: Annotated[str, typer.Option(help="What people call it.")] = "",
    days: Annotated[int, typer.Option(min=0, max=36_500, help="How long it works; 0 for ever.")] = 0,
) -> None:
    """Makes a key, the operator's unless said otherwise, and tells it once."""
    from sendback_service.key_ring import WantedKey, add_key
    from sendback_service.keys import KeyKind

    if kind.upper() not in set(KeyKind):
        raise ConfigurationError(f"no kind of key {kind!r}: choose operator, portal or merchant")

    def made(tx: "Transaction") -> str:
        expires = tx.now + timedelta(days=days) if days else None
        named = title or kind.lower()
        wanted = WantedKey(KeyKind(kind.upper()), merchant, frozenset(scope or ()), named, expires)
        return add_key(tx, wanted).secret

    print(_done(read(config), made))


def list_(
    config: Config = None,
    merchant: Annotated[str, typer.Option(help="Only this merchant's.")] = "",
) -> None:
    """Lists keys, the newest 200; never their secrets."""
    from rich.text import Text

    from sendback_service.key_ring import list_keys

    with opened(read(config)) as database:
        page = database.look(lambda tx: list_keys(tx, merchant, 200, None))
    rows = table("key", "kind", "merchant", "title", "expires", "revoked", "scopes", ids=("key",))
    for key in page.items:
        ends, revoked = (f"{time:%F %H:%M}" if time else "" for time in (key.expire_time, key.revoke_time))
        scopes = " ".join(sorted(key.scopes))
        rows.add_row(key.id, key.kind, key.merchant_id, Text(key.title), ends, revoked, scopes)
    out().print(rows)


def rotate(
    key_id: KeyId,
    config: Config = None,
    grace_hours: Annotated[float, typer.Option(min=0, max=720, help="How long the old one works.")] = 24,
) -> None:
    """Makes a successor of a key and tells it once; the old one works for a while longer."""
    from sendback_service.key_ring import key_row, rotate_key

    grace = timedelta(hours=grace_hours)
    print(_done(read(config), lambda tx: rotate_key(tx, key_row(tx, key_id), grace).secret))


def revoke(key_id: KeyId, config: Config = None) -> None:
    """Makes a key worthless, at once and everywhere."""
    from sendback_service.key_ring import key_row, revoke_key

    revoked = _done(read(config), lambda tx: revoke_key(tx, key_row(tx, key_id)))
    out().print(f"{revoked.id} is revoked", highlight=False)


def operator_key(configuration: Configuration) -> str:
    """The first one; "" where there is one that works."""
    from sendback_service.key_ring import first_operator_key

    with opened(configuration) as database:
        return first_operator_key(database)


def _done(configuration: Configuration, work: "Callable[[Transaction], T]") -> T:
    from sendback_service.store.transaction import Author

    with opened(configuration) as database:
        return database.transact(work, Author("command", "sendback"))
