"""What a process says on standard error: a line of JSON for each thing, also for what its libraries say."""

import json
import subprocess
import sys

_LIBRARIES = """
import logging
from sendback_service import log

log.set_up(pretty=False)
logging.getLogger("asyncpg.pool").warning("retrying in %s s", 2)
try:
    {}["a row's secret"]
except KeyError:
    logging.getLogger("asyncpg.pool").warning("failed", exc_info=True)
logging.getLogger("asyncpg.pool").warning("%d connections", "no")
logging.getLogger("quiet").info("nobody needs to know")
"""


def test_what_libraries_warn_of_is_a_line_like_all_others() -> None:
    said = subprocess.run([sys.executable, "-c", _LIBRARIES], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in said.stderr.splitlines()]
    told = [(line["event"], line["library"], line["said"], line.get("error")) for line in lines]
    assert told == [
        ("library.warned", "asyncpg.pool", "retrying in 2 s", None),
        ("library.warned", "asyncpg.pool", "failed", "KeyError at <string>:8"),
        ("library.warned", "asyncpg.pool", "%d connections", None),
    ]
    assert {line["level"] for line in lines} == {"warning"}
    assert "secret" not in said.stderr
