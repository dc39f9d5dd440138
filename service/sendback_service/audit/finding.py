"""What an audit finds, and what it asks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from sendback_service.audit.window import Window
from sendback_service.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row that a check does not like: its key, and what is wrong with it in words."""

    key: tuple[Any, ...]
    says: str


Find = Callable[[Transaction, Window], Iterator[Suspect]]


@dataclass(frozen=True, slots=True)
class Check:
    """One question about the rows of one table, which should find nothing.

    `name` is stable: programs may rely on it. `about` is the number of the invariant in service/docs/audit.md, or
    "events", "intents", "store". `mend` says what to do. `workflows` are those of the engine that may be at work on
    the row, named by the second part of its key: then nothing is wrong yet."""

    name: str
    about: str
    table: str
    find: Find
    mend: str
    workflows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken row. `key` are the columns of the table's primary key with their values."""

    name: str
    about: str
    table: str
    key: Mapping[str, Any] = field(hash=False)
    says: str
    mend: str

    @property
    def merchant_id(self) -> str:
        """Empty for what is nobody's in particular."""
        return str(self.key.get("merchant_id", ""))

    @property
    def row(self) -> str:
        """The key in one word, without the merchant."""
        return "/".join(str(value) for column, value in self.key.items() if column != "merchant_id")


def rows(
    name: str, about: str, table: str, broken: str, says: str, mend: str, workflows: tuple[str, ...] = ()
) -> Check:
    """A check that is one condition in SQL on a row `t`, the same in both databases. `says` names columns of `t`.

    The condition may use `:now`, `:late` (events and deadlines before it had their time) and `:lost` (so had
    intents)."""
    columns = [column for _, column, _, _ in Formatter().parse(says) if column]

    def find(tx: Transaction, window: Window) -> Iterator[Suspect]:
        for row in window.select(tx, columns, broken):
            yield Suspect(tuple(row)[: len(window.keys)], says.format(**row._mapping))

    return Check(name, about, table, find, mend, workflows)
