"""What is in force in a process, while its file changes and its database comes and goes."""

import threading
import time
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pytest
from sendback_service import route_versions
from sendback_service.call import Call
from sendback_service.configuration import read
from sendback_service.host import Host
from sendback_service.live_configuration import LiveConfiguration
from sendback_service.routing import Route, Share
from sendback_service.store import Database, opened
from sendback_service.store.tables import ConnectedAccountRow
from sendback_service.store.transaction import Author
from structlog.testing import capture_logs

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


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "sendback.toml"
    file.write_text(_FILE.format(account="one"))
    return file


@pytest.fixture
def database(sqlite: Databases) -> Iterator[Database]:
    database = opened(sqlite.migrated(), HandClock())
    yield database
    database.shut()


def _live(file: Path, database: Database) -> LiveConfiguration:
    configuration = read(file)
    return LiveConfiguration(configuration, file, Host(configuration.accounts), database)


def _in_force(database: Database) -> str:
    return (
        database.look(lambda tx: route_versions.routing_in(tx, route_versions.INSTALLATION))
        .routes[0]
        .accounts[0]
    )


def test_a_change_of_the_file_is_not_lost_while_the_database_is_away(
    file: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = _live(file, database)
    live._take(changed=False)
    assert _in_force(database) == "one"
    file.write_text(_FILE.format(account="two") + "# changed")
    with monkeypatch.context() as away:
        away.setattr(database, "transact", _nobody_there)
        with pytest.raises(ConnectionError):
            live._look_at_file()
    live._look_at_file()
    assert _in_force(database) == "two"


def _as_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    "breaks",
    [
        lambda file: file.write_text("[server"),
        lambda file: file.write_text("[server]\ntls = true"),
        lambda file: file.write_bytes(b"\xff"),
        _as_a_folder,
    ],
)
def test_a_file_that_cannot_be_read_is_said_once_and_changes_nothing(
    file: Path, database: Database, breaks: Callable[[Path], object]
) -> None:
    live = _live(file, database)
    live._take(changed=False)
    breaks(file)
    with capture_logs() as said:
        live._look_at_file()
        live._look_at_file()
    assert [line["event"] for line in said] == ["configuration.refused"]
    assert _in_force(database) == "one"


def test_an_account_that_cannot_be_made_is_told_of_when_it_comes_and_at_each_start(
    file: Path, database: Database
) -> None:
    live = _live(file, database)
    file.write_text(_FILE.format(account="one") + '[accounts.three]\nplugin = "none-such"\n')
    with capture_logs() as said:
        live._look_at_file()
        stop = threading.Event()
        _live(file, database).start(stop)
        stop.set()
    broken = [(line["account"], line["why"]) for line in said if line["event"] == "account.broken"]
    assert [account for account, _ in broken] == ["three", "three"]
    assert all("no plugin 'none-such'" in why for _, why in broken)


def test_a_package_that_does_not_load_is_told_of_at_each_start_whether_an_account_wants_it_or_not(
    file: Path, database: Database
) -> None:
    configuration, stop = read(file), threading.Event()
    found = [EntryPoint("bad", "sendback_none_such", "sendback"), *entry_points(group="sendback")]
    with capture_logs() as said:
        LiveConfiguration(configuration, file, Host(configuration.accounts, found), database).start(stop)
        stop.set()
    broken = [(line["plugin"], line["why"]) for line in said if line["event"] == "plugin.broken"]
    assert broken == [("bad", "ModuleNotFoundError: No module named 'sendback_none_such'")]


def test_an_account_that_a_merchant_connected_and_nobody_can_make_is_told_of_at_each_start(
    file: Path, database: Database
) -> None:
    row = ConnectedAccountRow(merchant_id="mer_1", name="shop", plugin="none-such")
    row.settings, row.secrets, row.create_time, row.update_time = {"settings": {}}, "", 1, 1
    database.transact(lambda tx: tx.session.add(row), Author("rpc", "somebody"))
    stop = threading.Event()
    with capture_logs() as said:
        _live(file, database).start(stop)
        stop.set()
    assert [line["account"] for line in said if line["event"] == "account.broken"] == ["mer_1/shop"]


def test_routes_of_the_database_come_into_force_whatever_is_wrong_with_the_file(
    file: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, stop = _live(file, database), threading.Event()
    monkeypatch.setattr("sendback_service.live_configuration._LOOK_SECONDS", 0.02)
    monkeypatch.setattr(live, "_look_at_file", _nobody_there)
    live.start(stop)
    assert live.routes_of("")[0].accounts == ("one",)
    new = (Route(((Share("two"),),)),)
    call = Call("UpdateRouting", "", "operator")
    database.transact(
        lambda tx: route_versions.save(tx, call, route_versions.INSTALLATION, new, "", ""), call.author
    )
    until = time.monotonic() + 10
    while live.routes_of("") != new and time.monotonic() < until:
        time.sleep(0.02)
    stop.set()
    assert live.routes_of("") == new


def _nobody_there(*_: object) -> None:
    raise ConnectionError
