"""The schema's revision: what the database has, and what this version of the service needs. The way between is
`migrating`'s: a process that serves looks every second, and needs none of what migrates."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, event, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"
# The row of `installation` that a migration writes when older versions can run no more: the oldest revision that a
# version may have been made for.
OLDEST = "oldest_schema"
# The row that comes with a backup that was loaded, and goes once what happened since is in doubt: how many serials are
# to be passed over then.
RESTORED = "restored"
KEPT_BY_ALEMBIC = "alembic_version"
_NOT_IN_DOUBT = (
    "the database was restored, and what happened since the backup is not in doubt yet: run `sendback resume` with no "
    "worker running, or refunds could be paid twice"
)
_CUT_OFF = (
    "the database has tables and no revision, as where `sendback restore` was cut off: drop it, create it empty, and "
    "restore once more"
)


@dataclass(frozen=True, slots=True)
class Revision:
    """`present` is None for an empty database, and where tables are all that was brought back before a restore was
    `cut_off`; `oldest` the oldest revision that it serves beside its own. `restored` is one that stands where a backup
    stood, and in which nothing is in doubt yet."""

    present: str | None
    wanted: str
    oldest: str = ""
    restored: bool = False
    cut_off: bool = False

    @property
    def current(self) -> bool:
        return self.present == self.wanted

    @property
    def usable(self) -> bool:
        """Also one that a newer version has made, where that says that this one can go on."""
        newer = self.present is not None and self.present > self.wanted
        return self.current or (newer and "" < self.oldest <= self.wanted)

    @property
    def problem(self) -> str:
        """What is wrong and what to do; empty where it can be used."""
        if self.usable:
            return _NOT_IN_DOUBT if self.restored else ""
        if self.cut_off:
            return _CUT_OFF
        if self.present is not None and self.present > self.wanted:
            return (
                f"the database is at revision {self.present}, this version knows {self.wanted} and can run beside it "
                "no more: install the newer version"
            )
        return (
            f"the database is at revision {self.present or 'none'}, this version needs {self.wanted}: "
            "run `sendback migrate`"
        )


def revision(url: str) -> Revision:
    """Asking makes no database where there is none."""
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return Revision(None, head())
    made = engine(url)
    try:
        with made.connect() as connection:
            return revision_in(connection)
    finally:
        made.dispose()


def revision_in(connection: Connection) -> Revision:
    here, filled = present(connection), inspect(connection).has_table("installation")
    facts = _facts(connection) if filled else {}
    return Revision(
        here, head(), facts.get(OLDEST, ""), restored=RESTORED in facts, cut_off=filled and here is None
    )


def present(connection: Connection) -> str | None:
    """The revision that the database is at."""
    if not inspect(connection).has_table(KEPT_BY_ALEMBIC):
        return None
    return connection.execute(text(f"SELECT version_num FROM {KEPT_BY_ALEMBIC}")).scalar()


def head() -> str:
    """The revision that this version knows as the newest."""
    return _numbers()[-1]


def revisions() -> tuple[str, ...]:
    """What a database can be brought to: migrations are files that begin with their number."""
    return ("base", *_numbers(), "head")


@cache
def _numbers() -> tuple[str, ...]:
    files = (MIGRATIONS / "versions").glob("[0-9]*.py")
    return tuple(sorted(file.name.partition("_")[0] for file in files))


def engine(url: str) -> Engine:
    if not url.startswith("sqlite:///"):
        from sendback_service.store import postgres

        return postgres.engine(url, patient=True)
    from sendback_service.store import sqlite

    path = Path(url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sqlite.engine(path)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _facts(connection: Connection) -> dict[str, str]:
    query = text("SELECT name, value FROM installation WHERE name IN (:oldest, :restored)")
    return {
        row.name: row.value for row in connection.execute(query, {"oldest": OLDEST, "restored": RESTORED})
    }
