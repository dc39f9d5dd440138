"""The table of carriers is what their classes declare, and leaves none out."""

import sendback_sdk
from sendback_rehearsal import Rehearsal
from sendback_sdk import (
    Address,
    Carrier,
    Declined,
    DropOff,
    DropOffs,
    Label,
    LabelFormat,
    LabelRequest,
    Repeat,
)

from tests.carriers import PAGE, ROLES, ROOT, carriers, ours, page


class Narrow(Carrier, DropOffs):
    id = "narrow"
    coverage = frozenset({"FR", "CH"})
    formats = frozenset({LabelFormat.ZPL})
    repeat = Repeat.UNSAFE

    def create_label(self, request: LabelRequest) -> Label:
        raise Declined("it is only declared")

    def find_drop_offs(self, address: Address, limit: int) -> list[DropOff]:
        return []


class Point:
    """An entry point of a package that is not installed."""

    def __init__(self, *found: type[Carrier]) -> None:
        self.found = found

    def load(self) -> "Point":
        return self

    def sendback_carriers(self) -> list[type[Carrier]]:
        return list(self.found)


def test_the_table_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(ours()), "run: python -m tests.carriers"


def test_no_carrier_is_left_out() -> None:
    folders = [file.parent for file in (ROOT / "carriers").glob("*/pyproject.toml")]
    assert len(carriers(ours())) >= len(folders) >= 3


def test_a_row_says_what_the_class_declares() -> None:
    *_, narrow, rehearsal = page([Point(Rehearsal, Narrow)]).splitlines()  # type: ignore[list-item]
    assert narrow == "| `narrow` | FR, and CH | ZPL | people decide | when made | drop-off points |"
    assert rehearsal.startswith(
        "| `rehearsal` | all, and AX EA IC PT-20 PT-30 | PDF PNG ZPL | found before a second | when made | voids"
    )


def test_every_role_that_a_carrier_can_have_has_a_column() -> None:
    carriers_own = {
        thing
        for thing in vars(sendback_sdk).values()
        if getattr(thing, "_is_protocol", False)
        and thing.__module__.split(".")[-1] in ("carriers", "webhooks", "erasure")
    }
    assert carriers_own == set(ROLES)
