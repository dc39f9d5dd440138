"""The reference of the contract, written from its docstrings: `python -m sendback_sdk reference`.

What a name needs to say is held by the tests of this package: every public name has a docstring, and every field that
is a number, a time, bytes, a flag or money is explained there.
"""

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from enum import Enum
from functools import cache
from types import ModuleType
from typing import Any

import sendback_sdk
from sendback_sdk import hooks, http, pages, testing
from sendback_sdk.testing.inherited import Conformance

_ORDER = (
    "carriers",
    "errors",
    "plugin",
    "platforms",
    "channels",
    "webhooks",
    "erasure",
    "events",
    "orders",
    "addresses",
    "money",
)
_HEAD = """\
# The reference

Written from the docstrings by `python -m sendback_sdk reference`; a test says when it is not current. To begin, read
[a carrier in an hour](carrier.md). Names of the first chapters are imported from `sendback_sdk`.

Amounts are integers in minor units, times are aware, values are frozen. Whatever the host calls may raise `Declined`,
`TryLater`, `Misconfigured` or `OutcomeUnknown`; anything else is taken for `OutcomeUnknown`."""


def page() -> str:
    """The whole page, as markdown."""
    blocks = [_HEAD]
    for name in _ORDER:
        module = importlib.import_module(f"sendback_sdk.{name}")
        blocks += [f"## {name}", docstring(module), *_names(module)]
    blocks += [
        "## hooks",
        docstring(hooks),
        *_members(hooks, [n for n in vars(hooks) if n.startswith("sendback_")]),
    ]
    blocks += ["## sendback_sdk.http", docstring(http), *_members(http, ["client", "send"])]
    blocks += ["## sendback_sdk.pages", docstring(pages), *_members(pages, ["first_page"])]
    blocks += ["## sendback_sdk.testing", docstring(testing), *_members(testing, testing.__all__)]
    return "\n\n".join(block.strip("\n") for block in blocks if block) + "\n"


def public() -> dict[str, Any]:
    """The classes and functions that `sendback_sdk` exports, by name. (`hookimpl` is pluggy's.)"""
    exported = {name: getattr(sendback_sdk, name) for name in sendback_sdk.__all__}
    return {name: thing for name, thing in exported.items() if hasattr(thing, "__name__")}


def docstring(thing: Any) -> str:
    """Its own; "" where there is none, or `dataclass` made one up, or it is inherited."""
    if inspect.ismodule(thing):
        return inspect.getdoc(thing) or ""
    return ast.get_docstring(definition(thing)) or ""


@cache
def definition(thing: Any) -> ast.ClassDef | ast.FunctionDef:
    """A class or function as it stands in the source, so that types read as they were written."""
    node = ast.parse(textwrap.dedent(inspect.getsource(thing))).body[0]
    assert isinstance(node, ast.ClassDef | ast.FunctionDef)
    return node


def fields(node: ast.AST) -> list[ast.AnnAssign]:
    """What a class declares with a type."""
    return [line for line in ast.iter_child_nodes(node) if isinstance(line, ast.AnnAssign)]


def methods(node: ast.AST) -> list[ast.FunctionDef]:
    """What a class defines for others to call."""
    functions = [line for line in ast.iter_child_nodes(node) if isinstance(line, ast.FunctionDef)]
    return [function for function in functions if not function.name.startswith("_")]


def _names(module: ModuleType) -> Iterator[str]:
    for name, thing in public().items():
        if thing.__module__ == module.__name__:
            yield from _entry(name, thing)


def _members(module: ModuleType, names: list[str]) -> Iterator[str]:
    for name in names:
        yield from _entry(name, getattr(module, name))


def _entry(name: str, thing: Any) -> Iterator[str]:
    node = definition(thing)
    yield f"### {name}"
    if "(" in (written := _signature(node)):
        yield f"```python\n{written}\n```"
    yield docstring(thing)
    if isinstance(node, ast.FunctionDef):
        return
    yield _members_of(thing)
    yield _table(node)
    if issubclass(thing, Conformance):
        yield "\n".join(f"- {test}" for test in _tests(node))
        return
    for method in methods(node):
        if said := ast.get_docstring(method):
            yield f"```python\n{_signature(method)}\n```"
            yield said


def _tests(node: ast.AST) -> list[str]:
    """What inherited tests hold a plugin to, as their names say it."""
    names = [method.name for method in methods(node) if method.name.startswith("test_")]
    return [name.removeprefix("test_").replace("_", " ") for name in names]


def _signature(node: ast.ClassDef | ast.FunctionDef) -> str:
    """A class with its bases and how it is made, a function with what it takes and answers."""
    if isinstance(node, ast.FunctionDef):
        return f"def {node.name}({_arguments(node)}) -> {_written(node.returns)}"
    made = [f for f in ast.iter_child_nodes(node) if isinstance(f, ast.FunctionDef) and f.name == "__init__"]
    bases = f"({', '.join(map(ast.unparse, node.bases))})" if node.bases else ""
    return f"class {node.name}{bases}" + "".join(f"\n    def __init__({_arguments(init)})" for init in made)


def _arguments(function: ast.FunctionDef) -> str:
    return _unquoted(re.sub(r"^self(, |$)", "", ast.unparse(function.args)))


def _written(annotation: ast.expr | None) -> str:
    return "None" if annotation is None else _unquoted(ast.unparse(annotation))


def _unquoted(text: str) -> str:
    """Types in quotes stand there for import's sake."""
    return re.sub(r"(?<!=)'([^']*)'", r"\1", text)


def _members_of(thing: type) -> str:
    return " ".join(f"`{member.name}`" for member in thing) if issubclass(thing, Enum) else ""


def _table(node: ast.AST) -> str:
    rows = [
        f"| `{ast.unparse(field.target)}` | `{_cell(field.annotation)}` | {_default(field)} |"
        for field in fields(node)
    ]
    return "\n".join(["| field | type | default |", "|---|---|---|", *rows]) if rows else ""


def _default(field: ast.AnnAssign) -> str:
    return f"`{_cell(field.value)}`" if field.value else ""


def _cell(node: ast.expr) -> str:
    return ast.unparse(node).replace("|", "\\|")
