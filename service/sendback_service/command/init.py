import secrets
from pathlib import Path
from typing import Annotated

import typer

from sendback_service.command.key import operator_key
from sendback_service.command.migrate import bring
from sendback_service.command.secrets import write_private
from sendback_service.command.terminal import out
from sendback_service.configuration import Configuration, read
from sendback_service.sample_configuration import SAMPLE


def init(
    folder: Annotated[Path, typer.Argument(help="Where the installation goes.")] = Path(),
) -> None:
    """Writes sendback.toml, makes data folder, signing key and database, and tells the operator's key once."""
    file = folder / "sendback.toml"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        outbox = (folder / "sendback-data" / "outbox").resolve()
        file.write_text(SAMPLE.format(outbox=outbox.as_posix()))
        out().print(f"wrote {file}", highlight=False)
    configuration = read(file)
    _make_secret(configuration)
    bring(configuration)
    if key := operator_key(configuration):
        out().print("The operator's key, told this once:", highlight=False)
        print(key)
    else:
        out().print("an operator's key is there; `sendback key create` makes another", highlight=False)


def _make_secret(configuration: Configuration) -> None:
    if configuration.secret_key or configuration.secret_file.exists():
        return
    write_private(configuration.secret_file, secrets.token_urlsafe(48))
    out().print(f"made {configuration.secret_file}", highlight=False)
