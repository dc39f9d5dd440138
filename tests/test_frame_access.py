"""The page of who may call what is what the code says, and every threat is held by tests that are there."""

import ast
import re
from pathlib import Path

from sendback_service.api.scopes import TABLE
from sendback_service.keys import KeyKind, Scope

from tests.access import PAGE, page

ROOT = Path(__file__).parent.parent
THREATS = ROOT / "service/docs/threats.md"
_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
_ROW = re.compile(r"^\| \d+ \|.*\|$", re.MULTILINE)


def test_the_page_of_access_is_current() -> None:
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page(), "run: python -m tests.access"


def test_the_table_is_whole() -> None:
    """Merchants' keys need a scope for everything, others have none, and no scope opens nothing."""
    for path, entry in TABLE.items():
        assert entry.kinds, path
        assert (KeyKind.MERCHANT in entry.kinds) == (entry.scope is not None), path
    assert {entry.scope for entry in TABLE.values()} >= set(Scope)


def test_every_threat_names_tests_that_are_there() -> None:
    rows = _ROW.findall(THREATS.read_text(encoding="utf-8"))
    assert len(rows) > 20
    for row in rows:
        named = _TEST.findall(row)
        assert named, f"no test: {row[:80]}"
        missing = [f"{file}::{name}" for file, name in named if name not in _functions(file)]
        assert missing == []


def _functions(file: str) -> set[str]:
    path = ROOT / file
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
