"""Rows of a CSV file: comma, semicolon or tab, told by its first line; UTF-8 or what Excel writes."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import IO
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp
from sendback.v1.order_pb2 import Order
from sendback_client.money import read

from sendback_cli.entries import Entry, Unreadable
from sendback_cli.statuses import Unusable

_DELIMITERS = ",;\t"
_MOST_LINES = 1000
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Reader:
    """How cells of this file are read: `comma` is true where a comma stands before the cents."""

    zone: ZoneInfo
    comma: bool

    def amount(self, row: Row, column: str, currency: str) -> int | None:
        """In minor units; None where the cell is empty."""
        text = row.get(column, "").strip()
        if not text:
            return None
        try:
            return read(text.replace(",", ".") if self.comma else text, currency)
        except ValueError as wrong:
            raise Unreadable(column, str(wrong)) from None

    def count(self, row: Row, column: str) -> int:
        text = row.get(column, "").strip()
        if not text.isdecimal() or len(text) > 9:
            raise Unreadable(column, f"{text!r} is no whole number")
        return int(text)

    def moment(self, row: Row, column: str) -> Timestamp | None:
        text = row.get(column, "").strip()
        if not text:
            return None
        try:
            found = datetime.fromisoformat(
                text.replace(" UTC", "+00:00").replace(" +", "+").replace(" -", "-")
            )
        except ValueError:
            raise Unreadable(column, f"{text!r} is no time such as 2026-11-26 10:00:00 +0100") from None
        stamp = Timestamp()
        stamp.FromDatetime(found if found.tzinfo else found.replace(tzinfo=self.zone))
        return stamp


Make = Callable[[list[Row], Reader], Order]


def header(data: IO[bytes]) -> list[str]:
    """The names of the columns."""
    return list(_rows(data).fieldnames or ())


def orders(data: IO[bytes], zone: str, key: str, needed: set[str], made: Make) -> Iterator[Entry]:
    """An entry for all rows that follow each other with the same `key`; `made` may raise Unreadable. Rows of an order
    that was there before are not taken: they would put a part of it in the place of the rest."""
    rows = _rows(data)
    names = rows.fieldnames or ()
    if missing := sorted(needed - set(names)):
        raise Unusable(f"the file has no column {', '.join(missing)}; it has {', '.join(names)[:500]}")
    reader = Reader(_zone(zone), comma=rows.reader.dialect.delimiter == ";")
    seen: set[str] = set()
    for name, group in groupby(_numbered(rows), lambda numbered: numbered[1][key]):
        yield _entry(list(group), key, reader, made, again=name in seen)
        seen.add(name)


def _entry(group: list[tuple[int, Row]], key: str, reader: Reader, made: Make, *, again: bool) -> Entry:
    (first, row), (last, _) = group[0], group[-1]
    place = f"line {first}" if first == last else f"lines {first} to {last}"
    try:
        if again:
            raise Unreadable(key, "rows of this order stand further up too: sort the file by this column")
        if len(group) > _MOST_LINES:
            raise Unreadable(key, f"an order has {_MOST_LINES} lines at the most")
        return Entry(place, made([row for _, row in group], reader))
    except Unreadable as wrong:
        return Entry(place, problems=(wrong.problem,), source=row[key])


def _rows(data: IO[bytes]) -> "csv.DictReader[str]":
    first = _decoded(data.readline())
    data.seek(0)
    delimiter = max(_DELIMITERS, key=first.count)
    return csv.DictReader(
        (_decoded(line) for line in iter(data.readline, b"")), delimiter=delimiter, restval=""
    )


def _numbered(rows: "csv.DictReader[str]") -> Iterator[tuple[int, Row]]:
    try:
        for row in rows:
            row.pop(None, None)  # cells beyond the last column
            yield rows.line_num, row
    except csv.Error as wrong:
        raise Unusable(f"line {rows.line_num} is no CSV: {wrong}") from None


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise Unusable(f"{name} is no time zone such as Europe/Paris") from None
