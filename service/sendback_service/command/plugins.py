import json
from typing import TYPE_CHECKING, Any

from sendback_service.command.terminal import AsJson, Config, err, out, table
from sendback_service.configuration import read

if TYPE_CHECKING:
    from rich.table import Table


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
    out().print(_table(rows))
    for name, made in host.accounts.items():
        if made.failure:
            err().print(f"account {name}: {made.failure}", style="red", highlight=False, markup=False)


def _table(rows: list[dict[str, Any]]) -> "Table":
    from rich.text import Text

    listed = table("plugin", "version", "hooks", "accounts", "failure")
    for row in rows:
        listed.add_row(
            row["name"],
            row["version"],
            "\n".join(row["hooks"]),
            "\n".join(row["accounts"]),
            Text(row["failure"], style="red"),
        )
    return listed
