from datetime import timedelta
from typing import Annotated

import typer

from sendback_service.command.database import opened
from sendback_service.command.terminal import Config, out
from sendback_service.configuration import ConfigurationError, read


def clock(
    turn: Annotated[str, typer.Argument(help="How far: 14d, 3h, 90s, 10m; -14d turns it back.")],
    config: Config = None,
) -> None:
    """Turns the installation's clock. In test mode only."""
    from sendback_service.clock_offset import FIRST_YEAR, LAST_YEAR, TurnedTooFar
    from sendback_service.clock_offset import turn as turned

    configuration = read(config)
    if not configuration.test_mode:
        raise ConfigurationError(
            "the clock can only be turned in test mode (test_mode = true), never in production"
        )
    try:
        with opened(configuration) as database:
            offset = turned(database, _duration(turn))
    except (TurnedTooFar, OverflowError):
        raise ConfigurationError(
            f"{turn!r} would turn the clock out of the years {FIRST_YEAR} to {LAST_YEAR}"
        ) from None
    out().print(f"the clock is {offset} ahead", highlight=False)


def _duration(text: str) -> timedelta:
    units = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
    try:
        return timedelta(**{units[text[-1:]]: float(text[:-1])})
    except (KeyError, ValueError):
        raise ConfigurationError(f"{text!r} is no duration: give 14d, 3h, 10m or 90s") from None
