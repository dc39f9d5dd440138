"""What processes load before they are asked anything: memory and start are for those libraries alone that all need."""

import json
import subprocess
import sys

import pytest

# What draws for people or on paper, what migrates, encrypts, or speaks to the other database: loaded by the first to
# ask for it.
DEAR = frozenset(
    {
        "PIL",
        "alembic",
        "asyncpg",
        "barcode",
        "click",
        "cryptography",
        "dbos",
        "fontTools",
        "fpdf",
        "jwt",
        "mako",
    }
    | {"psycopg", "psycopg_binary", "pygments", "qrcode", "rich"}
)
# The engine brings them along.
ENGINE = frozenset({"click", "dbos", "psycopg", "psycopg_binary"})
_LOADED = """
import json, sys
from sendback_service.command import loaded
loaded()
from sendback_service import {process}
from sendback_service.host import Host
Host({{}})
from sendback_service.clock import system_clock
from sendback_service.store import opened
database = opened("sqlite:///:memory:", system_clock)
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
database.shut()
"""


def _loaded_by(process: str) -> frozenset[str]:
    command = [sys.executable, "-c", _LOADED.format(process=process)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return frozenset(json.loads(done.stdout))


@pytest.mark.parametrize(("process", "needed"), [("server", frozenset()), ("worker", ENGINE)])
def test_what_a_process_loads(process: str, needed: frozenset[str]) -> None:
    assert _loaded_by(process) & DEAR == needed
