from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

from sendback_service.command.terminal import Config, not_here, out, say, table
from sendback_service.configuration import Configuration, ConfigurationError, read
from sendback_service.routing import problems, warnings

if TYPE_CHECKING:
    from sendback_service.host import Host


def check(config: Config = None) -> None:
    """Says whether configuration, plugins, accounts, routes and database are right. Exit status 1 where not."""
    from rich.text import Text
    from sendback_sdk import Carrier, Channel, Refunds

    from sendback_service.host import Host
    from sendback_service.vault import vault_of

    configuration = read(config)
    host = Host(configuration.accounts)
    rows = [
        ("signing key", _problem(configuration.signing_keys)),
        ("database", _database_problem(configuration)),
    ]
    rows += [(f"account {name}", made.failure) for name, made in host.accounts.items()]
    if configuration.secrets_key:
        rows.append(("secrets key", _problem(lambda: vault_of(configuration.secrets_key))))
    for account in dict.fromkeys((configuration.channel, *configuration.channels)):
        rows.append(("channel", _unfit(host, account, Channel, "writes to nobody")))
    rows.append(("refunds", _unfit(host, configuration.refunds, Refunds, "pays no refunds")))
    rows += [(f"webhooks {part.account}", _deaf(host, part.account)) for part in configuration.webhooks]
    usable = host.carriers()
    known = {name: usable.get(name) for name in host.accounts}
    routes = [part.route() for part in configuration.routes]
    away = host.away(Carrier)
    rows += [(problem.field, problem.description) for problem in problems(routes, known, away)]
    rows += [("routes", warning) for warning in warnings(routes, known, away)]
    judged = table("", "what", "problem")
    for what, problem in rows:
        judged.add_row("[red]✗[/]" if problem else "[green]✓[/]", Text(what), Text(problem))
    out().print(judged)
    wrong = any(problem for _, problem in rows)
    if wrong and (elsewhere := not_here(config)):
        say(elsewhere)
    raise typer.Exit(wrong)


def _unfit(host: "Host", account: str, role: type[Any], cannot: str) -> str:
    """An account that cannot be made is told of by itself."""
    if account and account not in host.accounts:
        return f"no account {account!r}"
    return "" if not account or host.may(account, role) else f"account {account!r} {cannot}"


def _deaf(host: "Host", account: str) -> str:
    """An account that cannot be made is told of by itself."""
    from sendback_sdk import Tells

    made = host.accounts[account]
    return "" if made.failure or isinstance(made.object, Tells) else "its plugin tells nobody of events"


def _database_problem(configuration: Configuration) -> str:
    from sendback_service.store import schema

    try:
        found = schema.revision(configuration.database)
    except Exception as broken:
        return f"{type(broken).__name__}: {broken}".splitlines()[0]
    return found.problem


def _problem(question: Callable[[], object]) -> str:
    try:
        question()
    except ConfigurationError as wrong:
        return str(wrong)
    return ""
