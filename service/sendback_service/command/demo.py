from pathlib import Path
from typing import Annotated

import typer

from sendback_service.configuration import ConfigurationError


def demo(
    orders: Annotated[Path | None, typer.Option(help="A folder with orders of your own, *.jsonl.")] = None,
    out: Annotated[Path, typer.Option(help="Where the results go.")] = Path("build/demo"),
) -> None:
    """Plays whole returns on a real server with practice carriers, and checks that all came out as told."""
    try:
        from sendback_service.demo import play
    except ModuleNotFoundError as missing:
        raise ConfigurationError(
            f"the demo needs {missing.name}: pip install 'sendback-service[demo]'"
        ) from None
    raise typer.Exit(play(orders, out))
