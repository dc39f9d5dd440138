"""The table of faults in service/docs/audit.md, as tests use it."""

import re
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs" / "audit.md"


@dataclass(frozen=True, slots=True)
class Plant:
    """A line of the table. `sql` and `row` have words in angle brackets for ids."""

    name: str
    about: str
    reads: tuple[str, ...]
    sql: tuple[str, ...]
    row: str
    brings: frozenset[str]
    mend: str

    def filled(self, names: dict[str, str]) -> "tuple[list[str], str]":
        """Its statements and its row, about the rows of these names."""
        return [_filled(part, names) for part in self.sql], _filled(self.row, names)


def plants() -> list[Plant]:
    """In the order of the table."""
    lines = DOCS.read_text(encoding="utf-8").partition("| finding | about |")[2].splitlines()[2:]
    return [_plant([cell.strip() for cell in line.strip("|").split(" | ")]) for line in lines]


def _plant(cells: list[str]) -> Plant:
    name, about, reads, sql, row, brings, mend = cells
    return Plant(
        name=name.strip("`"),
        about=about,
        reads=tuple(re.sub(r" \(.*?\)", "", reads).split(", ")),
        sql=tuple(sql.strip("`").split("; ")),
        row=row.strip("`"),
        brings=frozenset(brings.split(", ")) - {""},
        mend=mend,
    )


def _filled(words: str, names: dict[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda found: names[found[1]], words)
