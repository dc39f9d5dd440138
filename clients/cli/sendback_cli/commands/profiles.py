import sys
from dataclasses import asdict, replace
from typing import Annotated

import typer

from sendback_cli.desk import desk_of
from sendback_cli.profiles import Profile, Profiles
from sendback_cli.statuses import Unusable

Name = Annotated[str, typer.Argument(help="The profile.")]


def put(
    context: typer.Context,
    name: Name,
    target: Annotated[str, typer.Option(help="host:port of the server.")] = "",
    key: Annotated[str, typer.Option(help="Where the key is: env:NAME or file:PATH.")] = "",
    key_stdin: Annotated[
        bool,
        typer.Option(
            "--key-stdin", help="Read the key from standard input, and keep it in a file of your own."
        ),
    ] = False,
    ca: Annotated[str, typer.Option(help="A PEM file of root certificates, or `system`.")] = "",
    merchant: Annotated[str, typer.Option(help="Whose things, with an operator's key.")] = "",
    language: Annotated[str, typer.Option(help="fr, en, es or de.")] = "",
) -> None:
    """Adds a server, or changes what is given of one that is known."""
    known = Profiles()
    before = known.all().get(name, Profile())
    if key_stdin:
        secret = sys.stdin.readline().strip()
        if not secret:
            raise Unusable("there was no key on standard input")
        key = known.keep_key(name, secret)
    given = {"target": target, "key": key, "ca": ca, "merchant": merchant, "language": language}
    known.put(name, replace(before, **{field: value for field, value in given.items() if value}))
    desk_of(context).screen.note(f"kept in {known.path}")


def listed(context: typer.Context) -> None:
    """Lists the servers; the one in use has a star."""
    screen, known = desk_of(context).screen, Profiles()
    for name, profile in known.all().items():
        if screen.as_json:
            screen.value({"name": name, "in_use": name == known.chosen, **asdict(profile)})
        else:
            star = "*" if name == known.chosen else " "
            print(f"{star} {name:<16} {profile.target:<28} {profile.key} {profile.merchant}".rstrip())


def use(context: typer.Context, name: Name) -> None:
    """Takes this server where no other is named."""
    Profiles().use(name)
    desk_of(context).screen.note(f"{name} is taken from now on")


def remove(context: typer.Context, name: Name) -> None:
    """Forgets a server. A key's file is left where it is."""
    desk_of(context).sure(f"Forget the profile {name}?")
    Profiles().remove(name)


COMMANDS = {"put": put, "list": listed, "use": use, "remove": remove}
