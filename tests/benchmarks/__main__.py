"""`python -m tests.benchmarks`: the service beside an echo of the same bytes, on both databases, in one run. Prints a
table, writes build/bench.json and build/bench.png."""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sendback_service.store.tables import ReturnRow

from tests.benchmarks import calls, effects, figures, replicas, report, scale
from tests.benchmarks.documents import documents
from tests.benchmarks.figures import Figures
from tests.benchmarks.libraries import libraries_mb
from tests.benchmarks.processes import Group
from tests.benchmarks.shop import UNITS, set_up
from tests.benchmarks.stand import cold_start, databases, stand

OUT = Path("build")


@dataclass(frozen=True, slots=True)
class Size:
    """Calls a round by how many are made at a time, rounds, and how many returns go the whole way at once and one by
    one. With many at a time a round begins and ends with few: it must be long for that not to count."""

    calls: Mapping[int, int]
    rounds: int
    burst: int
    singles: int

    @property
    def orders(self) -> int:
        created = self.calls[1] + self.rounds * sum(self.calls.values())
        return max(created, effects.BEFORE + self.burst + self.singles) // UNITS + 1


USUAL = Size(dict(zip(calls.CONCURRENCY, (160, 320, 960), strict=True)), rounds=5, burst=200, singles=20)
QUICK = Size(dict.fromkeys(calls.CONCURRENCY, 64), rounds=1, burst=16, singles=2)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few calls: to see that it runs")
    parser.add_argument("--database", choices=("sqlite", "postgres"), action="append", help="only this one")
    parser.add_argument(
        "--scale", type=int, nargs="+", default=[], metavar="RETURNS", help="on databases so full"
    )
    parser.add_argument(
        "--page", type=Path, help="write the tables of build/bench.json into this page; measure nothing"
    )
    options = parser.parse_args()
    if options.page:
        return _page(options.page)
    began = time.perf_counter()
    found: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        wanted = options.database or ["sqlite", "postgres"]
        with databases(Path(folder), wanted) as there:
            for name, url, group in there:
                found |= scale.grown(Path(folder), url, group, options.scale) if options.scale else {}
                found |= (
                    {}
                    if options.scale
                    else _bench(Path(folder), name, url, group, QUICK if options.quick else USUAL)
                )
    if not options.scale:
        found |= documents()
    found = figures.summed_up(found)
    found["seconds"] = time.perf_counter() - began
    _write(found, keep=bool(options.scale))
    return 0


def _bench(folder: Path, name: str, url: str, group: Group, size: Size) -> Figures:
    """The calls with the worker away, then what the worker does, then what several processes cost."""
    found: Figures = {}
    with stand(folder / name, name, url, group) as here:
        here.installation.kill_worker()
        found[f"cold_start_s_{name}"] = cold_start(here.installation)
        found[f"idle_memory_mb_{name}"] = here.server.memory_mb()
        found[f"libraries_mb_{name}"] = libraries_mb(name)
        shop = set_up(here.installation.target, here.installation.operator_key, size.orders)
        rounds, made = asyncio.run(calls.measured(here, shop, size.calls, size.rounds))
        found |= figures.calls_in(rounds, name)
        if (rows := here.rows(ReturnRow)) != len(made):
            raise SystemExit(f"{name}: {len(made)} returns acknowledged, {rows} in the database")
    with stand(folder / f"{name}-effects", name, _another(url, "effects"), group) as here:
        shop = set_up(here.installation.target, here.installation.operator_key, size.orders)
        found |= figures.way_in(asyncio.run(effects.whole_way(here, shop, size.burst, size.singles)), name)
        found |= figures.calls_in(asyncio.run(calls.labels(here, shop, size.singles * 2, 1)), name)
    if url:
        found |= _processes(folder, name, url, group, size)
    return found


def _processes(folder: Path, name: str, url: str, group: Group, size: Size) -> Figures:
    """Both installations stand at the same time, so that what slows the machine down falls on both."""
    calls_each = size.calls[figures.LOADED]
    orders = replicas.returns_made(calls_each, size.rounds) // UNITS + 1
    with ExitStack() as stack:
        places = []
        for servers in (1, 2):
            own = _another(url, f"of{servers}")
            here = stack.enter_context(stand(folder / f"{name}-{servers}", name, own, group, servers))
            here.installation.kill_worker()
            shop = set_up(here.installation.target, here.installation.operator_key, orders)
            places.append(replicas.Place(here, shop))
        one, two = places
        return figures.replicas_in(asyncio.run(replicas.measured(one, two, calls_each, size.rounds)))


def _another(url: str, name: str) -> str:
    """A database of its own on the same server."""
    return scale.database_beside(url, f"bench_{name}") if url else ""


def _write(found: Figures, *, keep: bool) -> None:
    OUT.mkdir(exist_ok=True)
    file = OUT / "bench.json"
    if keep and file.exists():
        found = {**json.loads(file.read_text()), **found}
    report.shown(found, figures.machine())
    file.write_text(json.dumps(found, indent=2, sort_keys=True) + "\n")
    (OUT / "bench.machine").write_text(figures.machine())
    report.picture(found, figures.machine(), OUT / "bench.png")
    print(f"written: {file}, {OUT / 'bench.png'}; {found['seconds']:.0f} s")


def _page(page: Path) -> int:
    """The machine is the one that build/bench.json was measured on."""
    before, mark, rest = page.read_text().partition("<!-- bench -->\n")
    _, end, after = rest.partition("<!-- /bench -->\n")
    if not (mark and end):
        raise SystemExit(f"{page} has no place for the tables: <!-- bench --> … <!-- /bench -->")
    found, machine = json.loads((OUT / "bench.json").read_text()), (OUT / "bench.machine").read_text()
    page.write_text(f"{before}{mark}{report.page(found, machine)}{end}{after}")
    report.picture(found, machine, page.with_suffix(".png"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
