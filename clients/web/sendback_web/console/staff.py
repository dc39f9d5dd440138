"""Who may act for which merchant, by configuration: what a person's id token claims leads to shops, and each shop to
the access key that the console uses for it.

    issuer = "https://id.example"
    client_id = "sendback-console"
    client_secret = "env:CONSOLE_CLIENT_SECRET"
    operator_key = "file:/run/secrets/operator-key"

    [shops.lumiere]
    title = "Maison Lumière"
    key = "env:LUMIERE_KEY"

    [[people]]
    claim = "email"
    value = "camille@lumiere.example"
    shops = ["lumiere"]

    [[people]]
    claim = "groups"
    value = "operations"
    operator = true

A claim that is a list counts where it holds the value; an e-mail address only where the issuer says that it verified
it. Secrets never stand in the file."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
# They stand in the place of a shop's name in addresses.
RESERVED = frozenset({"operations", "sign-in", "callback", "sign-out"})


class StaffError(Exception):
    """The console's configuration cannot be used; says what to do."""


def _secret(reference: object) -> SecretStr:
    """What `env:NAME` or `file:/path` holds."""
    source, _, name = str(reference).partition(":")
    if source == "env" and name in os.environ:
        return SecretStr(os.environ[name])
    if source == "file" and Path(name).is_file():
        return SecretStr(Path(name).read_text(encoding="utf-8").strip())
    raise ValueError("name a variable that is set, `env:NAME`, or a file that is there, `file:/path`")


Reference = Annotated[SecretStr, BeforeValidator(_secret)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Shop(_Part):
    """A merchant that people act for, and the key that the console calls with."""

    title: Annotated[str, Field(min_length=1, max_length=100)]
    key: Reference


class Rule(_Part):
    """People whose id token says so may act for these shops, or see to operations."""

    claim: Annotated[str, Field(min_length=1, max_length=100)]
    value: Annotated[str, Field(min_length=1, max_length=300)]
    shops: tuple[str, ...] = ()
    operator: bool = False


class Staff(_Part):
    """The console's configuration."""

    issuer: str
    client_id: str
    client_secret: Reference
    operator_key: Reference | None = None
    idle_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 30
    longest_hours: Annotated[int, Field(ge=1, le=72)] = 10
    shops: Mapping[str, Shop] = Field(default_factory=dict)
    people: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        wrong = {name for name in self.shops if name in RESERVED or not _NAME.fullmatch(name)}
        if wrong:
            raise ValueError(f"shops are named by small letters, digits and dashes, not {sorted(wrong)}")
        unknown = {name for rule in self.people for name in rule.shops} - set(self.shops)
        if unknown:
            raise ValueError(f"people may act for {sorted(unknown)}, which are no shops here")
        if any(rule.operator for rule in self.people) and self.operator_key is None:
            raise ValueError("people may see to operations: set operator_key")
        return self

    def granted(self, claims: Mapping[str, Any]) -> "Grant":
        """What somebody with these claims may do; empty for strangers."""
        rules = [rule for rule in self.people if _claims(claims, rule)]
        shops = tuple(name for name in self.shops if any(name in rule.shops for rule in rules))
        return Grant(shops, any(rule.operator for rule in rules))

    def telling(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """The claims that rules look at, with no value but those that they name: all that a session keeps."""
        rules = [rule for rule in self.people if _claims(claims, rule)]
        kept: dict[str, Any] = {"email_verified": True} if any(r.claim == "email" for r in rules) else {}
        for rule in rules:
            kept[rule.claim] = (
                rule.value if rule.claim == "email" else [*kept.get(rule.claim, []), rule.value]
            )
        return kept


@dataclass(frozen=True, slots=True)
class Grant:
    """Shops that somebody may act for, by their names in the configuration, and whether they see to operations."""

    shops: tuple[str, ...] = ()
    operator: bool = False

    def __bool__(self) -> bool:
        return bool(self.shops) or self.operator


def read_staff(path: Path) -> Staff:
    """Raises StaffError, without any secret in it."""
    try:
        return Staff.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as missing:
        raise StaffError(f"{path}: {missing.strerror}") from None
    except tomllib.TOMLDecodeError as wrong:
        raise StaffError(f"{path}: {wrong}") from None
    except ValidationError as wrong:
        problems = (f"{'.'.join(map(str, e['loc'])) or 'as a whole'}: {e['msg']}" for e in wrong.errors())
        raise StaffError(f"{path}: " + "; ".join(problems)) from None


def _claims(claims: Mapping[str, Any], rule: Rule) -> bool:
    said = claims.get(rule.claim)
    if rule.claim == "email":
        verified = claims.get("email_verified") is True
        return verified and isinstance(said, str) and said.casefold() == rule.value.casefold()
    return rule.value in said if isinstance(said, list) else said == rule.value
