"""What the commands have in common: where they speak, how they fail, the options that several take."""

from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendback_service.configuration import ConfigurationError
from sendback_service.refusal import Problem, Refusal

if TYPE_CHECKING:
    from rich.console import Console

Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="The configuration file; ./sendback.toml unless given.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@cache
def out() -> "Console":
    """For people. Those that serve tell nobody anything, and never load it."""
    from rich.console import Console

    return Console()


@cache
def err() -> "Console":
    from rich.console import Console

    return Console(stderr=True)


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """What the user can mend is told in a line each, with exit status 2; so is a database that cannot be reached."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from sendback_service.store.executors import ExecutorTaken
        from sendback_service.store.outage import is_outage

        try:
            return command(*args, **kwargs)
        except (ConfigurationError, ExecutorTaken) as wrong:
            _say(str(wrong))
        except Refusal as refusal:
            for problem in refusal.problems or (Problem("", str(refusal)),):
                _say(": ".join(part for part in (problem.field, problem.description) if part))
        except Exception as broken:
            if not is_outage(broken):
                raise
            _say(unasked(broken))
        raise typer.Exit(2)

    return run


def unasked(broken: Exception) -> str:
    """That the database gave no answer, and the first line of why."""
    first = str(broken).strip().splitlines() or [""]
    return f"the database could not be asked: {type(broken).__name__}: {first[0]}"


def _say(what: str) -> None:
    err().print(f"sendback: {what}", style="red", highlight=False, soft_wrap=True, markup=False)
