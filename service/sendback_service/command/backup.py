import shutil
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sendback_service.command.kept import DATA, About, Folder, Tools, keep_key, kind_of, sum_of
from sendback_service.command.terminal import Config, out
from sendback_service.configuration import Configuration, ConfigurationError, read


def backup(folder: Folder, config: Config = None, tools: Tools = None) -> None:
    """Copies the database as it is at one moment, and the signing key, into a new folder. The service may run.

    The copy holds personal data and the key: keep it as you keep the database."""
    from sendback_service.store.backups import BackupFailed

    configuration = read(config)
    if folder.exists():
        raise ConfigurationError(f"{folder} is there: a backup goes into a folder of its own")
    part = folder.with_name(f"{folder.name}.part")
    try:
        part.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise ConfigurationError(f"{part} is there: another backup is being made, or was cut off") from None
    try:
        about = _save(configuration, part, tools)
        part.rename(folder)
    except BackupFailed as failed:
        raise ConfigurationError(str(failed)) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    size = (folder / DATA).stat().st_size / 1e6
    out().print(f"{folder}: {size:,.1f} MB, the feed up to {about.feed_position}", highlight=False)


def _save(configuration: Configuration, folder: Path, tools: Path | None) -> About:
    from sendback_service.store import backups

    backups.check(configuration.database)
    began = datetime.now(UTC).isoformat(timespec="seconds")
    revision, position = _state(configuration)
    backups.save(configuration.database, folder / DATA, tools)
    (folder / DATA).chmod(0o600)
    keep_key(configuration, folder)
    about = About(
        began,
        version("sendback-service"),
        kind_of(configuration.database),
        revision,
        position,
        sum_of(folder / DATA),
    )
    about.write(folder)
    return about


def _state(configuration: Configuration) -> tuple[str, int]:
    """Revision, and the feed's position, read before the copy is made: the copy stands no further back."""
    from sendback_service.clock import system_clock
    from sendback_service.effects.recovery import feed_position
    from sendback_service.store.snapshots import Snapshots

    with closing(Snapshots(configuration.database, system_clock)) as snapshots:
        found = snapshots.revision()
        if found.problem:
            raise ConfigurationError(found.problem)
        with snapshots.look() as tx:
            return found.present or "", feed_position(tx)
