import sys
from collections.abc import Iterator

import pytest

from carriers.karrio.tests.real_server import RealServer, Unavailable, real_server


@pytest.fixture(scope="session")
def karrio(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A real karrio server. Where there is none to install the tests that need it are skipped, and say why."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def tell(text: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\nkarrio: {text}", file=sys.stderr, flush=True)

    try:
        with real_server(tmp_path_factory.mktemp("karrio"), tell) as server:
            yield server
    except Unavailable as missing:
        pytest.skip(f"no karrio server can be installed here: {missing}")
