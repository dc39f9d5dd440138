"""Copies of the service's own tables, whole and of one moment, while the service runs; and the way back into an empty
database. The engine's tables stay out: what it is to do is told by ours.

SQLite copies itself. PostgreSQL is copied by its own programs, `pg_dump` and `pg_restore`."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import NamedTemporaryFile

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from sendback_service.store.schema import KEPT_BY_ALEMBIC, RESTORED

_BUSY_SECONDS = 30.0
_ENGINE_SCHEMA = "dbos"
_ALL_OR_NOTHING = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")


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


def load(url: str, file: Path, serials: int, tools: Path | None = None) -> None:
    """Into a database in which nothing is. Raises `BackupFailed` where something is, and changes nothing then. What was
    loaded is nobody's to work on until it is in doubt, and `serials` of each account are passed over: a row says so
    from the first moment at which it can be used."""
    mark = (
        f"INSERT INTO installation (name, value) VALUES ('{RESTORED}', '{serials}') "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
    if url.startswith("sqlite"):
        _load_file(_path(url), file, mark)
    else:
        _load_tables(url, file, mark, tools)


def _load_tables(url: str, file: Path, mark: str, tools: Path | None) -> None:
    """The revision comes last: a database without one is used by nobody."""
    _refuse_tables(url)
    contents = _run("pg_restore", None, ["--list", str(file)], tools).splitlines(keepends=True)
    with NamedTemporaryFile("w", suffix=".list") as most:
        most.writelines(line for line in contents if not _is_the_revision(line))
        most.flush()
        _run("pg_restore", url, [*_ALL_OR_NOTHING, f"--use-list={most.name}", str(file)], tools)
    with psycopg.connect(url) as connection:
        connection.execute(mark.encode())
    last = ["--data-only", f"--table={KEPT_BY_ALEMBIC}"]
    _run("pg_restore", url, [*_ALL_OR_NOTHING, *last, str(file)], tools)


def _is_the_revision(content: str) -> bool:
    return " TABLE DATA " in content and f" {KEPT_BY_ALEMBIC} " in content


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


def _load_file(database: Path, file: Path, mark: str) -> None:
    """The engine's file goes with ours: it would speak of what has not happened."""
    beside = [
        database.with_name(f"{name}{end}") for name in (database.name, "dbos.db") for end in ("", "-wal")
    ]
    for present in (path for path in beside if path.exists()):
        raise BackupFailed(f"{present} is there: end every server and worker, and move it away first")
    database.parent.mkdir(parents=True, exist_ok=True)
    part = database.with_name(f"{database.name}.part")
    shutil.copyfile(file, part)
    with closing(sqlite3.connect(part)) as copy, copy:
        # a journal that was left behind would be played into the next copy
        copy.execute("PRAGMA journal_mode=MEMORY")
        copy.execute(mark)
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


def _run(program: str, url: str | None, arguments: Sequence[str], tools: Path | None) -> str:
    """What it prints."""
    path = shutil.which(program, path=None if tools is None else str(tools))
    if path is None:
        raise BackupFailed(
            f"{program} was not found: install PostgreSQL's client programs, no older than the server, "
            "or name their folder with --tools"
        )
    database, secret = ((), {}) if url is None else _connection(url)
    done = subprocess.run(
        [path, *database, *arguments],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupFailed(f"{program}: {done.stderr.strip() or f'status {done.returncode}'}")
    return done.stdout


def _connection(url: str) -> tuple[Sequence[str], dict[str, str]]:
    """Arguments and environment. The password goes by the latter, where other users of the machine cannot read it; one
    that stands there already is that of a URL without any, as for all clients of PostgreSQL."""
    where = conninfo_to_dict(url)
    password = where.pop("password", None)
    database = make_conninfo(**where)  # type: ignore[arg-type]
    return ("--no-password", f"--dbname={database}"), {"PGPASSWORD": str(password)} if password else {}


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
