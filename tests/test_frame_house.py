"""The map of the code, service/docs/house.md: every module of the service has its place in it, and nothing else."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVICE = ROOT / "service" / "sendback_service"
HOUSE = ROOT / "service" / "docs" / "house.md"


def modules() -> set[str]:
    found = {path.stem for path in SERVICE.glob("*.py")} - {"__init__"}
    return found | {f"{path.parent.name}/" for path in SERVICE.glob("*/__init__.py")}


def rooms() -> list[str]:
    """What the first column of each table names."""
    rows = (line.split("|")[1] for line in HOUSE.read_text().splitlines() if line.startswith("| `"))
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def test_every_module_has_one_room() -> None:
    assert len(modules()) > 50
    assert sorted(rooms()) == sorted(modules())


def test_every_file_that_the_story_of_a_return_names_is_there() -> None:
    named = re.findall(r"`((?:\w+/)*\w+\.py)`", HOUSE.read_text())
    assert len(named) > 15
    assert [name for name in named if not (SERVICE / name).is_file()] == []
