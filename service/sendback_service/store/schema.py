"""The schema's revision: what the database has, what this version of the service needs, and the way between."""

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from sendback_service.store import postgres, sqlite

_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Revision:
    """`present` is None for an empty database."""

    present: str | None
    wanted: str

    @property
    def current(self) -> bool:
        return self.present == self.wanted


def migrate(url: str, to: str = "head") -> Revision:
    """Brings the database at `url` to the revision `to` ("head", "base", or an id), up or down."""
    engine = _engine(url)
    with engine.begin() as connection:
        configuration = _configuration(connection)
        if to == "base" or _is_older(configuration, connection, to):
            command.downgrade(configuration, to)
        else:
            command.upgrade(configuration, to)
    engine.dispose()
    return revision(url)


def revision(url: str) -> Revision:
    engine = _engine(url)
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return Revision(present, ScriptDirectory(str(_MIGRATIONS)).get_current_head() or "")


def _engine(url: str) -> Engine:
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return sqlite.engine(path)
    return postgres.engine(url)


def _configuration(connection: Connection) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(_MIGRATIONS))
    configuration.attributes["connection"] = connection
    return configuration


def _is_older(configuration: Config, connection: Connection, to: str) -> bool:
    present = MigrationContext.configure(connection).get_current_revision()
    if present is None or to == "head":
        return False
    script = ScriptDirectory.from_config(configuration)
    return to in {r.revision for r in script.iterate_revisions(present, "base")} - {present}
