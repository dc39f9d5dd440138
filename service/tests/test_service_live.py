"""What is in force in a process, while its file changes and its database comes and goes."""

from pathlib import Path

import pytest
from sendback_service import routes
from sendback_service.configuration import read
from sendback_service.host import Host
from sendback_service.live import Live
from sendback_service.store import Database, opened

from service.tests.effects.world import HandClock
from tests.databases import Databases

_FILE = """
data_dir = "data"
[accounts.one]
plugin = "local"
[accounts.two]
plugin = "local"
[[routes]]
accounts = ["{account}"]
"""


def _in_force(database: Database) -> str:
    return database.look(lambda tx: routes.routing_in(tx, routes.INSTALLATION)).routes[0].accounts[0]


def test_a_change_of_the_file_is_not_lost_while_the_database_is_away(
    sqlite: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sendback.toml"
    file.write_text(_FILE.format(account="one"))
    database = opened(sqlite.migrated(), HandClock())
    configuration = read(file)
    live = Live(configuration, file, Host(configuration.accounts), database)
    live._take(changed=False)
    assert _in_force(database) == "one"
    file.write_text(_FILE.format(account="two") + "# changed")
    with monkeypatch.context() as away:
        away.setattr(database, "transact", _nobody_there)
        with pytest.raises(ConnectionError):
            live._look_at_file()
    live._look_at_file()
    assert _in_force(database) == "two"
    database.shut()


def _nobody_there(*_: object) -> None:
    raise ConnectionError
