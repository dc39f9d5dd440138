from sendback_service.command.terminal import Config, out
from sendback_service.configuration import ConfigurationError, read


def key() -> None:
    """Makes a key for SENDBACK_SECRETS_KEY, which encrypts what merchants connect."""
    from sendback_service.vault import new_key

    print(new_key())


def rotate(config: Config = None) -> None:
    """Encrypts all secrets anew under the first key of SENDBACK_SECRETS_KEY."""
    from sendback_service import connections
    from sendback_service.clock import system_clock
    from sendback_service.store import opened
    from sendback_service.store.transaction import Author
    from sendback_service.vault import VaultLocked, vault_of

    configuration = read(config)
    vault = vault_of(configuration.secrets_key)
    if vault is None:
        raise ConfigurationError(
            "SENDBACK_SECRETS_KEY is not set: give the new key, a comma, and the old one"
        )
    database = opened(configuration.database, system_clock)
    try:
        author = Author("command", "secrets")
        turned = database.transact(lambda tx: connections.rotate(tx, vault), author)
    except VaultLocked as locked:
        raise ConfigurationError(f"{locked}: nothing was changed") from None
    finally:
        database.shut()
    out.print(f"{turned} accounts are encrypted under the first key", highlight=False)
