import threading
from contextlib import closing
from typing import Annotated

import typer

from sendback_service.command.database import refuse_unusable
from sendback_service.command.kept import DATA, Folder, Tools, about, kind_of, put_key_back
from sendback_service.command.terminal import Config, out
from sendback_service.configuration import Configuration, ConfigurationError, read


def restore(
    folder: Folder,
    config: Config = None,
    tools: Tools = None,
    skip_serials: Annotated[
        int, typer.Option(min=0, help="Serials that each carrier account may have issued since the backup.")
    ] = 10_000,
) -> None:
    """Brings a backup back into an empty database, and has what was under way taken up. No server or worker may run."""
    from sendback_service.store import backups, migrating, schema

    configuration, found, wanted = read(config), about(folder), schema.head()
    if found.revision > wanted:
        raise ConfigurationError(
            f"the backup is of revision {found.revision}, and this version knows {wanted}: "
            f"restore with version {found.version} or a newer one"
        )
    if found.database != kind_of(configuration.database):
        raise ConfigurationError(f"the backup is of {found.database}: restore it into one")
    _refuse_workers(configuration)
    put_key_back(configuration, folder)
    try:
        backups.load(configuration.database, folder / DATA, skip_serials, tools)
    except backups.BackupFailed as failed:
        raise ConfigurationError(str(failed)) from None
    migrating.migrate(configuration.database)
    _take_up(configuration)
    out().print(f"restored as it was at {found.time}; run `sendback audit`, then start", highlight=False)
    out().print(f"who follows the feed goes on from {found.feed_position}", highlight=False)


def resume(config: Config = None) -> None:
    """Has what was under way taken up though the engine's tables are gone (dbos.db, the schema dbos), or a restore was
    cut off. No worker may run."""
    configuration = read(config)
    refuse_unusable(configuration)
    _take_up(configuration)


def _refuse_workers(configuration: Configuration) -> None:
    from sendback_service.store.executors import Executors

    if Executors(configuration.database, configuration.data_dir).anybody():
        raise ConfigurationError("a worker is running: end every worker first, or work would be done twice")


def _take_up(configuration: Configuration) -> None:
    from sendback_service import clock_offset
    from sendback_service.audit import NoEngine, engine_at
    from sendback_service.effects import recovery
    from sendback_service.store import opened
    from sendback_service.store.snapshots import Snapshots
    from sendback_service.store.transaction import Author, Transaction

    _refuse_workers(configuration)
    clock, stop = clock_offset.clock_for(test_mode=configuration.test_mode), threading.Event()
    database = opened(configuration.database, clock)
    with closing(Snapshots(configuration.engine, clock)) as snapshots:
        clock_offset.follow(clock, database, stop)
        engine = engine_at(snapshots, configuration.engine) or NoEngine()

        def work(tx: Transaction) -> dict[str, int]:
            recovery.doubt_what_was_restored(tx)
            return dict(recovery.take_up(tx, engine.at_work))

        counts = database.transact(work, Author("command", "recovery"))
    stop.set()
    database.shut()
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "nothing"
    out().print(f"to be taken up: {told}", highlight=False)
