"""What the commands have in common: where they speak, how they fail, the options that several take."""

import os
import sys
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendback_service.configuration import ConfigurationError, where
from sendback_service.refusal import Problem, Refusal

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

# Whoever pipes a table on wants whole lines, whatever the terminal's width.
_WIDE = 4_000
Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="The configuration file; ./sendback.toml unless given.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@cache
def out() -> "Console":
    """For people. Those that serve tell nobody anything, and never load it."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() or os.environ.get("COLUMNS") else _WIDE)


def table(*columns: str, ids: tuple[str, ...] = ()) -> "Table":
    """`ids` are columns that somebody copies: they are never cut short."""
    from rich.table import Table

    made = Table()
    for column in columns:
        made.add_column(column, no_wrap=column in ids, overflow="fold")
    return made


@cache
def err() -> "Console":
    from rich.console import Console

    return Console(stderr=True)


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """What the user can mend is told in a line each, with exit status 2; so is a database that cannot be reached, and
    a file that is not to be had."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from sendback_service.store.executors import ExecutorTaken
        from sendback_service.store.outage import is_outage

        try:
            return command(*args, **kwargs)
        except (ConfigurationError, ExecutorTaken) as wrong:
            say(f"{wrong}{_elsewhere(kwargs)}")
        except Refusal as refusal:
            for problem in refusal.problems or (Problem("", _sentence(refusal)),):
                say(": ".join(part for part in (problem.field, problem.description) if part))
        except Exception as broken:
            if is_outage(broken):
                say(f"{unasked(broken)}{_elsewhere(kwargs)}")
            elif isinstance(broken, OSError) and broken.filename is not None:
                say(f"{broken.filename}: {broken.strerror}")
            else:
                raise
        raise typer.Exit(2)

    return run


def unasked(broken: Exception) -> str:
    """That the database gave no answer, and the first line of why."""
    first = str(broken).strip().splitlines() or [""]
    return f"the database could not be asked: {type(broken).__name__}: {first[0]}"


def _elsewhere(options: dict[str, Any]) -> str:
    hint = not_here(options.get("config", where()))
    return f" ({hint})" if hint else ""


def not_here(config: Path | None) -> str:
    """To somebody in another folder than the installation's a database or a key seems to be missing."""
    file = where()
    if config is not None or file.exists():
        return ""
    return (
        f"{file.absolute()} is not there: run this in the installation's folder, or name its file by --config"
    )


def _sentence(refusal: Refusal) -> str:
    from sendback_service.text.refusals import refusal_text

    named = ", ".join(f"{key} {value}" for key, value in refusal.metadata.items())
    said = f"{refusal.reason}: {refusal_text(refusal.reason, refusal.metadata, 'en')}"
    return f"{said} ({named})" if named else said


def say(what: str) -> None:
    err().print(f"sendback: {what}", style="red", highlight=False, soft_wrap=True, markup=False)
