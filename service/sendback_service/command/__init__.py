"""The `sendback` command: setting an installation up, running it, looking at it. One file a command."""

from typing import TYPE_CHECKING

from sendback_service.command.imports import plain, undisturbed

if TYPE_CHECKING:
    from typer import Typer


def main() -> None:
    """Errors that somebody can mend are one line on standard error."""
    loaded()(prog_name="sendback")


def loaded() -> "Typer":
    with undisturbed():
        plain()
        from sendback_service.command.app import app
    return app
