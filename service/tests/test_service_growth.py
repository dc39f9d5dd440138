"""Every table either grows and says how it goes, or says why it does not: service/docs/speed.md."""

import re
from pathlib import Path

from sendback_service.store.tables import SQLModel

PAGE = Path(__file__).parents[1] / "docs" / "speed.md"


def test_every_table_says_how_it_grows() -> None:
    named = [name for row in _rows() for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(named) == sorted(SQLModel.metadata.tables)


def test_what_grows_says_how_long_it_is_kept_and_how_it_goes() -> None:
    for row in _rows():
        assert all(cell.strip() for cell in row.strip("|").split("|")), row


def _rows() -> list[str]:
    """Of the tables of tables."""
    text = PAGE.read_text(encoding="utf-8")
    parts = [text.partition(f"| {head}")[2].partition("\n\n")[0] for head in ("grows |", "does not grow")]
    return [line for part in parts for line in part.splitlines() if "`" in line and line.startswith("|")]
