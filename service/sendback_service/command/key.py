from sendback_service.command.terminal import Config
from sendback_service.configuration import Configuration, read


def create(config: Config = None) -> None:
    """Makes another key for the operator and tells it once. Revoke keys by RPC."""
    print(operator_key(read(config)))


def operator_key(configuration: Configuration) -> str:
    from sendback_service.clock import system_clock
    from sendback_service.keys import create_operator_key
    from sendback_service.store import opened

    database = opened(configuration.database, system_clock)
    secret = create_operator_key(database)
    database.shut()
    return secret
