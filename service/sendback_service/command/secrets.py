import os
from pathlib import Path

from sendback_service.command.database import opened
from sendback_service.command.terminal import Config, out
from sendback_service.configuration import ConfigurationError, read


def key() -> None:
    """Makes a key for SENDBACK_SECRETS_KEY, which encrypts what merchants connect."""
    from sendback_service.vault import new_key

    print(new_key())


def signing_key(config: Config = None) -> None:
    """Makes a key that signs QR codes and sessions: at the head of the installation's file, or, where the environment
    holds the keys, told."""
    from secrets import token_urlsafe

    configuration, made = read(config), token_urlsafe(48)
    if configuration.secret_key:
        print(made)
        return
    old = configuration.secret_file.read_text() if configuration.secret_file.exists() else ""
    write_private(configuration.secret_file, f"{made}\n{old}")
    out().print(
        f"{configuration.secret_file}: a new key signs once the servers are started anew; what the old ones signed is "
        "read until you take their lines out",
        highlight=False,
    )


def rotate(config: Config = None) -> None:
    """Encrypts all secrets anew under the first key of SENDBACK_SECRETS_KEY."""
    from sendback_service import connections, endpoints
    from sendback_service.store.transaction import Author
    from sendback_service.vault import VaultLocked, vault_of

    configuration = read(config)
    vault = vault_of(configuration.secrets_key)
    if vault is None:
        raise ConfigurationError(
            "SENDBACK_SECRETS_KEY is not set: give the new key, a comma, and the old one"
        )
    author = Author("command", "secrets")
    try:
        with opened(configuration) as database:
            accounts, signing = database.transact(
                lambda tx: (connections.rotate(tx, vault), endpoints.rotate_keys(tx, vault)), author
            )
    except VaultLocked as locked:
        raise ConfigurationError(f"{locked}: nothing was changed") from None
    out().print(
        f"{accounts} accounts and {signing} webhook endpoints are encrypted under the first key",
        highlight=False,
    )


def write_private(file: Path, text: str) -> None:
    """Whole or not at all, and readable for its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    new.replace(file)
