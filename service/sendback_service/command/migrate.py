from typing import Annotated

import typer

from sendback_service.command.terminal import Config, out
from sendback_service.configuration import Configuration, ConfigurationError, read


def migrate(
    config: Config = None,
    to: Annotated[str, typer.Option(help="A revision, head or base.")] = "head",
) -> None:
    """Brings the database to this version's schema."""
    bring(read(config), to)


def bring(configuration: Configuration, to: str = "head") -> None:
    """Brings the database there and says where it is."""
    from sendback_service.store import migrating, schema

    present = schema.revision(configuration.database)
    if present.cut_off:
        raise ConfigurationError(present.problem)
    if to not in schema.revisions():
        raise ConfigurationError(f"no revision {to!r}; known: {', '.join(schema.revisions())}")
    found = migrating.migrate(configuration.database, to)
    out().print(f"the database is at revision {found.present or 'none'}", highlight=False)
