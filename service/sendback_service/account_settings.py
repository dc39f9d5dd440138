"""What an account is to be made with. The operator's and a merchant's are not trusted alike."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, get_args

from pydantic import SecretStr
from sendback_sdk import Plugin


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """An account as it is to be made. `secrets` stand here where they are no references to the environment in
    `settings`. A `public` one reaches no private network but `private_hosts`. `merchant` is whose shop it is, "" for
    nobody's. `locked` says why its secrets cannot be read here, though elsewhere they may."""

    plugin: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    sandbox: bool = False
    public: bool = False
    merchant: str = ""
    private_hosts: frozenset[str] = frozenset()
    locked: str = ""


def whole_of(cls: type[Plugin], wanted: AccountSettings) -> dict[str, Any]:
    """Settings with their secrets. The operator's may stand in the environment by reference, and secrets must; a
    merchant's are given apart, and name no variables of ours, nor files."""
    if not wanted.public:
        return {key: _given(cls, key, value) for key, value in wanted.settings.items()}
    for key in wanted.settings:
        if is_secret(cls, key):
            raise ValueError(f"{key} is a secret: give it among the secrets")
        if _is_a(PurePath, cls, key):
            raise ValueError(f"{key} is a file of the service's: only its operator can name one")
    for key in wanted.secrets:
        if not is_secret(cls, key):
            raise ValueError(f"{key} is no secret of this plugin: give it among the settings")
    return {**wanted.settings, **wanted.secrets}


def is_secret(cls: type[Plugin], key: str) -> bool:
    return _is_a(SecretStr, cls, key)


def secrets_in(settings: Any) -> list[str]:
    values = (getattr(settings, name) for name in type(settings).model_fields)
    return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]


def _is_a(kind: type[object], cls: type[Plugin], key: str) -> bool:
    """Whether the field holds that, or may."""
    found = cls.Settings.model_fields.get(key)
    kinds = () if found is None else (found.annotation, *get_args(found.annotation))
    return any(isinstance(one, type) and issubclass(one, kind) for one in kinds)


def _given(cls: type[Plugin], key: str, value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith("env:"):
        if is_secret(cls, key):
            raise ValueError(f'{key} is a secret: write {key} = "env:NAME" and set NAME in the environment')
        return value
    variable = value.removeprefix("env:")
    if variable not in os.environ:
        raise ValueError(f"{key}: the environment has no {variable}")
    return os.environ[variable]
