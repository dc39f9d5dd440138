"""What the database is to hold by itself: the indexes that make the invariants hold."""

from collections.abc import Iterator

from sendback_service.audit.finding import Check, Suspect
from sendback_service.audit.window import Window
from sendback_service.store.snapshots import missing_indexes
from sendback_service.store.transaction import Transaction


def indexes(tx: Transaction, _: Window) -> Iterator[Suspect]:
    for table, index in missing_indexes(tx):
        yield Suspect((table, index), f"table {table} has no index {index}, or it is not unique any more")


CHECKS = (
    Check(
        "index_missing",
        "store",
        "",
        indexes,
        "make it again as the migration has it; where it is unique, mend what it kept apart first",
    ),
)
