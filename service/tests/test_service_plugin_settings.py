"""What plugins ask for, read off the models of their settings."""

from enum import StrEnum
from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field, SecretStr
from sendback_sdk import Carrier
from sendback_service.plugin_settings import Setting, SettingKind, settings_of


class _Paper(StrEnum):
    A4 = "a4"
    A6 = "a6"


class _Post(Carrier):
    id = "post"

    class Settings(Carrier.Settings):
        user: str
        token: SecretStr
        old_token: SecretStr | None = None
        days: int | None = Field(None, description="How long a label lasts")
        paper: _Paper = _Paper.A6
        mode: Literal["fast", "slow"] = "slow"
        codes: bool = True
        countries: frozenset[str] = frozenset({"FR", "DE"})
        names: dict[str, str] | list[str] = Field(default_factory=dict)
        file: Path | None = None


ASKED = {setting.name: setting for setting in settings_of(_Post)}


@pytest.mark.parametrize(
    ("name", "kind", "required", "secret", "default", "choices", "description"),
    [
        ("user", "TEXT", True, False, "", (), ""),
        ("token", "TEXT", True, True, "", (), ""),
        ("old_token", "TEXT", False, True, "", (), ""),
        ("days", "NUMBER", False, False, "", (), "How long a label lasts"),
        ("paper", "CHOICE", False, False, "a6", ("a4", "a6"), ""),
        ("mode", "CHOICE", False, False, "slow", ("fast", "slow"), ""),
        ("codes", "YES_NO", False, False, "true", (), ""),
        ("countries", "JSON", False, False, '["DE", "FR"]', (), ""),
        ("names", "JSON", False, False, "", (), ""),
    ],
)
def test_a_setting_is_told_as_it_is_to_be_written(
    name: str,
    kind: str,
    required: bool,
    secret: bool,
    default: str,
    choices: tuple[str, ...],
    description: str,
) -> None:
    assert ASKED[name] == Setting(name, SettingKind(kind), required, secret, default, choices, description)


def test_files_are_the_operator_s() -> None:
    assert "file" not in ASKED
