"""What all inherited tests share: they may not be overridden in silence, and a plugin that forgets does so twice."""

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr

from sendback_sdk.erasure import Forgets
from sendback_sdk.plugin import Plugin
from sendback_sdk.testing.builders import an_erasure


class Conformance:
    """`made_by` names the fixture that makes the plugin's object."""

    made_by: ClassVar[str]
    waived: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        inherited = {name for base in cls.__mro__[1:] for name in vars(base) if name.startswith("test_")}
        silent = [name for name in vars(cls) if name in inherited and not cls.waived.get(name)]
        if silent:
            raise TypeError(
                f"{cls.__name__} overrides {silent[0]}: say why in `waived`, or leave it inherited"
            )
        for name in cls.waived.keys() & inherited - vars(cls).keys():
            setattr(cls, name, None)

    def test_forgetting_twice_is_harmless(self, request: pytest.FixtureRequest) -> None:
        """And so is forgetting somebody who was never there."""
        plugin = request.getfixturevalue(self.made_by)
        if isinstance(plugin, Forgets):
            plugin.forget(an_erasure())
            plugin.forget(an_erasure())


def secrets_of(plugin: Plugin) -> list[str]:
    """The secrets among its settings; one that may be left empty, and is, is none."""
    values = (getattr(plugin.settings, name) for name in type(plugin.settings).model_fields)
    secrets = (value.get_secret_value() for value in values if isinstance(value, SecretStr))
    return [secret for secret in secrets if secret]
