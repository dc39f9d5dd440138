"""Real servers for the stories, and one rule for the continuous build.

With SENDBACK_REQUIRE_ALL=1, as the continuous build sets it, a skipped test fails the run: what could not be tried
there (no PostgreSQL, no barcode reader) must not pass for tried."""

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest

if TYPE_CHECKING:
    from sendback_service.demo.world import Shop, World


# Fixtures that several modules share: a server and a worker each.
_WORLDS = ("world", "vaulted")
# Fixtures that are a world of their module's own.
_OF_A_MODULE = {"bank", "local", "vaulted"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one world stay together: a world is a server, a worker and a database, and setting it up costs seconds.
    Two halves a database let two processes share the work."""
    for item in items:
        world = (
            item.callspec.params.get("world")
            if isinstance(item, pytest.Function) and hasattr(item, "callspec")
            else ""
        )
        if world:
            half = crc32(item.path.name.encode()) % 2
            item.add_marker(pytest.mark.xdist_group(f"{world}-{half}"))
        elif _OF_A_MODULE & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A world ends with the last test of its group: workers that nobody needs any more look for work all the same, each
    a twentieth of a processor."""
    yield
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    mine, later = _fixtures(item), _fixtures(nextitem)
    for name in _WORLDS:
        if name in mine and later.get(name) is not mine[name]:
            mine[name].finish(item._request)  # type: ignore[attr-defined]


def _fixtures(item: pytest.Item | None) -> Mapping[str, pytest.FixtureDef[Any]]:
    """The fixtures of a test that count: the nearest of each name."""
    info = getattr(item, "_fixtureinfo", None)
    return {name: found[-1] for name, found in info.name2fixturedefs.items()} if info else {}


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if count := skipped(terminalreporter.config):
        terminalreporter.write_line(
            f"SENDBACK_REQUIRE_ALL is set and {count} tests were skipped: failed", red=True
        )


def skipped(config: pytest.Config) -> int:
    """Count the skipped tests where none may be; under xdist only the process that prints the report knows them."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    required = os.environ.get("SENDBACK_REQUIRE_ALL", "") not in ("", "0")
    return len(reporter.stats.get("skipped", [])) if required and reporter else 0


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[World]":
    """A real server and worker with a counting outside, on either database; the clock stands in November 2026."""
    from sendback_service.demo.world import World

    from tests.shops import NOW

    database = request.getfixturevalue(request.param).empty()
    with World(tmp_path_factory.mktemp(request.param), database) as world:
        world.set_clock(NOW)
        yield world


@pytest.fixture
def shop(world: "World", request: pytest.FixtureRequest) -> "Shop":
    """A shop of the test's own: ten days' window open, labels free. `orders` are made by the test with `sold`."""
    from tests.shops import a_shop

    return a_shop(world, request.node.name)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def vaulted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[World]":
    """A world whose operator has set a key for merchants' secrets."""
    from sendback_service.demo.world import World
    from sendback_service.vault import new_key

    from tests.shops import NOW

    environment = {"SENDBACK_SECRETS_KEY": new_key()}
    database = request.getfixturevalue(request.param).empty()
    with World(tmp_path_factory.mktemp("vaulted"), database, environment=environment) as world:
        world.set_clock(NOW)
        yield world
