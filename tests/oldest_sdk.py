"""What each version of the contract has, and plugins held to the oldest that they allow.

`python -m tests.oldest_sdk` writes the stubs of the present version to plugins/sdk/baselines/; `--again` writes them
anew, as long as that version is not published.
"""

import ast
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

ROOT = Path(__file__).parent.parent
SDK = ROOT / "plugins/sdk"
BASELINES = SDK / "baselines"
# What plugins may import; the rest are tools, and `testing` is beside the plugin, not in it.
MODULES = tuple(
    f"sendback_sdk{name}"
    for name in (
        "",
        ".addresses",
        ".carriers",
        ".channels",
        ".erasure",
        ".errors",
        ".events",
        ".hooks",
        ".http",
        ".money",
        ".orders",
        ".pages",
        ".platforms",
        ".plugin",
        ".webhooks",
    )
)


def current() -> Version:
    project = tomllib.loads((SDK / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return Version(project["version"])


def versions(baselines: Path = BASELINES) -> list[Version]:
    """Those with a baseline, oldest first."""
    return sorted(Version(folder.parent.name) for folder in baselines.glob("*/sendback_sdk"))


def stubs(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.pyi"))}


def draw(folder: Path) -> None:
    """Writes the stubs of the contract as it stands."""
    wanted = [part for module in MODULES for part in ("-m", module)]
    stubgen = str(Path(sys.executable).with_name("stubgen"))
    command = [stubgen, "--quiet", *wanted, "--output", str(folder)]
    subprocess.run(command, cwd=SDK, check=True, capture_output=True, text=True, timeout=60)


def lower_bound(pyproject: Path, known: list[Version]) -> Version:
    """The oldest version of the contract that a plugin allows. `LookupError` where it names none or has no end."""
    needs = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["dependencies"]
    allowed = next(
        (Requirement(need).specifier for need in needs if Requirement(need).name == "sendback-sdk"), None
    )
    if allowed is None or not _bounded(allowed):
        raise LookupError(f"{pyproject}: say sendback-sdk>=…,<{known[-1].major + 1}")
    fitting = [version for version in known if version in allowed]
    if not fitting:
        raise LookupError(f"{pyproject}: no known version of the contract is {allowed}")
    return fitting[0]


def _bounded(allowed: SpecifierSet) -> bool:
    return {">=", "<"} <= {part.operator for part in allowed}


def by_lower_bound(members: list[Path], known: list[Version]) -> dict[Version, list[Path]]:
    """The packages of plugins, by the oldest version of the contract that each allows."""
    found: defaultdict[Version, list[Path]] = defaultdict(list)
    for member in members:
        packages = [folder for folder in member.iterdir() if (folder / "__init__.py").exists()]
        found[lower_bound(member / "pyproject.toml", known)] += packages
    return dict(found)


def plugins() -> list[Path]:
    members = [
        file.parent for top in ("carriers", "plugins") for file in (ROOT / top).glob("*/pyproject.toml")
    ]
    return sorted(member for member in members if member != SDK)


def complaints(packages: list[Path], baseline: Path) -> list[str]:
    """What plugins use that this version of the contract does not have, in mypy's words."""
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--config-file",
        str(BASELINES / "mypy.ini"),
        "--cache-dir",
        os.devnull,
    ]
    done = subprocess.run(
        [*command, "--no-error-summary", *map(str, packages)],
        env=os.environ | {"MYPYPATH": str(baseline)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stdout + done.stderr)
    return [line for line in done.stdout.splitlines() if ": error:" in line]


def lost(older: Path, newer: Path) -> list[str]:
    """What an older version has and a newer one has not, or has otherwise."""
    there = stubs(newer)
    return [
        f"{name}: {said}"
        for name, text in stubs(older).items()
        for said in _lost(text, there.get(name, ""), "")
    ]


def _lost(older: str, newer: str, within: str) -> Iterator[str]:
    now = {_name(node): node for node in _statements(newer)}
    for node in _statements(older):
        name = _name(node)
        if name not in now:
            yield f"{within}{name} is gone"
        elif isinstance(node, ast.ClassDef):
            yield from _lost(_body(node), _body(now[name]), f"{within}{name}.")
        elif not _still(node, now[name]):
            yield f"{within}{name} has changed"
    if within:
        yield from _harder_to_make(_fields(older), _fields(newer), within)


def _statements(text: str) -> Iterator[ast.stmt]:
    """One name an import, and no `__all__`: every name in it is imported, and more may stand beside it."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom):
            yield from (ast.ImportFrom(node.module, [alias], node.level) for alias in node.names)
        elif not (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"):
            yield node


def _harder_to_make(was: list[ast.AnnAssign], now: list[ast.AnnAssign], within: str) -> Iterator[str]:
    """Values are made by position too: fields keep their places, and new ones stand behind them with a default."""
    before = [_name(field) for field in was]
    kept = [_name(field) for field in now if _name(field) in before]
    if kept != [name for name in before if name in kept] or {
        _name(field) for field in now[: len(kept)]
    } != set(kept):
        yield f"{within[:-1]} has its fields in another order"
    for field in now:
        if field.value is None and _name(field) not in before:
            yield f"{within}{_name(field)} is new and has no default"


def _fields(text: str) -> list[ast.AnnAssign]:
    return [node for node in ast.parse(text).body if isinstance(node, ast.AnnAssign)]


def _name(node: ast.stmt) -> str:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return name
        case ast.AnnAssign(target=target) | ast.Assign(targets=[target]):
            return ast.unparse(target)
    return ast.unparse(node)


def _body(node: ast.stmt) -> str:
    return "\n".join(map(ast.unparse, node.body)) if isinstance(node, ast.ClassDef) else ""


def _still(older: ast.stmt, newer: ast.stmt) -> bool:
    """A function may take more, if it need not be given; all else stays as it was written."""
    if not isinstance(older, ast.FunctionDef) or not isinstance(newer, ast.FunctionDef):
        return ast.dump(older) == ast.dump(newer)
    was, now = older.args, newer.args
    kept = [ast.dump(a) for a in was.args] == [ast.dump(a) for a in now.args[: len(was.args)]]
    named = {a.arg: ast.dump(a) for a in now.kwonlyargs}
    also = all(named.get(a.arg) == ast.dump(a) for a in was.kwonlyargs)
    optional = len(now.args) - len(now.defaults) <= len(was.args) - len(was.defaults)
    return kept and also and optional and _required(now) <= _required(was)


def _required(arguments: ast.arguments) -> set[str]:
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return {argument.arg for argument, default in pairs if default is None}


def main(arguments: list[str]) -> None:
    home = BASELINES / str(current())
    if home.exists() and arguments != ["--again"]:
        sys.exit(
            f"{home.relative_to(ROOT)} is there: raise the version, or, while it is unpublished, say --again"
        )
    with tempfile.TemporaryDirectory() as folder:
        draw(Path(folder))
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(folder, home)
    sys.stdout.write(f"{home.relative_to(ROOT)} written\n")


if __name__ == "__main__":
    main(sys.argv[1:])
