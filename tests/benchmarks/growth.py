"""What a return leaves on the disk: `python -m tests.benchmarks.growth --returns 300`.

Whole returns of three units with a label and its letter are made on a real installation, on SQLite and on PostgreSQL;
what the database has grown by is divided by their number. Labels' papers are as large as the carrier makes them; the
rehearsal's are small, so they are told apart.
"""

import argparse
import platform
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
from sendback.v1 import returns_service_pb2
from sendback_service.demo.world import Shop, World

from tests.databases import cluster
from tests.shops import NOW, a_shop, an_order, items, make

_PAPERS = "document"
_SECONDS = 600


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--returns", type=int, default=300)
    count = parser.parse_args().returns
    print(f"{count} returns; {platform.machine()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory(prefix="sendback-growth-") as folder:
        place = Path(folder)
        file = place / "sqlite" / "sendback.db"
        file.parent.mkdir()
        _tell("SQLite", _grown(place / "one", f"sqlite:///{file}", lambda: _sqlite(file), count), count)
        server = cluster(place)
        try:
            url = server.get_uri()
            _tell("PostgreSQL", _grown(place / "two", url, lambda: _postgres(url), count), count)
        finally:
            server.cleanup()


def _grown(folder: Path, url: str, sizes: Callable[[], dict[str, int]], count: int) -> dict[str, int]:
    """Bytes by table."""
    with World(folder, url) as world:
        world.set_clock(NOW)
        shop = a_shop(world, "growth", *(an_order(f"#{n}") for n in range(count + 20)))
        _make(shop, range(20))
        before = sizes()
        _make(shop, range(20, count + 20))
        return {table: size - before.get(table, 0) for table, size in sizes().items()}


def _make(shop: Shop, numbers: range) -> None:
    """Until each has its label."""
    made = [make(shop.client, f"ext-#{n}", items=items(l1=1, l2=2)).id for n in numbers]
    until = time.monotonic() + _SECONDS
    for id in made:
        while not _labelled(shop, id):
            if time.monotonic() > until:
                raise TimeoutError(f"{id} has no label")
            time.sleep(0.1)
    time.sleep(2)


def _labelled(shop: Shop, id: str) -> bool:
    found = shop.client.returns.GetReturn(returns_service_pb2.GetReturnRequest(return_id=id))
    return bool(found.parcels and found.parcels[0].tracking_number)


def _sqlite(file: Path) -> dict[str, int]:
    """The file as a whole: pages are shared by no tables, but not every build of SQLite tells them apart. The engine's
    file forgets what ended after a day."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        papers = connection.execute("SELECT coalesce(sum(length(data)), 0) FROM document").fetchone()[0]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    return {_PAPERS: papers, "everything else": pages * size - papers}


def _postgres(url: str) -> dict[str, int]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        rows = connection.execute(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
    return {str(name): int(size) for name, size in rows}


def _tell(database: str, grown: dict[str, int], count: int) -> None:
    papers = grown.pop(_PAPERS)
    print(
        f"{database}: {sum(grown.values()) / count / 1024:.1f} KiB a return, and its papers {papers / count / 1024:.1f}"
    )
    for table, size in sorted(grown.items(), key=lambda item: -item[1])[:8]:
        if size > 0:
            print(f"    {size / count:8,.0f} B  {table}")


if __name__ == "__main__":
    main()
