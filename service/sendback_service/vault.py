"""Secrets at rest: encrypted with keys that come from the environment and stand nowhere else.

`SENDBACK_SECRETS_KEY` holds one key or several, parted by commas: the first encrypts, all decrypt. To rotate keys, put
a new one before the old, run `sendback secrets rotate`, then take the old one out.
"""

import json
from collections.abc import Mapping
from functools import cache
from types import ModuleType

from sendback_service.configuration import ConfigurationError
from sendback_service.refusal import Reason, refuse


class VaultLocked(Exception):
    """None of the keys opens this."""


class Vault:
    """`keys` as the environment has them. Raises `ConfigurationError` for what is no key."""

    def __init__(self, keys: str) -> None:
        try:
            made = [_fernet().Fernet(key.strip()) for key in keys.split(",")]
        except ValueError:
            raise ConfigurationError(
                "SENDBACK_SECRETS_KEY: not a key; `sendback secrets key` makes one"
            ) from None
        self._keys = _fernet().MultiFernet(made)

    def lock(self, secrets: Mapping[str, str]) -> str:
        return str(self._keys.encrypt(json.dumps(dict(secrets)).encode()).decode())

    def unlock(self, locked: str) -> dict[str, str]:
        try:
            return dict(json.loads(self._keys.decrypt(locked)))
        except _fernet().InvalidToken:
            raise VaultLocked("none of the keys in SENDBACK_SECRETS_KEY opens these secrets") from None

    def rotated(self, locked: str) -> str:
        """The same under the first key."""
        try:
            return str(self._keys.rotate(locked).decode())
        except _fernet().InvalidToken:
            raise VaultLocked("none of the keys in SENDBACK_SECRETS_KEY opens these secrets") from None


def new_key() -> str:
    return str(_fernet().Fernet.generate_key().decode())


def vault_of(keys: str) -> Vault | None:
    """None where no key is set: then nothing can be kept secret, and nothing is kept."""
    return Vault(keys) if keys else None


def needed(vault: Vault | None) -> Vault:
    """For what cannot be done without one."""
    if vault is None:
        raise refuse(Reason.SECRETS_KEY_MISSING)
    return vault


@cache
def _fernet() -> ModuleType:
    """Loaded by who has secrets to keep: all of cryptography is 10 MB."""
    from cryptography import fernet

    return fernet
