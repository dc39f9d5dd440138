"""After the trouble: everybody asks again, everything comes to its end, and all is counted."""

import json
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sendback_service.demo.installation import InstallationError
from sendback_service.demo.world import Shop, World

from tests.soak.books import Books
from tests.soak.count import Counted, count
from tests.soak.journal import read
from tests.soak.lives import asked_again

_SETTLE_ROUNDS = 120
_PARTS = {"carrier.jsonl": "carrier", "bank.jsonl": "bank", "post.jsonl": "post"}


def reckon(world: World, outside: Path, database: str, shops: Sequence[Shop], out: Path) -> Counted:
    """`outside` is the folder where the outside noted what it did; `out` holds acknowledged.jsonl and gets the rest."""
    for part in (world.carrier, world.bank, world.post):
        part.calm()
    books = Books(database)
    wrong = _asked_again(shops, out) + _settled(world, books)
    books.write(out / "books.jsonl")
    books.close()
    wrong += _audit(world)
    _gather(outside, out / "provider.jsonl")
    counted = count(out)
    counted.wrong[:0] = wrong
    return counted


def _asked_again(shops: Sequence[Shop], out: Path) -> list[str]:
    """Whoever asks again under the same request id learns what was committed."""
    lines = [line for line in read(out / "acknowledged.jsonl") if line["did"] == "create"]
    return [
        wrong
        for shop in shops
        for wrong in asked_again(shop.client, [line for line in lines if line["merchant"] == shop.id])
    ]


def _settled(world: World, books: Books) -> list[str]:
    """The clock is turned, so that nobody has to wait for retries."""
    for turns in range(_SETTLE_ROUNDS):
        open_rows = books.under_way()
        if not open_rows:
            return []
        time.sleep(0.25)
        if turns % 4 == 3:
            world.pass_time(timedelta(seconds=30))
    return [f"still under way: {kind} {id}" for kind, id in open_rows[:20]]


def _audit(world: World) -> list[str]:
    try:
        world.installation.run("audit", "--json")
    except InstallationError as broken:
        return [f"audit: {broken}"]
    return []


def _gather(outside: Path, path: Path) -> None:
    """What the parts of the outside did, in one file."""
    with path.open("w", encoding="utf-8") as out:
        for name, by in _PARTS.items():
            if (outside / name).exists():
                for line in read(outside / name):
                    out.write(json.dumps({"by": by, **line}) + "\n")
