"""`make soak ARGS="--seconds 120 --seed 7"`: whole lives while processes are killed at least once a second or stand
still, and connections break at commits; then audit and count. Exit status 1 where anything is wrong, or where too
little went wrong to prove something."""

import argparse
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sendback_service.demo.installation import Installation
from sendback_service.demo.world import Shop, World

from tests import nursery
from tests.databases import cluster
from tests.faults.cable import Cable
from tests.shops import NOW
from tests.soak.count import Counted
from tests.soak.gossip import Gossip
from tests.soak.journal import Journal
from tests.soak.lives import LIVES, Actor, a_soaked_shop
from tests.soak.mutants import MUTANTS, Mutant
from tests.soak.reckoning import reckon
from tests.soak.trouble import Trouble

# Of all commits so many break their connection.
_FRAYED = 0.01

console = Console(stderr=True)


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    console.print(f"seed {options.seed}, {options.seconds} s, {options.merchants} merchants", highlight=False)
    with (
        tempfile.TemporaryDirectory(prefix="sendback-soak-") as folder,
        _postgres(Path(folder)) as database,
        Cable(f"{database.rpartition('host=')[2]}/.s.PGSQL.5432") as cable,
    ):
        return _soak(options, Path(folder), database, cable)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0, help="how long clients are at work")
    parser.add_argument("--least", type=int, default=0, help="lives to lead, the last in peace")
    parser.add_argument("--seed", default=str(int(time.time())), help="the same seed draws the same lives")
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--merchants", type=int, default=6)
    parser.add_argument("--orders", type=int, default=150, help="of each merchant")
    parser.add_argument("--lives", nargs="*", choices=list(LIVES), help="only these")
    parser.add_argument(
        "--mutate", choices=list(MUTANTS), default="", help="take a guard away: the soak must fail"
    )
    parser.add_argument(
        "--nursery",
        action="store_true",
        help="processes born of one that has imported everything: they start sooner",
    )
    parser.add_argument("--out", type=Path, default=Path("build/soak"))
    return parser.parse_args(arguments)


def _soak(options: argparse.Namespace, folder: Path, database: str, cable: Cable) -> int:
    mutant: Mutant = MUTANTS[options.mutate]
    if options.nursery:
        Installation.spawn = staticmethod(nursery.spawn)  # type: ignore[assignment]
    environment = mutant.prepare(folder / "mutant")
    through = f"postgresql://postgres@127.0.0.1:{cable.port}/postgres"
    with World(
        folder / "world", through, servers=options.servers, workers=options.workers, environment=environment
    ) as world:
        world.set_clock(NOW)
        mutant.break_store(database)
        shops = [
            a_soaked_shop(world, f"soak-{number}", options.orders) for number in range(options.merchants)
        ]
        journal = Journal(options.out / "acknowledged.jsonl")
        gossip = Gossip(options.seed, world)
        with cable.fraying(_FRAYED, f"{options.seed}/cable"):
            actors, trouble = _play(options, world, shops, journal, database)
        journal.close()
        gossip.quiet()
        counted = reckon(world, folder / "world", database, shops, options.out)
    for log in ("server.log", "worker.log"):
        shutil.copy(folder / "world" / "installation" / log, options.out)
    wrong = counted.wrong + [surprise for actor in actors for surprise in actor.surprises] + gossip.wrong
    trouble.done.update({f"commits {how}": number for how, number in cable.frayed.items()})
    if trouble.kills + 1 < trouble.seconds:  # the next one may be about to come
        wrong.append(f"{trouble.kills} kills in {trouble.seconds:.0f} s: at least one a second is wanted")
    _print(options, actors, trouble, counted, wrong)
    return 1 if wrong else 0


def _play(
    options: argparse.Namespace, world: World, shops: list[Shop], journal: Journal, database: str
) -> tuple[list[Actor], Trouble]:
    until, over = time.monotonic() + options.seconds, threading.Event()
    lives = {life: LIVES[life] for life in options.lives or LIVES}
    actors = [Actor(n, options.seed, shops, journal, over, lives) for n in range(options.clients)]
    trouble = Trouble(options.seed, world, database)
    for thread in (*actors, trouble):
        thread.start()
    while time.monotonic() < until:
        time.sleep(min(5.0, max(0.0, until - time.monotonic())))
        console.print(
            f"{max(0.0, until - time.monotonic()):5.0f} s left, {_led(actors)} lives, {trouble.kills} kills",
            highlight=False,
        )
    trouble.stop()
    while _led(actors) < options.least:  # in peace now: a slow machine would get nothing done between kills
        time.sleep(0.1)
    over.set()
    for actor in actors:
        actor.join()
    return actors, trouble


def _led(actors: list[Actor]) -> int:
    return sum(actor.counts[life] for actor in actors for life in LIVES)


def _print(
    options: argparse.Namespace, actors: list[Actor], trouble: Trouble, counted: Counted, wrong: list[str]
) -> None:
    lives = sum((actor.counts for actor in actors), Counter[str]())
    table = Table(title=f"soak, seed {options.seed}, {trouble.seconds:.0f} s", show_header=False)
    table.add_column(justify="right")
    table.add_column()
    for sums in (lives, trouble.done, counted.sums):
        for what, number in sorted(sums.items()) if sums is not counted.sums else sums.items():
            table.add_row(str(number), what)
        table.add_section()
    table.add_row(f"{trouble.kills / max(trouble.seconds, 0.001):.2f}", "kills a second")
    table.add_row(str(len(wrong)), "wrong")
    Console().print(table)
    for what in wrong[:400]:
        print(f"WRONG: {what[:600]}")
    print(
        f"{options.out}: acknowledged.jsonl, provider.jsonl, books.jsonl; count again: python -m tests.soak.count"
    )


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    server = cluster(folder)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
