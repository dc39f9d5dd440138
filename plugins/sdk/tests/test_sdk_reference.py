"""The reference is current, and what it is written from says shapes, units and errors."""

import ast
import inspect
import re
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from sendback_sdk import Carrier, Channel, PluginError, hooks, testing
from sendback_sdk.__main__ import main
from sendback_sdk.reference import definition, docstring, fields, methods, page, public

REFERENCE = Path(__file__).parent.parent / "docs/reference.md"
# Of these a name alone does not say enough: how much of what, of which zone, in which coding, true of what.
_NUMBERS = re.compile(r"\b(int|float|Decimal|Money|datetime|bytes|bool|dict|Any)\b")
_UNITS = ("_grams", "_mm", "_m", "_seconds")
_ENDS = re.compile(r"`(Declined|TryLater|Misconfigured|OutcomeUnknown)`|harmless|no error")


def unsaid(thing: type) -> list[str]:
    """Fields of a dataclass that need words and have none."""
    said = docstring(thing)
    wanted = [field for field in fields(definition(thing)) if _NUMBERS.search(ast.unparse(field.annotation))]
    names = [ast.unparse(field.target) for field in wanted]
    return [name for name in names if f"`{name}`" not in said and not name.endswith(_UNITS)]


def endless(thing: type) -> list[str]:
    """Calls of the host's that do not say how they can end."""
    return [m.name for m in methods(definition(thing)) if not _ENDS.search(ast.get_docstring(m) or "")]


def called_by_the_host(thing: Any) -> bool:
    return inspect.isclass(thing) and (getattr(thing, "_is_protocol", False) or thing in (Carrier, Channel))


def test_the_reference_is_current() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == page(), (
        "run: python -m sendback_sdk reference --to plugins/sdk/docs/reference.md"
    )


def test_the_command_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reference", "--to", str(tmp_path / "reference.md")]) == 0
    assert main(["reference"]) == 0
    assert (tmp_path / "reference.md").read_text(encoding="utf-8") == capsys.readouterr().out == page()


def test_every_public_name_has_a_docstring_and_a_place() -> None:
    tested = {name: getattr(testing, name) for name in testing.__all__}
    hooked = {name: hook for name, hook in vars(hooks).items() if name.startswith("sendback_")}
    everything = {**public(), **tested, **hooked}
    assert len(everything) > 70
    assert [name for name, thing in everything.items() if not docstring(thing)] == []
    text = page()
    assert [name for name in everything if f"\n### {name}\n" not in text] == []


@pytest.mark.parametrize("name", sorted(n for n, t in public().items() if is_dataclass(t)))
def test_every_number_time_and_flag_is_explained(name: str) -> None:
    assert unsaid(public()[name]) == []


@pytest.mark.parametrize("name", sorted(n for n, t in public().items() if called_by_the_host(t)))
def test_every_call_of_the_host_says_how_it_can_end(name: str) -> None:
    assert methods(definition(public()[name]))
    assert endless(public()[name]) == []


def test_the_errors_of_the_contract_are_those_that_the_checks_know() -> None:
    assert {error.__name__ for error in PluginError.__subclasses__()} == set(
        re.findall(r"[A-Z]\w+", _ENDS.pattern)
    )


@dataclass(frozen=True)
class Hasty:
    """`said` is in metres."""

    said: int
    unsaid: int
    free: str


class Careless(Protocol):
    """Cares for nothing."""

    def ends(self) -> None:
        """`Declined` if not."""

    def goes_on(self) -> None:
        """Goes on."""


def test_what_is_left_unsaid_is_noticed() -> None:
    assert unsaid(Hasty) == ["unsaid"]
    assert endless(Careless) == ["goes_on"]
