from sendback_service import log
from sendback_service.command.terminal import Config
from sendback_service.configuration import read


def serve(config: Config = None) -> None:
    """Runs the server, and on SQLite a worker with it."""
    from sendback_service.server import serve as run

    log.set_up()
    run(read(config), config)
