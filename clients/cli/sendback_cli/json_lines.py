"""One `sendback.v1.Order` in proto JSON a line."""

from collections.abc import Iterator
from typing import IO

from google.protobuf import json_format
from sendback.v1.order_pb2 import Order

from sendback_cli.entries import Entry, Problem

LONGEST_LINE = 4 * 1024 * 1024
_SHOWN = 500
_DEEPEST = 20


def json_lines(data: IO[bytes]) -> Iterator[Entry]:
    number = 0
    while line := data.readline(LONGEST_LINE + 1):
        number += 1
        place = f"line {number}"
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = data.readline(LONGEST_LINE)
            yield Entry(place, problems=(Problem("", "the line is longer than 4 MiB"),))
        elif line.strip():
            yield _entry(place, line)


def _entry(place: str, line: bytes) -> Entry:
    try:
        text = line.decode("utf-8-sig")
        return Entry(place, json_format.Parse(text, Order(), max_recursion_depth=_DEEPEST))
    except (UnicodeDecodeError, json_format.ParseError, RecursionError) as wrong:
        shown = line[:_SHOWN].decode("utf-8", errors="replace").strip()
        return Entry(place, problems=(Problem("", f"no order: {wrong}"),), source=shown)
