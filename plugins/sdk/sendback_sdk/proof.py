"""Tests an installed package's plugins: what it registers is held to what it declares."""

import tempfile
from collections.abc import Iterable
from importlib.metadata import EntryPoint, PackageNotFoundError, distribution
from pathlib import Path

from sendback_sdk.hooks import ENTRY_POINTS
from sendback_sdk.plugin import Plugin

_CLASSES = {
    "sendback_carriers": ("CarrierTests", "carrier_class"),
    "sendback_platforms": ("PlatformTests", "platform_class"),
    "sendback_channels": ("ChannelTests", "channel_class"),
}
_BEGINNING = """\
from importlib import import_module
from importlib.metadata import EntryPoint

import pluggy
from sendback_sdk import Plugin, Rule, hooks
from sendback_sdk.testing import *

"""
_HOOKS = """
def test_hooks_of_module_{number}() -> None:
    module = {point}.load()
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(module)
    manager.check_pending()
    assert manager.get_hookcallers(module)

"""
_RULES = """
def test_rules_of_module_{number}() -> None:
    order, rules = an_order(), {point}.load().sendback_rules()
    assert all(isinstance(rule, Rule) and rule.id for rule in rules)
    assert all(isinstance(rule.excludes(order, line), str) for rule in rules for line in order.lines)

"""


class NotFound(Exception):
    """There is nothing to test."""


def test(package: str) -> int:
    """Tries what can be tried without settings: that its modules load and their hooks are right, that rules answer and
    classes declare what they must, and whatever the classes do that need none. Answers pytest's exit status."""
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
    """A test module: each entry point's hooks and rules, one class for every plugin class that needs no settings to be
    made, and the declarations of the others."""
    text = _BEGINNING
    for number, point in enumerate(points, 1):
        module = point.load()
        words = {"number": number, "point": f"EntryPoint({point.name!r}, {point.value!r}, {point.group!r})"}
        text += _HOOKS.format(**words)
        if hasattr(module, "sendback_rules"):
            text += _RULES.format(**words)
        for hook, (tests, attribute) in _CLASSES.items():
            for cls in getattr(module, hook, list)():
                text += "\n".join(_class(cls, tests, attribute))
    return text


def _class(cls: type[Plugin], tests: str, attribute: str) -> list[str]:
    named = f"import_module({cls.__module__!r}).{cls.__qualname__}"
    settings = cls.Settings.model_fields
    if tests == "ChannelTests" or any(field.is_required() for field in settings.values()):
        return [
            f"def test_{cls.__name__.lower()}_declares_itself() -> None:",
            f"    assert {named}.id == {named}.id.lower() != ''",
            f"    assert issubclass({named}.Settings, Plugin.Settings)",
            "",
        ]
    return [f"class Test{cls.__name__}({tests}):", f"    {attribute} = {named}", ""]
