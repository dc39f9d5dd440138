from typing import Annotated

import typer

from sendback_service import log
from sendback_service.command.terminal import Config
from sendback_service.configuration import read


def worker(
    config: Config = None,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """Runs a worker: labels, refunds, messages, deadlines."""
    from sendback_service.worker import stop_with_parent, work

    log.set_up()
    if with_parent:
        stop_with_parent()
    work(read(config))
