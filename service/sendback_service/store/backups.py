"""Copies of the service's own tables, whole and of one moment, while the service runs; and the way back into an empty
database. The engine's tables stay out: what it is to do is told by ours.

SQLite copies itself. PostgreSQL is copied by its own programs, `pg_dump` and `pg_restore`."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

_BUSY_SECONDS = 30.0
_ENGINE_SCHEMA = "dbos"


class BackupFailed(Exception):
    """Says why, and what to do."""


def check(url: str) -> None:
    """Whether there is anything to copy. PostgreSQL says so itself."""
    if url.startswith("sqlite") and not _path(url).exists():
        raise BackupFailed(f"{_path(url)}: no such database")


def save(url: str, file: Path, tools: Path | None = None) -> None:
    """`tools` is the folder of PostgreSQL's programs, None where they are on the path."""
    if url.startswith("sqlite"):
        _copy(_path(url), file)
    else:
        without_engine = f"--exclude-schema={_ENGINE_SCHEMA}"
        ours = ["--format=custom", "--no-owner", "--no-privileges", without_engine, f"--file={file}"]
        _run("pg_dump", url, ours, tools)


def load(url: str, file: Path, tools: Path | None = None) -> None:
    """Into a database in which nothing is. Raises `BackupFailed` where something is, and changes nothing then."""
    if url.startswith("sqlite"):
        _load_file(_path(url), file)
        return
    _refuse_tables(url)
    all_or_nothing = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    _run("pg_restore", url, [*all_or_nothing, str(file)], tools)


def _copy(database: Path, file: Path) -> None:
    """In one reading, so that a busy writer cannot make it begin again; writers do not wait for it."""
    source = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
    copy = sqlite3.connect(file)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        problem = copy.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        source.close()
        copy.close()
    if problem != "ok":
        raise BackupFailed(f"the copy is damaged ({problem}): look at the disk, and at `sendback audit`")


def _load_file(database: Path, file: Path) -> None:
    """The engine's file goes with ours: it would speak of what has not happened."""
    beside = [
        database.with_name(f"{name}{end}") for name in (database.name, "dbos.db") for end in ("", "-wal")
    ]
    for present in (path for path in beside if path.exists()):
        raise BackupFailed(f"{present} is there: end every server and worker, and move it away first")
    database.parent.mkdir(parents=True, exist_ok=True)
    part = database.with_name(f"{database.name}.part")
    shutil.copyfile(file, part)
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    part.rename(database)


def _refuse_tables(url: str) -> None:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables"
            " WHERE table_schema NOT IN ('pg_catalog', 'information_schema') LIMIT 1"
        ).fetchone()
    if found is not None:
        raise BackupFailed(f"{found[0]} is there: restore into an empty database")


def _run(program: str, url: str, arguments: Sequence[str], tools: Path | None) -> None:
    """The password goes by the environment, where other users of the machine cannot read it."""
    path = shutil.which(program, path=None if tools is None else str(tools))
    if path is None:
        raise BackupFailed(
            f"{program} was not found: install PostgreSQL's client programs, no older than the server, "
            "or name their folder with --tools"
        )
    where = conninfo_to_dict(url)
    environment = {**os.environ, "PGPASSWORD": str(where.pop("password", "") or "")}
    database = make_conninfo(**where)  # type: ignore[arg-type]
    done = subprocess.run(
        [path, "--no-password", f"--dbname={database}", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupFailed(f"{program}: {done.stderr.strip() or f'status {done.returncode}'}")


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
