"""Who may import whom. The arrows are those of the map in CONTRIBUTING.md; each has a sample that breaks it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOPS = ("protos", "service", "plugins", "carriers", "clients")
PURE = (
    "__future__ abc array bisect collections dataclasses datetime decimal enum fractions functools hashlib heapq "
    "itertools json math operator re string types typing unicodedata zoneinfo"
)
DATABASES = r"(sqlalchemy|alembic|asyncpg|psycopg|psycopg_pool|sqlite3|aiosqlite)\b"


@dataclass(frozen=True, slots=True)
class Arrow:
    """Files whose path begins with `inside` (a pattern), and not with `but`, import nothing that `never` matches.

    `{own}` in `never` stands for the member's folder as part of a name: `carriers/mondial-relay` → `mondial_relay`.
    """

    says: str
    inside: str
    never: str
    sample: tuple[str, str]
    but: str = r"(?!)"

    def covers(self, path: str) -> bool:
        return re.match(self.inside, path) is not None and re.match(self.but, path) is None

    def forbids(self, path: str, name: str) -> bool:
        own = path.split("/")[1].replace("-", "_")
        return re.match(self.never.replace("{own}", own), name) is not None


ARROWS = (
    Arrow(
        "the contract with plugins knows neither the wire nor the service",
        inside=r"plugins/sdk/",
        never=r"sendback(?!_sdk\b)|buf\b|grpc",
        sample=("plugins/sdk/sendback_sdk/label.py", "from sendback.v1 import return_pb2"),
    ),
    Arrow(
        "a plugin knows the contract and itself",
        inside=r"(carriers|plugins)/",
        but=r"plugins/sdk/",
        never=r"sendback(?!_sdk\b|_{own}\b)|buf\b|grpc",
        sample=("carriers/mondial-relay/sendback_mondial_relay/soap.py", "import sendback_local.label"),
    ),
    Arrow(
        "a client knows the wire and other clients",
        inside=r"clients/",
        never=r"sendback_(service|sdk)\b",
        sample=("clients/web/sendback_web/page.py", "from sendback_service.rules import window"),
    ),
    Arrow(
        "the wire knows none of us",
        inside=r"protos/",
        never=r"sendback_",
        sample=("protos/sendback/v1/__init__.py", "import sendback_service"),
    ),
    Arrow(
        "the service finds plugins by entry point, never by name",
        inside=r"service/",
        but=r"service/(sendback_service/demo\b|tests/)",
        never=r"sendback_(?!sdk\b|service\b)",
        sample=("service/sendback_service/host.py", "def load():\n    from sendback_local import Local"),
    ),
    Arrow(
        "the demo is a client, and plays the outside with what the contract ships",
        inside=r"service/(sendback_service/demo\b|tests/)",
        never=r"sendback_(?!sdk\b|service\b|client\b|rehearsal\b)",
        sample=("service/sendback_service/demo/story.py", "import sendback_local"),
    ),
    Arrow(
        "the rules know the contract's values and nothing else of ours",
        inside=r"service/sendback_service/rules/",
        never=r"sendback(?!_sdk\b|_service\.rules\b)|buf\b",
        sample=("service/sendback_service/rules/window.py", "from ..store import tables"),
    ),
    Arrow(
        "the rules are pure: nothing that reads, writes, waits or draws lots",
        inside=r"service/sendback_service/rules/",
        never=rf"(?!sendback|({PURE.replace(' ', '|')})\b)",
        sample=("service/sendback_service/rules/territory.py", "import os.path"),
    ),
    Arrow(
        "only the store, and the engine beside it, know databases",
        inside=r"service/sendback_service/",
        but=r"service/sendback_service/(store/|effects/engine\.py)",
        never=DATABASES,
        sample=("service/sendback_service/returns.py", "from sqlalchemy.exc import IntegrityError"),
    ),
    Arrow(
        "rows stay in transactions: neither the wire nor the texts nor the command see one",
        inside=r"service/sendback_service/(api|rules|text|demo)/|service/sendback_service/(command/|server\.py)",
        never=r"sqlmodel\b|sendback_service\.store\.tables\b",
        sample=(
            "service/sendback_service/api/returns.py",
            "from sendback_service.store.tables import ReturnRow",
        ),
    ),
    Arrow(
        "only effects know the engine",
        inside=r"service/sendback_service/",
        but=r"service/sendback_service/effects/",
        never=r"dbos\b",
        sample=("service/sendback_service/labels.py", "import dbos"),
    ),
    Arrow(
        "messages of the wire end at the API",
        inside=r"service/sendback_service/",
        but=r"service/sendback_service/(api|demo)\b",
        never=r"sendback\.|buf\b",
        sample=("service/sendback_service/returns.py", "from sendback import v1"),
    ),
)
CLOCKS = {"now", "utcnow", "today", "fromtimestamp", "open", "print", "input", "__import__", "import_module"}


def modules(root: Path) -> list[str]:
    """List the Python files of all members, as paths from `root`."""
    found = (path.relative_to(root) for top in TOPS for path in (root / top).rglob("*.py"))
    return sorted(path.as_posix() for path in found if not {"build", "dist", ".venv"} & set(path.parts))


def imported(root: Path, path: str) -> set[str]:
    """Name what a file imports, anywhere in it, with what it takes from there: `from a import b` → `a.b`."""
    return {name for node in ast.walk(parsed(root, path)) for name in names(node, package(path))}


def parsed(root: Path, path: str) -> ast.Module:
    return ast.parse((root / path).read_text(encoding="utf-8"), path)


def package(path: str) -> list[str]:
    """The package that a file's relative imports start from: the folders below the member's own."""
    parts = path.split("/")[:-1]
    return parts[1:] if parts[0] in ("protos", "service") else parts[2:]


def names(node: ast.AST, within: list[str]) -> Iterator[str]:
    match node:
        case ast.Import(names=aliases):
            yield from (alias.name for alias in aliases)
        case ast.ImportFrom(module=module, names=aliases, level=level):
            start = ".".join(
                [*(within[: len(within) - level + 1] if level else []), *([module] if module else [])]
            )
            yield from (f"{start}.{alias.name}" for alias in aliases)
        case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]):
            if called(function) in ("import_module", "__import__"):
                yield name


def called(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def broken(root: Path, arrow: Arrow) -> list[str]:
    """List every import against an arrow: `file imports name`."""
    covered = [path for path in modules(root) if arrow.covers(path)]
    return [
        f"{path} imports {name}"
        for path in covered
        for name in sorted(imported(root, path))
        if arrow.forbids(path, name)
    ]


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: arrow.says)
def test_arrow_holds(arrow: Arrow) -> None:
    found = broken(ROOT, arrow)
    assert not found, "\n".join([arrow.says, *found])


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: arrow.says)
def test_arrow_can_be_broken(arrow: Arrow, tmp_path: Path) -> None:
    path, code = arrow.sample
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(f"import dataclasses\n\n{code}\n")
    assert len(broken(tmp_path, arrow)) == 1


def test_every_module_is_under_an_arrow() -> None:
    found = modules(ROOT)
    assert [path for path in found if not any(arrow.covers(path) for arrow in ARROWS)] == []
    assert {path.split("/")[0] for path in found} == {top for top in TOPS if list((ROOT / top).rglob("*.py"))}


@pytest.mark.parametrize("room", ["rules", "store", "effects"])
def test_the_rooms_that_arrows_speak_of_are_there(room: str) -> None:
    assert list((ROOT / "service/sendback_service" / room).glob("*.py"))


def test_the_rules_have_no_clock_and_touch_nothing() -> None:
    rules = [path for path in modules(ROOT) if path.startswith("service/sendback_service/rules/")]
    assert impure(ast.parse("from datetime import datetime\ntime = datetime.now()"), "x") == ["x:2 calls now"]
    assert [call for path in rules for call in impure(parsed(ROOT, path), path)] == []


def impure(tree: ast.Module, path: str) -> list[str]:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [
        f"{path}:{call.lineno} calls {called(call.func)}" for call in calls if called(call.func) in CLOCKS
    ]


def undeclared(pyproject: Path, distributions: dict[str, list[str]]) -> list[str]:
    """List what a member's own packages import from distributions that it does not declare."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    extras = project.get("optional-dependencies", {}).values()
    needs = [project["name"], *project.get("dependencies", []), *(need for extra in extras for need in extra)]
    declared = {normal(re.split(r"[^A-Za-z0-9._-]", need)[0]) for need in needs}
    member = pyproject.parent
    found = [
        path for path in modules(ROOT) if path.startswith(f"{member.relative_to(ROOT).as_posix()}/sendback")
    ]
    return [
        f"{path} imports {name}"
        for path in found
        for name in sorted({name.split(".")[0] for name in imported(ROOT, path)} - sys.stdlib_module_names)
        if not declared & {normal(owner) for owner in distributions.get(name, [name])}
    ]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def members() -> list[Path]:
    return [
        path
        for top in TOPS
        for path in (ROOT / top).glob("**/pyproject.toml")
        if len(path.relative_to(ROOT).parts) < 4
    ]


def owners() -> dict[str, list[str]]:
    """Say which distributions bring a module, by its first name; ours are installed as links, which say nothing."""
    ours = {
        folder.name: [tomllib.loads(member.read_text(encoding="utf-8"))["project"]["name"]]
        for member in members()
        for folder in member.parent.iterdir()
        if folder.is_dir() and folder.name not in ("tests", "docs")
    }
    return {**packages_distributions(), **ours}


def test_members_declare_what_they_import() -> None:
    distributions = owners()
    assert len(members()) >= 3
    found = [line for member in members() for line in undeclared(member, distributions)]
    assert not found, "\n".join(found)


def test_an_undeclared_import_is_noticed() -> None:
    noticed = undeclared(ROOT / "protos/pyproject.toml", {**owners(), "grpc": ["another-grpc"]})
    assert noticed
    assert all(line.endswith("imports grpc") for line in noticed)
