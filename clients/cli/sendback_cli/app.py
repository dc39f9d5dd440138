"""The root of `sendbackctl`: what is said before a command, and how every command ends."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from importlib.metadata import version
from typing import Annotated, Any

import typer
from sendback_client import SendbackError
from sendback_client.papers import DocumentBroken

from sendback_cli.commands import (
    carriers,
    events,
    keys,
    labels,
    merchants,
    orders,
    profiles,
    returns,
    settings,
    webhooks,
)
from sendback_cli.desk import Desk, Manner
from sendback_cli.profiles import Profile, Profiles
from sendback_cli.screen import Screen
from sendback_cli.statuses import Exit, Unusable, exit_of

_EPILOG = (
    "Ends with 0 done, 1 refused, 2 wrong usage or fields, 3 server not reached, 4 not found, 5 the key may not, "
    "6 changed meanwhile, 7 done in part."
)
_GROUPS = {
    "orders": (orders, "Orders: import, look up, invite their buyers."),
    "returns": (returns, "Returns: find, decide, receive, settle."),
    "labels": (labels, "Labels without a return's form: make, save, void."),
    "settings": (settings, "Portal, brand, warehouses and policy of a merchant."),
    "carriers": (carriers, "Accounts, routes, circuits: who carries what, swapped while it runs."),
    "events": (events, "What happened, and what happens now."),
    "webhooks": (webhooks, "Deliveries to a merchant's endpoints."),
    "merchants": (merchants, "Merchants, for the operator."),
    "keys": (keys, "Access keys."),
    "profiles": (profiles, "Servers by name."),
}


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Whatever goes wrong is said in a line or two, and ends with a number that says what it was."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        desk = _desk_of(kwargs.get("context"))
        screen = desk.screen if desk else Screen(as_json=False)
        try:
            return command(*args, **kwargs)
        except SendbackError as refused:
            screen.refused(refused)
            if desk and not refused.reason:
                screen.note(f"  asked {desk.line}")
            raise typer.Exit(exit_of(refused)) from None
        except (Unusable, DocumentBroken, OSError) as wrong:
            if isinstance(wrong, BrokenPipeError):
                raise
            screen.wrong(str(wrong))
            raise typer.Exit(Exit.USAGE) from None

    return run


def _desk_of(context: typer.Context | None) -> Desk | None:
    return context.find_object(Desk) if context else None


def _version(wanted: bool) -> None:
    if wanted:
        print(f"sendbackctl {version('sendback-cli')}")
        raise typer.Exit


def root(
    context: typer.Context,
    profile: Annotated[str, typer.Option("--profile", "-p", help="A server by name; see `profiles`.")] = "",
    target: Annotated[str, typer.Option(envvar="SENDBACK_TARGET", help="host:port of the server.")] = "",
    key: Annotated[
        str, typer.Option(help="env:NAME or file:PATH; env:SENDBACK_KEY where nothing says.")
    ] = "",
    ca: Annotated[
        str,
        typer.Option(
            envvar="SENDBACK_CA", help="TLS: a PEM file of roots, or `system`; none for a plain line."
        ),
    ] = "",
    merchant: Annotated[
        str, typer.Option("--merchant", "-m", help="Whose things, with an operator's key.")
    ] = "",
    language: Annotated[str, typer.Option(help="Of messages from the server: fr, en, es or de.")] = "",
    timeout: Annotated[float, typer.Option(min=0.1, max=600, help="Seconds for a call.")] = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: a JSON document a line.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Answer yes to every question.")] = False,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A Sendback server from the terminal."""
    found = _Chosen(profile)
    given = {"target": target, "key": key, "ca": ca, "merchant": merchant, "language": language}
    manner = Manner(found.with_(given), timeout, os.environ.get("SENDBACK_ACTOR", ""), yes)
    desk = Desk(manner, Screen(as_json))
    context.obj = desk
    context.call_on_close(desk.close)


class _Chosen:
    """The profile, with what was said beside it put over it."""

    def __init__(self, name: str) -> None:
        self._profile = told(Profiles().get)(name)

    def with_(self, given: dict[str, str]) -> Profile:
        over: Profile = replace(self._profile, **{name: value for name, value in given.items() if value})
        return over if over.key else replace(over, key="env:SENDBACK_KEY")


def _made() -> typer.Typer:
    app = typer.Typer(
        name="sendbackctl",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        epilog=_EPILOG,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(root)
    for name, (noun, help_text) in _GROUPS.items():
        group = typer.Typer(no_args_is_help=True, help=help_text)
        for verb, command in noun.COMMANDS.items():
            group.command(verb)(told(command))
        app.add_typer(group, name=name)
    return app


app = _made()


def main() -> None:
    try:
        app(prog_name="sendbackctl")
    except BrokenPipeError:
        # Whoever read the output has enough: what is left goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.DONE)
