"""Guards taken away, to see that a soak notices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

_FRESH_KEYS = """
from dataclasses import replace
from uuid import uuid4

from sendback_service.effects import transfers

_asked = transfers._request
transfers._request = lambda tx, row: replace(_asked(tx, row), key=f"trf_{uuid4().hex}")
"""


@dataclass(frozen=True, slots=True)
class Mutant:
    """`prepare` is given a folder for what is imported into every process; answers its environment. `break_store` is
    given the database once it is there."""

    prepare: Callable[[Path], Mapping[str, str]] = lambda _: {}
    break_store: Callable[[str], None] = lambda _: None


def _plugin(code: str) -> Callable[[Path], Mapping[str, str]]:
    """Imported as plugins are: by its entry point."""

    def prepare(folder: Path) -> Mapping[str, str]:
        info = folder / "mutant-1.0.dist-info"
        info.mkdir(parents=True)
        (folder / "mutant.py").write_text(code)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mutant\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[sendback]\nmutant = mutant\n")
        return {"PYTHONPATH": str(folder)}

    return prepare


def _execute(statement: str) -> Callable[[str], None]:
    def break_store(database: str) -> None:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(statement)

    return break_store


MUTANTS = {
    "": Mutant(),
    "refund-key": Mutant(prepare=_plugin(_FRESH_KEYS)),
    "unit-rows": Mutant(break_store=_execute("DROP INDEX unit_held_once")),
}
