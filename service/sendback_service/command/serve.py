from typing import Annotated

import typer

from sendback_service import log
from sendback_service.command.imports import undisturbed
from sendback_service.command.terminal import Config
from sendback_service.configuration import read

Processes = Annotated[
    int | None,
    typer.Option(
        "--processes", "-p", min=1, max=64, help="How many; as the configuration says unless given."
    ),
]


def serve(config: Config = None, processes: Processes = None) -> None:
    """Runs the server, one process or several on one port, and on SQLite a worker with it."""
    with undisturbed():
        from sendback_service.server import serve as run

    log.set_up()
    run(read(config), config, processes)
