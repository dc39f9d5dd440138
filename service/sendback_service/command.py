"""The `sendback` command: setting an installation up, running it, looking at it."""

import json
import os
import secrets
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from sendback_service import log
from sendback_service.configuration import Configuration, ConfigurationError, read
from sendback_service.sample import SAMPLE

app = typer.Typer(
    name="sendback",
    help="A returns portal as a plugin-based gRPC microservice.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
key_app = typer.Typer(help="Access keys that the operator makes on the spot.", no_args_is_help=True)
app.add_typer(key_app, name="key")

Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="The configuration file; ./sendback.toml unless given.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
_out = Console()
_err = Console(stderr=True)


def main() -> None:
    """Errors that somebody can mend are one line on standard error."""
    app()


def _told(command: Callable[..., Any]) -> Callable[..., Any]:
    """What the user can mend is told in a line, with exit status 2."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from sendback_service.store.executors import ExecutorTaken

        try:
            return command(*args, **kwargs)
        except (ConfigurationError, ExecutorTaken) as wrong:
            _err.print(f"sendback: {wrong}", style="red", highlight=False, soft_wrap=True)
            raise typer.Exit(2) from None

    return run


def _version(wanted: bool) -> None:
    if wanted:
        _out.print(f"sendback {version('sendback-service')}", highlight=False)
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A returns portal as a plugin-based gRPC microservice."""


@app.command()
@_told
def init(
    folder: Annotated[Path, typer.Argument(help="Where the installation goes.")] = Path(),
) -> None:
    """Writes sendback.toml, makes data folder, signing key and database, and tells the operator's key once."""
    file = folder / "sendback.toml"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        outbox = (folder / "sendback-data" / "outbox").resolve()
        file.write_text(SAMPLE.format(outbox=outbox.as_posix()))
        _out.print(f"wrote {file}", highlight=False)
    configuration = read(file)
    _make_secret(configuration)
    _migrate(configuration)
    _out.print("The operator's key, told this once:", highlight=False)
    print(_operator_key(configuration))


@app.command()
@_told
def serve(config: Config = None) -> None:
    """Runs the server, and on SQLite a worker with it."""
    from sendback_service.server import serve as run

    log.set_up()
    run(read(config), config)


@app.command()
@_told
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


@app.command()
@_told
def migrate(
    config: Config = None,
    to: Annotated[str, typer.Option(help="A revision, head or base.")] = "head",
) -> None:
    """Brings the database to this version's schema."""
    configuration = read(config)
    _migrate(configuration, to)


@app.command()
@_told
def check(config: Config = None) -> None:
    """Says whether configuration, plugins, accounts, routes and database are right. Exit status 1 where not."""
    from sendback_service.host import Host

    configuration = read(config)
    host = Host(configuration.accounts)
    rows = [("signing key", _problem(configuration.secret)), ("database", _database_problem(configuration))]
    rows += [(f"account {name}", made.failure) for name, made in host.accounts.items()]
    for role, account in (("channel", configuration.channel), ("refunds", configuration.refunds)):
        known = not account or account in configuration.accounts
        rows.append((role, "" if known else f"no account {account!r}"))
    if not configuration.routes:
        rows.append(("routes", "none: every buyer gets instructions instead of a label"))
    table = Table("", "what", "problem")
    for what, problem in rows:
        table.add_row("[red]✗[/]" if problem else "[green]✓[/]", what, problem)
    _out.print(table)
    raise typer.Exit(any(problem for _, problem in rows))


@app.command()
@_told
def plugins(config: Config = None, as_json: AsJson = False) -> None:
    """Lists plugins: version, hooks, accounts, and what failed and why."""
    from sendback_service.host import Host

    host = Host(read(config).accounts)
    rows: list[dict[str, Any]] = [
        {
            "name": plugin.name,
            "version": plugin.version,
            "hooks": list(plugin.hooks),
            "accounts": sorted(
                name
                for name, made in host.accounts.items()
                if made.plugin in {cls.id for _, cls in plugin.classes}
            ),
            "failure": plugin.failure,
        }
        for plugin in host.loaded
    ]
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    table = Table("plugin", "version", "hooks", "accounts", "failure")
    for row in rows:
        table.add_row(
            row["name"],
            row["version"],
            "\n".join(row["hooks"]),
            "\n".join(row["accounts"]),
            f"[red]{row['failure']}[/]",
        )
    _out.print(table)
    for name, made in host.accounts.items():
        if made.failure:
            _err.print(f"account {name}: {made.failure}", style="red", highlight=False)


@app.command()
@_told
def clock(
    turn: Annotated[str, typer.Argument(help="How far: 14d, 3h, 90s, 10m; -14d turns it back.")],
    config: Config = None,
) -> None:
    """Turns the installation's clock. In test mode only."""
    from sendback_service.clock import system_clock
    from sendback_service.store import opened
    from sendback_service.turning import turn as turned

    configuration = read(config)
    if not configuration.test_mode:
        raise ConfigurationError(
            "the clock can only be turned in test mode (test_mode = true), never in production"
        )
    database = opened(configuration.database, system_clock)
    offset = turned(database, _duration(turn))
    database.shut()
    _out.print(f"the clock is {offset} ahead", highlight=False)


@app.command()
@_told
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


@key_app.command("create")
@_told
def key_create(config: Config = None) -> None:
    """Makes another key for the operator and tells it once. Revoke keys by RPC."""
    print(_operator_key(read(config)))


def _make_secret(configuration: Configuration) -> None:
    if configuration.secret_key or configuration.secret_file.exists():
        return
    configuration.data_dir.mkdir(parents=True, exist_ok=True)
    handle = os.open(configuration.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    _out.print(f"made {configuration.secret_file}", highlight=False)


def _migrate(configuration: Configuration, to: str = "head") -> None:
    from sendback_service.store import schema

    found = schema.migrate(configuration.database, to)
    _out.print(f"the database is at revision {found.present or 'none'}", highlight=False)


def _operator_key(configuration: Configuration) -> str:
    from sendback_service.clock import system_clock
    from sendback_service.keys import create_operator_key
    from sendback_service.store import opened

    database = opened(configuration.database, system_clock)
    secret = create_operator_key(database)
    database.shut()
    return secret


def _database_problem(configuration: Configuration) -> str:
    from sendback_service.store import schema

    try:
        found = schema.revision(configuration.database)
    except Exception as broken:
        return f"{type(broken).__name__}: {broken}".splitlines()[0]
    return (
        ""
        if found.current
        else f"at revision {found.present or 'none'}, needs {found.wanted}: sendback migrate"
    )


def _problem(question: Callable[[], object]) -> str:
    try:
        question()
    except ConfigurationError as wrong:
        return str(wrong)
    return ""


def _duration(text: str) -> timedelta:
    units = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
    number, unit = text[:-1], text[-1:]
    if unit not in units or not number.removeprefix("-").replace(".", "", 1).isdigit():
        raise ConfigurationError(f"{text!r} is no duration: give 14d, 3h, 10m or 90s")
    return timedelta(**{units[unit]: float(number)})


if __name__ == "__main__":
    sys.argv[0] = "sendback"
    main()
