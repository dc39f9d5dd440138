"""Who is given work, and who is told."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from grpc_health.v1 import health_pb2
from sendback_service.configuration import read
from sendback_service.host import Host
from sendback_service.observability import health
from sendback_service.observability.health import Health
from sendback_service.observability.readiness import Readiness
from sendback_service.observability.watch import lacking
from sendback_service.store.schema import Revision

CURRENT = Revision("0008", "0008")
OLD = Revision("0007", "0008")


class Installation:
    """One whose database and accounts come and go."""

    def __init__(self) -> None:
        self.revision: Revision | Exception = CURRENT
        self.lacking: dict[str, str] = {}
        self.asked = 0
        self.time = 0.0
        self.readiness = Readiness(self._revision, lambda: self.lacking, lambda: self.time)

    def look(self) -> dict[str, Any]:
        self.time += 10
        report = self.readiness.look()
        return {"ready": report.ready, "serving": report.serving, **report.problems}

    def _revision(self) -> Revision:
        self.asked += 1
        if isinstance(self.revision, Exception):
            raise self.revision
        return self.revision


def test_a_database_that_cannot_be_asked_or_lacks_a_migration() -> None:
    installation = Installation()
    nothing = {"database": "", "schema": "", "plugins": ""}
    assert installation.look() == {"ready": True, "serving": True, **nothing}
    installation.revision = ConnectionError("somewhere:5432 said what must not be told")
    found = installation.look()
    assert (found["ready"], found["serving"]) == (False, False)
    assert found["database"] == "cannot be asked: ConnectionError"
    installation.revision = OLD
    found = installation.look()
    assert (found["ready"], found["serving"], found["database"]) == (False, False, "")
    assert "sendback migrate" in found["schema"]
    installation.revision = CURRENT
    assert installation.look()["ready"]


def test_a_new_process_that_lacks_an_account_is_not_put_in_the_place_of_an_old_one() -> None:
    installation = Installation()
    installation.lacking = {"post": "token: the environment has no POST_TOKEN"}
    found = installation.look()
    assert (found["ready"], found["serving"]) == (False, True)
    assert found["plugins"] == "account post: token: the environment has no POST_TOKEN"
    installation.lacking = {}
    assert installation.look()["ready"]
    installation.lacking = {"post": "gone"}
    assert installation.look()["ready"], "an account that breaks later takes nobody out of service"


def test_probes_that_come_often_do_not_ask_the_database_each_time() -> None:
    installation = Installation()
    for _ in range(100):
        installation.readiness.look()
    assert installation.asked == 1


def test_accounts_that_have_something_to_do_must_be_there(tmp_path: Path) -> None:
    file = tmp_path / "sendback.toml"
    file.write_text("""
channel = "mail"
[accounts.mail]
plugin = "none-such"
[accounts.local]
plugin = "local"
[accounts.idle]
plugin = "none-such"
[accounts.lost]
plugin = "none-such"
[[routes]]
accounts = ["local", { lost = 1, local = 2 }]
""")
    configuration = read(file)
    found = lacking(configuration, Host(configuration.accounts))
    assert set(found) == {"lost", "mail"}
    assert "no plugin 'none-such'" in found["lost"]


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.mark.asyncio
async def test_health_probes_are_told_of_what_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_LOOK_SECONDS", 0.005)
    installation = Installation()
    monkeypatch.setattr("sendback_service.observability.readiness._KEPT_SECONDS", -1.0)
    told = Health(["sendback.v1.Returns"])

    def is_told(name: str, status: int) -> Callable[[], bool]:
        return lambda: told.servicer._server_status.get(name) == status

    serving, not_serving = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING
    installation.lacking = {"post": "broken"}
    await told.start(installation.readiness)
    assert is_told("", not_serving)()
    assert is_told("sendback.v1.Returns", serving)()
    installation.lacking = {}
    await _until(is_told("", serving))
    before = installation.asked
    installation.revision = ConnectionError()
    await _until(is_told("sendback.v1.Returns", not_serving))
    assert installation.asked - before >= 3, "once is not yet an outage"
    installation.revision = CURRENT
    await _until(is_told("", serving))
    assert told.alive() == ""
    await told.end()
    assert is_told("", not_serving)()
    await asyncio.sleep(0.05)
    assert is_told("", not_serving)(), "who is told to stop is not found healthy again"


def test_a_loop_that_stands_still_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_STILL_SECONDS", -1.0)
    assert "stood still" in Health([]).alive()
