"""What came back: tables for people, one JSON document a line for programs."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sendback_client import SendbackError

from sendback_cli.cells import cell, fields

# Whoever pipes a table on wants whole lines, whatever the terminal's width.
_WIDE = 4_000


class Screen:
    """Results go to standard output, everything else to standard error."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.out = Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False, soft_wrap=False)
        self.err = Console(stderr=True, highlight=False, soft_wrap=True)

    def one(self, message: Message, columns: Sequence[str] = ()) -> None:
        """A thing with all that is set of it, or with these fields."""
        if self.as_json:
            self.line(message)
            return
        rows = [(path, cell(message, path)) for path in columns] if columns else fields(message)
        grid = Table.grid(padding=(0, 2))
        for name, value in rows:
            if value:
                grid.add_row(Text(name, style="dim"), Text(value))
        self.out.print(grid)

    def many(self, messages: Iterable[Message], columns: Sequence[str]) -> None:
        """A table; as JSON, each thing is told as soon as it is there."""
        if self.as_json:
            for message in messages:
                self.line(message)
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for path in columns:
            table.add_column(path.rpartition(".")[2].replace("_", " "), overflow="fold")
        for message in messages:
            table.add_row(*(Text(cell(message, path)) for path in columns))
        if table.row_count:
            self.out.print(table)
        else:
            self.note("nothing found")

    def line(self, message: Message) -> None:
        self.value(json_format.MessageToDict(message, preserving_proto_field_name=True))

    def value(self, value: Any) -> None:
        print(json.dumps(value, ensure_ascii=False), flush=True)

    def note(self, what: str) -> None:
        """For people only; never among the results."""
        if not self.as_json:
            self.err.print(Text(what, style="dim"))

    def wrong(self, what: str) -> None:
        self.err.print(Text(f"sendbackctl: {what}", style="red"))

    def refused(self, error: SendbackError) -> None:
        """A refusal with everything that helps: why, which fields, when to come again."""
        if self.as_json:
            told = {
                "code": error.code.name,
                "reason": error.reason,
                "message": error.message,
                "metadata": error.metadata,
                "fields": [{"field": p.field, "description": p.description} for p in error.fields],
                "retry_after_seconds": error.retry_after,
            }
            print(json.dumps({"error": told}, ensure_ascii=False), file=sys.stderr)
            return
        self.wrong(f"{error.reason or error.code.name}: {error.message}")
        for problem in error.fields:
            self.wrong(f"  {problem.field}: {problem.description}")
        untold = {key: value for key, value in error.metadata.items() if value not in error.message}
        if untold and not error.fields:
            self.wrong("  " + ", ".join(f"{key} {value}" for key, value in sorted(untold.items())))
        if error.retry_after is not None:
            self.wrong(f"  try again in {error.retry_after:g} s")
