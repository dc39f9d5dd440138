"""Whether the disk has room for what a loader is to make."""

import shutil
from collections.abc import Callable, Sequence
from typing import Any

# Indexes beside the rows; then the log, and the sorting when indexes are made.
_INDEXES, _MEANWHILE = 2, 1.5
_ROW_HEAD = 28
_GIB = 1024**3


class RoomMissing(Exception):
    """Says how much is needed, and how much there is."""


def check_room(run: Callable[[str], Any], tables: Sequence[str], copies: int) -> None:
    """By what the rows take that are to be copied."""
    needed = _bytes(run, tables) * _INDEXES * _MEANWHILE * copies
    folder = run("SHOW data_directory").fetchone()[0]
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise RoomMissing(
            f"{copies:,} copies need some {needed / _GIB:,.0f} GiB, and {folder} has {free / _GIB:,.0f} GiB left:"
            " take fewer, or a larger disk"
        )


def _bytes(run: Callable[[str], Any], tables: Sequence[str]) -> int:
    sizes = f"coalesce(sum(pg_column_size(t)), 0) + {_ROW_HEAD} * count(*)"
    return sum(int(run(f'SELECT {sizes} FROM "{table}" t').fetchone()[0]) for table in tables)
