"""A backup's folder: the database's copy, the signing key, and a word about both."""

import json
import shutil
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Annotated

import typer

from sendback_service.configuration import Configuration, ConfigurationError

DATA, _ABOUT, _KEY = "sendback.data", "backup.json", "secret.key"

Folder = Annotated[Path, typer.Argument(help="The backup's folder.")]
Tools = Annotated[
    Path | None, typer.Option(help="The folder of pg_dump and pg_restore, where they are not on the path.")
]


@dataclass(frozen=True, slots=True)
class About:
    """When the backup was begun, by which version, of which kind of database at which revision. Who follows the feed
    goes on after a restore from `feed_position` at the latest."""

    time: str
    version: str
    database: str
    revision: str
    feed_position: int
    sha256: str

    def write(self, folder: Path) -> None:
        (folder / _ABOUT).write_text(json.dumps(asdict(self), indent=2) + "\n")


def about(folder: Path) -> About:
    """Raises `ConfigurationError` where the folder is no backup, or its copy is not what was saved."""
    try:
        found = About(**json.loads((folder / _ABOUT).read_text()))
        whole = sum_of(folder / DATA) == found.sha256
    except (OSError, ValueError, TypeError) as wrong:
        raise ConfigurationError(f"{folder} is no backup: {wrong}") from None
    if not whole:
        raise ConfigurationError(f"{folder / DATA} is not what was saved: take another backup")
    return found


def keep_key(configuration: Configuration, folder: Path) -> None:
    """Where it is a file; one that comes from the environment is kept by whoever sets that."""
    if not configuration.secret_key and configuration.secret_file.exists():
        shutil.copy2(configuration.secret_file, folder / _KEY)


def put_key_back(configuration: Configuration, folder: Path) -> None:
    """Raises `ConfigurationError` where there are keys here that do not read what the backup's have signed."""
    key = folder / _KEY
    if not key.exists():
        return
    if not configuration.secret_key and not configuration.secret_file.exists():
        configuration.data_dir.mkdir(parents=True, exist_ok=True)
        shutil.copy2(key, configuration.secret_file)
    elif set(_with_keys_of(key, configuration).signing_keys()) - set(configuration.signing_keys()):
        here = "SENDBACK_SECRET_KEY" if configuration.secret_key else configuration.secret_file
        raise ConfigurationError(
            f"{here} lacks keys of {key}, and without them QR codes on printed slips are void: append them to it, or "
            "move that file out of the backup if they shall be void"
        )


def _with_keys_of(file: Path, configuration: Configuration) -> Configuration:
    return configuration.model_copy(update={"secret_key": file.read_text(encoding="utf-8")})


def kind_of(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql"


def sum_of(file: Path) -> str:
    with file.open("rb") as data:
        return file_digest(data, "sha256").hexdigest()
