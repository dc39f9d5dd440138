"""Tests an installed package's plugins: what it registers is held to what it declares."""

import tempfile
from collections.abc import Iterable
from importlib.metadata import EntryPoint, PackageNotFoundError, distribution
from pathlib import Path

from sendback_sdk.hooks import ENTRY_POINTS
from sendback_sdk.plugin import Plugin

_HOOKS = {
    "sendback_carriers": ("CarrierTests", "carrier_class"),
    "sendback_platforms": ("PlatformTests", "platform_class"),
    "sendback_channels": ("ChannelTests", "channel_class"),
}


class NotFound(Exception):
    """There is nothing to test."""


def test(package: str) -> int:
    """Runs the package's own tests where its folder has some, else what can be tried without settings: that its
    module loads, its hooks are right and its classes declare what they must. Answers pytest's exit status."""
    import pytest

    try:
        points = [p for p in distribution(package).entry_points if p.group == ENTRY_POINTS]
    except PackageNotFoundError:
        raise NotFound(f"no package {package!r} is installed here: pip install it first") from None
    if not points:
        raise NotFound(f"{package} has no entry point in the group {ENTRY_POINTS!r}")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "test_conformance.py"
        file.write_text(_module(points), encoding="utf-8")
        return int(pytest.main(["-q", "--rootdir", folder, "-p", "no:cacheprovider", str(file)]))


def _module(points: Iterable[EntryPoint]) -> str:
    """A test module with one class for every plugin class that needs no settings to be made, and the declarations of
    all."""
    lines = ["from importlib import import_module", "from sendback_sdk.testing import *", ""]
    for point in points:
        module = point.load()
        for hook, (tests, attribute) in _HOOKS.items():
            for cls in getattr(module, hook, list)():
                lines += _class(cls, tests, attribute)
    return "\n".join(lines) + "\n"


def _class(cls: type[Plugin], tests: str, attribute: str) -> list[str]:
    named = f"import_module({cls.__module__!r}).{cls.__qualname__}"
    settings = cls.Settings.model_fields
    if tests == "ChannelTests" or any(field.is_required() for field in settings.values()):
        return [
            f"def test_{cls.__name__.lower()}_declares_itself() -> None:",
            f"    assert {named}.id == {named}.id.lower() != ''",
            f"    assert issubclass({named}.Settings, {named}.__mro__[1].Settings)",
            "",
        ]
    return [f"class Test{cls.__name__}({tests}):", f"    {attribute} = {named}", ""]
