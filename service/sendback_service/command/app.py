"""The command with all its commands, each of which imports what it needs once it runs."""

from importlib.metadata import version
from typing import Annotated

import typer

from sendback_service.command import key, secrets
from sendback_service.command.audit import audit
from sendback_service.command.backup import backup
from sendback_service.command.check import check
from sendback_service.command.clock import clock
from sendback_service.command.demo import demo
from sendback_service.command.health import health
from sendback_service.command.init import init
from sendback_service.command.migrate import migrate
from sendback_service.command.plugins import plugins
from sendback_service.command.quote import quote
from sendback_service.command.restore import restore, resume
from sendback_service.command.serve import serve
from sendback_service.command.terminal import told
from sendback_service.command.worker import worker

app = typer.Typer(
    name="sendback",
    help="A returns portal as a plugin-based gRPC microservice.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
key_app = typer.Typer(help="Access keys that the operator makes on the spot.", no_args_is_help=True)
app.add_typer(key_app, name="key")
for command in (
    init,
    serve,
    worker,
    migrate,
    check,
    health,
    audit,
    backup,
    restore,
    resume,
    plugins,
    quote,
    demo,
):
    app.command()(told(command))
# -14d is a duration and no option.
app.command(context_settings={"ignore_unknown_options": True})(told(clock))
key_app.command()(told(key.create))
key_app.command("list")(told(key.list_))
key_app.command()(told(key.rotate))
key_app.command()(told(key.revoke))
secrets_app = typer.Typer(help="Keys that encrypt what merchants connect.", no_args_is_help=True)
app.add_typer(secrets_app, name="secrets")
secrets_app.command()(told(secrets.key))
secrets_app.command()(told(secrets.signing_key))
secrets_app.command()(told(secrets.rotate))


def _version(wanted: bool) -> None:
    if wanted:
        print(f"sendback {version('sendback-service')}")
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A returns portal as a plugin-based gRPC microservice."""
