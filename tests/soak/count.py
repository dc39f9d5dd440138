"""`python -m tests.soak.count FOLDER`: counts again what a soak left in its three files.

acknowledged.jsonl is what clients were told, provider.jsonl what the outside did, books.jsonl what the database says.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak.journal import Line, read

_FREED = ("DECLINED", "CANCELLED", "EXPIRED")


@dataclass(slots=True)
class Counted:
    """`wrong` is everything that does not agree; the rest are the sums of the table."""

    sums: dict[str, int]
    wrong: list[str] = field(default_factory=list)


def count(folder: Path) -> Counted:
    acknowledged = list(read(folder / "acknowledged.jsonl"))
    provider = list(read(folder / "provider.jsonl"))
    books: dict[str, list[Line]] = defaultdict(list)
    for line in read(folder / "books.jsonl"):
        books[line["table"]].append(line)
    checks = (_returns(acknowledged, books), _units(acknowledged, books), _labels(provider, books))
    checks = (*checks, _refunds(provider, books), _mails(provider, books), _feed(books))
    wrong = [what for check in checks for what in check]
    return Counted(_sums(acknowledged, provider, books), wrong)


def _returns(acknowledged: Sequence[Line], books: dict[str, list[Line]]) -> Iterator[str]:
    """Every acknowledged return is there, under its request, and no request made two."""
    there = {(row["merchant"], row["id"]) for row in books["return"]}
    named = {(row["merchant"], row["request_id"]): row["resource_id"] for row in books["request"]}
    for line in acknowledged:
        if line["did"] == "create":
            if (line["merchant"], line["return_id"]) not in there:
                yield f"return {line['return_id']} was acknowledged and is not there"
            if named.get((line["merchant"], line["request_id"])) != line["return_id"]:
                yield f"request {line['request_id']} does not name {line['return_id']}"
    if len(there) != len(named):
        yield f"{len(there)} returns of {len(named)} requests"


def _units(acknowledged: Sequence[Line], books: dict[str, list[Line]]) -> Iterator[str]:
    """No unit is in two returns that were not freed, by what clients were told and by the books."""
    decisions = {row["id"]: row["decision"] for row in books["return"]}
    told: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for line in acknowledged:
        if line["did"] == "create" and decisions.get(line["return_id"]) not in _FREED:
            for unit in line["units"]:
                told[line["order_id"], *map(str, unit)].add(line["return_id"])
    held = Counter(
        (row["order_id"], row["line_id"], str(row["unit"])) for row in books["unit"] if row["held"]
    )
    for unit, returns in told.items():
        if len(returns) > 1:
            yield f"unit {unit} is in {', '.join(sorted(returns))}"
    yield from (f"unit {unit} is held {times} times" for unit, times in held.items() if times > 1)


def _labels(provider: Sequence[Line], books: dict[str, list[Line]]) -> Iterator[str]:
    """One live label for a parcel that has one, none for one that has none, and only for parcels that we know."""
    live: dict[str, set[str]] = defaultdict(set)
    for line in provider:
        if line["did"] == "label":
            live[line["reference"]].add(line["tracking_number"])
        if line["did"] == "void":
            live[line["reference"]].discard(line["tracking_number"])
    for row in books["parcel"]:
        wanted = {row["tracking_number"]} if row["label"] == "PURCHASED" else set()
        found = live.pop(row["id"], set())
        if found != wanted:
            yield f"parcel {row['id']} is {row['label']} {row['tracking_number']}; live are {sorted(found)}"
    yield from (f"labels of nobody: {reference}" for reference, labels in live.items() if labels)


_WENT = ("SETTLED", "REVERSED")


def _refunds(provider: Sequence[Line], books: dict[str, list[Line]]) -> Iterator[str]:
    """Each transfer that is settled was paid once, in its amount, and so was one that came back since; nothing else was
    paid, and no order more than its payments but for what came back."""
    paid: dict[str, list[int]] = defaultdict(list)
    for line in provider:
        if line["did"] == "refund":
            paid[line["key"]].append(line["amount_minor"])
    gone: Counter[str] = Counter()
    for row in books["transfer"]:
        if row["kind"] != "REFUND":
            continue
        wanted = [row["amount_minor"]] if row["state"] in _WENT else []
        found = paid.pop(row["id"], [])
        gone[row["order_id"]] += 0 if row["state"] == "REVERSED" else sum(found)
        if found != wanted:
            yield f"transfer {row['id']} is {row['state']} over {row['amount_minor']}; paid were {found}"
    yield from (f"paid without a transfer: {key} {amounts}" for key, amounts in paid.items())
    captured = {row["id"]: row["captured"] for row in books["order"]}
    yield from (
        f"order {order} got {sum} of {captured[order]}"
        for order, sum in gone.items()
        if sum > captured[order]
    )


def _mails(provider: Sequence[Line], books: dict[str, list[Line]]) -> Iterator[str]:
    """Each message that is sent arrived under its Message-ID, unless the post itself says that it lost it; none arrived
    that is not in the books."""
    arrived = {_key(line) for line in provider if line["did"] in ("message", "lost")}
    for row in books["message"]:
        if row["state"] == "SENT" and row["id"] not in arrived:
            yield f"message {row['id']} is sent and never arrived"
        arrived.discard(row["id"])
    yield from (f"message of nobody: {id}" for id in arrived)


def _feed(books: dict[str, list[Line]]) -> Iterator[str]:
    """What happened to each subject is told in its order, and nothing of it is left out."""
    last: Counter[tuple[str, str]] = Counter()
    for row in books["event"]:
        subject = row["merchant"], row["subject_id"]
        if row["sequence"] != last[subject] + 1:
            yield f"{row['subject_id']}: event {row['sequence']} is told after {last[subject]}"
        last[subject] = row["sequence"]


def _key(line: Line) -> str:
    """Of the message that a Message-ID stands for."""
    return str(line["message_id"]).strip("<>").partition("@")[0]


def _sums(
    acknowledged: Sequence[Line], provider: Sequence[Line], books: dict[str, list[Line]]
) -> dict[str, int]:
    did = Counter(line["did"] for line in provider)
    messages = Counter(line["message_id"] for line in provider if line["did"] == "message")
    settled = [row for row in books["transfer"] if row["state"] in _WENT]
    return {
        "returns acknowledged": len({line["return_id"] for line in acknowledged if line["did"] == "create"}),
        "returns in the books": len(books["return"]),
        "labels live at the carrier": did["label"] - did["void"],
        "labels in the books": sum(row["label"] == "PURCHASED" for row in books["parcel"]),
        "refunds paid by the bank": did["refund"],
        "refunds in the books": sum(row["kind"] == "REFUND" for row in settled),
        "cents paid by the bank": sum(line["amount_minor"] for line in provider if line["did"] == "refund"),
        "cents in the books": sum(row["amount_minor"] for row in settled if row["kind"] == "REFUND"),
        "messages in mailboxes": len(messages),
        "messages in the books": sum(row["state"] == "SENT" for row in books["message"]),
        "messages that came again under their id": messages.total() - len(messages),
        "messages that the post took and lost": did["lost"],
    }


if __name__ == "__main__":
    counted = count(Path(sys.argv[1] if len(sys.argv) > 1 else "build/soak"))
    for what, number in counted.sums.items():
        print(f"{number:>10}  {what}")
    for what in counted.wrong:
        print(f"WRONG: {what}")
    sys.exit(bool(counted.wrong))
