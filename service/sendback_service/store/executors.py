"""One process per executor name. The lock goes with the process, however it ends."""

import fcntl
from pathlib import Path
from typing import IO, Any
from zlib import crc32

import psycopg


class ExecutorTaken(Exception):
    """Another process runs under this name."""


def take(name: str, database_url: str, data_dir: Path) -> Any:
    """The lock, to be kept as long as the process runs. Raises `ExecutorTaken`."""
    if database_url.startswith("sqlite"):
        return _take_file(name, data_dir)
    return _take_row(name, database_url)


def _take_file(name: str, data_dir: Path) -> IO[str]:
    data_dir.mkdir(parents=True, exist_ok=True)
    file = (data_dir / f"{name}.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise _taken(name) from None
    return file


def _take_row(name: str, database_url: str) -> psycopg.Connection[Any]:
    connection = psycopg.connect(database_url, autocommit=True)
    row = connection.execute(
        "SELECT pg_try_advisory_lock(%s, %s)", (crc32(b"sendback") >> 1, crc32(name.encode()) >> 1)
    )
    found = row.fetchone()
    if found is None or not found[0]:
        connection.close()
        raise _taken(name)
    return connection


def _taken(name: str) -> ExecutorTaken:
    return ExecutorTaken(
        f"a worker named {name!r} is running already: give this one another name with worker.executor"
    )
