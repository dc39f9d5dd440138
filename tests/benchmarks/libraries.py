"""What the libraries that a server loads take of memory by themselves, before a line of ours: the floor under
`idle_memory_mb`, as the echo is the ceiling over calls."""

import json
import subprocess
import sys

from tests.benchmarks.processes import Group

_LOADED = """
import json, sys
from sendback_service.command import loaded
loaded()
from sendback_service import server
{drivers}
print(json.dumps([name for name in sys.modules if not name.startswith(("sendback", "__main__"))]))
"""
_DRIVERS = {"sqlite": "", "postgres": "from sendback_service.store import postgres, statements_postgres"}
# As the service loads them: without what would draw in colours, and without looking for garbage meanwhile.
_ALONE = """
import contextlib, importlib, json, sys
from sendback_service.command.imports import plain, undisturbed
names = json.loads(sys.argv[1])
with undisturbed():
    plain()
    for name in names:
        with contextlib.suppress(ImportError):  # some want another first
            importlib.import_module(name)
    for name in names:
        importlib.import_module(name)
print("loaded", flush=True)
sys.stdin.read()
"""


def libraries_mb(database: str) -> float:
    """Of a process that has loaded what a server loads, ours left out, and does nothing."""
    command = [sys.executable, "-c", _ALONE, json.dumps(_theirs(database))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if not process.stdout or process.stdout.readline().strip() != "loaded":
            raise SystemExit("the libraries could not be loaded by themselves")
        return Group([process.pid]).memory_mb()


def _theirs(database: str) -> list[str]:
    program = _LOADED.format(drivers=_DRIVERS[database])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    names: list[str] = json.loads(done.stdout)
    return names
