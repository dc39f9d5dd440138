from typing import Annotated

import typer

from sendback_service import log
from sendback_service.command.imports import undisturbed
from sendback_service.command.serve import Processes
from sendback_service.command.terminal import Config
from sendback_service.configuration import read


def worker(
    config: Config = None,
    processes: Processes = None,
    name: Annotated[
        str, typer.Option("--name", help="Of this worker; the first free number unless given.")
    ] = "",
) -> None:
    """Runs a worker, or several: labels, refunds, messages, deadlines."""
    with undisturbed():
        from sendback_service.worker import crew

    log.set_up()
    crew(read(config), config, processes or 1, name)
