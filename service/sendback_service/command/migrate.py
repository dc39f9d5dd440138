from typing import Annotated

import typer

from sendback_service.command.terminal import Config, out
from sendback_service.configuration import Configuration, ConfigurationError, read


def migrate(
    config: Config = None,
    to: Annotated[str, typer.Option(help="A revision, head or base.")] = "head",
    yes: Annotated[
        bool, typer.Option("--yes", help="Go down, and delete what only newer revisions hold.")
    ] = False,
) -> None:
    """Brings the database to this version's schema."""
    bring(read(config), to, may_go_down=yes)


def bring(configuration: Configuration, to: str = "head", *, may_go_down: bool = False) -> None:
    """Brings the database there and says where it is."""
    from sendback_service.store import migrating, schema

    present = schema.revision(configuration.database)
    if present.cut_off:
        raise ConfigurationError(present.problem)
    known = schema.revisions()
    if to not in known:
        raise ConfigurationError(f"no revision {to!r}; known: {', '.join(known)}")
    if present.present in known and known.index(to) < known.index(present.present) and not may_go_down:
        raise ConfigurationError(
            f"from {present.present} down to {to} deletes what only newer revisions hold:"
            " end every server and worker, make a backup, and give --yes"
        )
    found = migrating.migrate(configuration.database, to)
    out().print(f"the database is at revision {found.present or 'none'}", highlight=False)
