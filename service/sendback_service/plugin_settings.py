"""What a plugin asks of whoever connects an account of it: its settings, one by one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import PurePath
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python
from sendback_sdk import Plugin


class SettingKind(StrEnum):
    """How a value is written."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    YES_NO = "YES_NO"
    CHOICE = "CHOICE"
    JSON = "JSON"


@dataclass(frozen=True, slots=True)
class Setting:
    """`default` is what holds where it is not given, as it would be written; "" for nothing."""

    name: str
    kind: SettingKind
    required: bool
    secret: bool
    default: str
    choices: tuple[str, ...]
    description: str


def settings_of(cls: type[Plugin]) -> tuple[Setting, ...]:
    """Without those that only an operator may give."""
    fields: Mapping[str, FieldInfo] = cls.Settings.model_fields
    return tuple(_setting(name, field) for name, field in fields.items() if not _has(field, PurePath))


def _setting(name: str, field: FieldInfo) -> Setting:
    kind, choices = _kind(field)
    secret = _has(field, SecretStr)
    default = "" if secret or field.is_required() else _written(field.get_default(call_default_factory=True))
    return Setting(name, kind, field.is_required(), secret, default, choices, field.description or "")


def _kind(field: FieldInfo) -> tuple[SettingKind, tuple[str, ...]]:
    kinds = [kind for kind in _kinds(field) if kind is not NoneType]
    if len(kinds) != 1:
        return SettingKind.JSON, ()
    (kind,) = kinds
    if get_origin(kind) is Literal:
        return SettingKind.CHOICE, tuple(map(str, get_args(kind)))
    if not isinstance(kind, type):
        return SettingKind.JSON, ()
    if issubclass(kind, Enum):
        return SettingKind.CHOICE, tuple(str(one.value) for one in kind)
    if issubclass(kind, bool):
        return SettingKind.YES_NO, ()
    if issubclass(kind, int | float):
        return SettingKind.NUMBER, ()
    return (SettingKind.TEXT if issubclass(kind, str | SecretStr) else SettingKind.JSON), ()


def _has(field: FieldInfo, kind: type[object]) -> bool:
    return any(isinstance(one, type) and issubclass(one, kind) for one in _kinds(field))


def _kinds(field: FieldInfo) -> tuple[Any, ...]:
    """Those of a union, else the one. A list of something is one."""
    annotation = field.annotation
    is_union = get_origin(annotation) not in (None, Literal) and NoneType in get_args(annotation)
    return get_args(annotation) if is_union else (annotation,)


def _written(value: object) -> str:
    plain = to_jsonable_python(value, fallback=str)
    if isinstance(value, frozenset | set):
        plain = sorted(plain, key=str)
    if plain is None or plain == [] or plain == {}:
        return ""
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
