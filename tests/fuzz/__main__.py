"""`python -m tests.fuzz --seconds 300 --seed 7`. Exit status 1 where anything broke."""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from sendback_service.demo.world import World
from sendback_service.vault import new_key

from tests.fuzz.run import Fuzz, Outcome, broken_lines
from tests.rpcs import METHODS
from tests.shops import NOW


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", default="", help="paths that hold this")
    parser.add_argument("--database", default="", help="SQLite unless a URL is given")
    options = parser.parse_args()
    paths = [path for path in METHODS if options.only in path]
    until, outcomes = time.monotonic() + options.seconds, []
    environment = {"SENDBACK_SECRETS_KEY": new_key()}
    with (
        tempfile.TemporaryDirectory(prefix="sendback-fuzz-") as folder,
        World(Path(folder), options.database, environment=environment) as world,
    ):
        world.set_clock(NOW)
        seed = options.seed
        while time.monotonic() < until:
            outcomes.append(Fuzz(world, seed).round(paths, each=4))
            seed += 1
        lines = list(broken_lines(world))
    return _told(paths, outcomes, lines)


def _told(paths: list[str], outcomes: list[Outcome], lines: list[str]) -> int:
    total: Counter[tuple[str, str]] = sum((outcome.answers for outcome in outcomes), Counter())
    for path in paths:
        codes = {code: count for (at, code), count in sorted(total.items()) if at == path}
        print(f"{path.rpartition('.')[2]:45} {json.dumps(codes)}")
    broken = [text for outcome in outcomes for text in outcome.broken]
    for line in lines:
        print(line[-3000:], "\n")
    for text in broken:
        print(text[:1500], "\n")
    print(f"{total.total()} calls in {len(outcomes)} shops; {len(broken)} broken, {len(lines)} in the log")
    return 1 if broken or lines else 0


if __name__ == "__main__":
    sys.exit(main())
