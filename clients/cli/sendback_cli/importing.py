"""Orders from a file into the service: read one by one, checked by the API's own rules, sent in batches, resumable."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

import protovalidate
from google.protobuf import json_format
from sendback.v1.order_pb2 import Order
from sendback.v1.order_service_pb2 import ImportOrdersResponse

from sendback_cli.entries import Entry, Problem
from sendback_cli.json_lines import json_lines
from sendback_cli.plain_csv import plain_csv
from sendback_cli.sheet import header
from sendback_cli.shopify_csv import is_shopify, shopify_csv
from sendback_cli.statuses import Unusable

BATCH = 200
Send = Callable[[Sequence[Order]], ImportOrdersResponse]


class Form(StrEnum):
    AUTO = "auto"
    JSONL = "jsonl"
    CSV = "csv"
    SHOPIFY = "shopify"


@dataclass(slots=True)
class Tally:
    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


class Import:
    """One file on its way. Where it has got to stands beside it until all is sent, so that `resume` goes on there; an
    order that is sent twice changes nothing, so a batch more or less does no harm."""

    def __init__(self, file: Path, form: Form, time_zone: str, rejects: Path, batch: int = BATCH) -> None:
        self.rejects = rejects
        self.tally = Tally()
        self._file, self._zone, self._batch = file, time_zone, batch
        self._form = _told(file) if form is Form.AUTO else form
        self._place = file.with_name(f"{file.name}.import.json")

    def run(self, send: Send | None, *, resume: bool) -> Iterator[int]:
        """Does it, and tells after each batch how many bytes are read. Without `send` it is only checked."""
        done = self._resumed() if resume else 0
        with self._rejects(again=not done) as rejects, self._file.open("rb") as data:
            batch: list[Entry] = []
            for count, entry in enumerate(self._entries(data), 1):
                if count <= done:
                    continue
                self.tally.read += 1
                batch.append(entry)
                if len(batch) == self._batch:
                    self._take(batch, send, rejects)
                    self._remember(count, send)
                    batch = []
                    yield data.tell()
            self._take(batch, send, rejects)
        if not self.tally.rejected:
            self.rejects.unlink(missing_ok=True)
        if send is not None:
            self._place.unlink(missing_ok=True)
        yield self._file.stat().st_size

    def _entries(self, data: IO[bytes]) -> Iterator[Entry]:
        if self._form is Form.JSONL:
            return json_lines(data)
        return (shopify_csv if self._form is Form.SHOPIFY else plain_csv)(data, self._zone)

    def _take(self, batch: Sequence[Entry], send: Send | None, rejects: IO[str]) -> None:
        good = []
        for entry in batch:
            if problems := entry.problems or _problems(entry.order):
                self._reject(entry, problems, rejects)
            else:
                good.append(entry)
        if send is None or not good:
            return
        answer = send([entry.order for entry in good if entry.order is not None])
        self.tally.created += answer.created
        self.tally.changed += answer.changed
        self.tally.unchanged += answer.unchanged
        for found in answer.rejected:
            problems = tuple(Problem(p.field, p.description) for p in found.problems)
            self._reject(good[found.index], problems, rejects)

    def _reject(self, entry: Entry, problems: Sequence[Problem], rejects: IO[str]) -> None:
        self.tally.rejected += 1
        told: dict[str, Any] = {"place": entry.place, "problems": [asdict(p) for p in problems]}
        if entry.order is not None:
            told["order"] = json_format.MessageToDict(entry.order, preserving_proto_field_name=True)
        else:
            told["source"] = entry.source
        rejects.write(json.dumps(told, ensure_ascii=False) + "\n")
        rejects.flush()

    def _rejects(self, *, again: bool) -> IO[str]:
        return self.rejects.open("w" if again else "a", encoding="utf-8")

    def _remember(self, count: int, send: Send | None) -> None:
        if send is None:
            return
        aside = self._place.with_name(f".{self._place.name}.part")
        aside.write_text(json.dumps({"of": self._digest(), "done": count, "tally": self.tally.as_dict()}))
        aside.replace(self._place)

    def _resumed(self) -> int:
        try:
            found = json.loads(self._place.read_text())
            same, done, tally = found["of"] == self._digest(), int(found["done"]), found["tally"]
            self.tally = Tally(**{f.name: int(tally[f.name]) for f in fields(Tally)})
        except FileNotFoundError:
            raise Unusable(f"no import of {self._file} broke off; begin without --resume") from None
        except (ValueError, KeyError, TypeError):
            raise Unusable(f"{self._place} cannot be read; remove it and begin without --resume") from None
        if not same:
            raise Unusable(f"{self._file} changed since its import broke off; begin without --resume")
        return done

    def _digest(self) -> str:
        if not hasattr(self, "_known_digest"):
            with self._file.open("rb") as data:
                self._known_digest = hashlib.file_digest(data, "sha256").hexdigest()
        return self._known_digest


def _problems(order: Order | None) -> tuple[Problem, ...]:
    """What the order's own rules say; whether it adds up, the service says."""
    if order is None:
        return ()
    return tuple(
        Problem(_path(v.proto.field), v.proto.message or v.proto.rule_id)
        for v in protovalidate.collect_violations(order)
    )


def _path(field: Any) -> str:
    """`lines[0].price`, as the service names fields too."""
    parts = []
    for element in field.elements if field else ():
        place = element.subscript
        index = f"[{place.value}]" if place is not None and place.field == "index" else ""
        parts.append(f"{element.field_name}{index}")
    return ".".join(parts)


def _told(file: Path) -> Form:
    if file.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        return Form.JSONL
    with file.open("rb") as data:
        names = header(data)
    return Form.SHOPIFY if is_shopify(names) else Form.CSV
