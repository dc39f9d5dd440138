"""What the members and the tools of the workspace need from elsewhere.

python .ci/requirements.py           print it, one requirement a line; `make lock` resolves that
python .ci/requirements.py --check   fail if requirements.lock does not cover it
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MEMBERS = ("protos", "service", "plugins/*", "carriers/*", "clients/*")
OURS = re.compile(r"sendback\b")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==([^ ;\\]+)", re.MULTILINE)


def main(arguments: list[str]) -> None:
    if arguments == ["--check"]:
        check((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    else:
        print(*declared(ROOT), sep="\n")


def declared(root: Path) -> list[str]:
    """List the requirements of everything under `root`, those that members have of each other left out."""
    found = {text for file in [root / "pyproject.toml", *members(root)] for text in requirements(read(file))}
    return sorted(text for text in found if not OURS.match(text))


def members(root: Path) -> list[Path]:
    """Find the pyproject of every distribution."""
    return sorted(file for pattern in MEMBERS for file in root.glob(f"{pattern}/pyproject.toml"))


def read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def requirements(pyproject: dict[str, Any]) -> Iterator[str]:
    project = pyproject.get("project", {})
    yield from pyproject.get("build-system", {}).get("requires", [])
    yield from project.get("dependencies", [])
    for extra in project.get("optional-dependencies", {}).values():
        yield from extra
    for group in pyproject.get("dependency-groups", {}).values():
        yield from group


def check(lock: str) -> None:
    """Exit with a list of what is declared and not locked, or not in a version that was asked for."""
    if missing := uncovered(declared(ROOT), lock):
        sys.exit("\n".join(["requirements.lock lacks, run `make lock`:", *(f"  {text}" for text in missing)]))
    print("lock: covers what the members declare")


def uncovered(requirements: list[str], lock: str) -> list[str]:
    """Name the requirements that no pin of the lock satisfies."""
    from packaging.requirements import Requirement  # not there yet when the first lock is made

    pins = {normal(name): version for name, version in PIN.findall(lock)}
    parsed = {text: Requirement(text) for text in requirements}
    return [
        text for text, need in parsed.items() if not satisfied(need.specifier, pins.get(normal(need.name)))
    ]


def satisfied(specifier: Any, version: str | None) -> bool:
    return version is not None and specifier.contains(version, prereleases=True)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main(sys.argv[1:])
