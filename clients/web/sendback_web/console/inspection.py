"""What was found of each unit, from a form with a row for each of them."""

from dataclasses import replace
from typing import Any

from sendback.v1.return_pb2 import Disposition, Grade, Inspection, Return, ReturnUnit, UnitKind
from sendback.v1.returns_service_pb2 import ExtraGoods, InspectUnitsRequest, UnitFinding
from starlette.datastructures import FormData, UploadFile

from sendback_web.console import names
from sendback_web.console.entries import Entry
from sendback_web.console.pictures import photographed
from sendback_web.console.visit import Visit

_ACCEPTED = str(int(Inspection.ACCEPTED))
_REJECTED = str(int(Inspection.REJECTED))
_MISSING = str(int(Inspection.MISSING))
# What usually happens with goods of a grade.
USUAL = {
    Grade.A_RESELL: Disposition.RESTOCK,
    Grade.B_OPENED: Disposition.RESTOCK,
    Grade.C_DAMAGED: Disposition.REFURBISH,
    Grade.D_UNUSABLE: Disposition.DESTROY,
}


def waiting(found: Return) -> list[ReturnUnit]:
    """Units that were announced and nobody has looked at yet."""
    here = (Inspection.EXPECTED, Inspection.RECEIVED)
    units = (unit for unit in found.units if unit.kind == UnitKind.ANNOUNCED and not unit.cancelled)
    return [unit for unit in units if unit.inspection in here]


def grades_for() -> list[tuple[str, str]]:
    """Choices of what was found: a grade of what is accepted, rejected, or missing."""
    graded = [(f"{_ACCEPTED}:{value}", text) for value, text in names.choices(names.GRADES)]
    return [
        *graded,
        (f"{_REJECTED}:0", names.INSPECTIONS[Inspection.REJECTED].text),
        (f"{_MISSING}:0", names.INSPECTIONS[Inspection.MISSING].text),
    ]


async def with_photos(visit: Visit, return_id: str, form: FormData, entry: Entry) -> Entry:
    """Photos chosen in `photo-LINE/UNIT`, uploaded, as `images-LINE/UNIT`. Raises PictureRefused."""
    images: dict[str, tuple[str, ...]] = {}
    for name, value in form.multi_items():
        if name.startswith("photo-") and isinstance(value, UploadFile) and value.filename:
            row = name.replace("photo-", "images-", 1)
            images[row] = (*images.get(row, ()), await photographed(visit, return_id, value))
    typed = {name: said for name, said in entry.values.items() if not name.startswith("images-")}
    return replace(entry, values={**typed, **images})


def inspection(entry: Entry, named: dict[str, Any]) -> InspectUnitsRequest:
    """Rows `found-LINE/UNIT`, each with a disposition and a note; rows without a finding are left as they are."""
    rows = [
        name.removeprefix("found-") for name in entry.values if name.startswith("found-") and entry.one(name)
    ]
    return InspectUnitsRequest(
        findings=[_finding(entry, row) for row in rows], extra_goods=_extra(entry), **named
    )


def _finding(entry: Entry, row: str) -> UnitFinding:
    line, _, unit = row.rpartition("/")
    result, grade = _numbers(entry.one(f"found-{row}"))
    found = UnitFinding(
        order_line_id=line,
        unit=int(unit) if unit.isdecimal() and len(unit) < 5 else 0,
        result=result,  # type: ignore[arg-type]
        note=entry.one(f"note-{row}"),
        image_ids=entry.all(f"images-{row}"),
    )
    if result == Inspection.ACCEPTED:
        found.grade = grade  # type: ignore[assignment]
    if result != Inspection.MISSING:
        usual = USUAL.get(grade, Disposition.RETURN_TO_CUSTOMER)  # type: ignore[call-overload]
        found.disposition = entry.number(f"disposition-{row}") or usual  # type: ignore[assignment]
    return found


def _numbers(said: str) -> tuple[int, int]:
    result, _, grade = said.partition(":")
    return (int(result) if result.isdecimal() and len(result) < 3 else 0), (
        int(grade) if grade.isdecimal() and len(grade) < 3 else 0
    )


def _extra(entry: Entry) -> list[ExtraGoods]:
    """Goods that nobody announced."""
    title = entry.one("extra_title")
    if not title:
        return []
    return [
        ExtraGoods(
            kind=UnitKind.WRONG_ITEM if entry.ticked("extra_wrong") else UnitKind.UNANNOUNCED,
            title=title[:200],
            quantity=entry.number("extra_quantity", 1) or 1,
            disposition=entry.number("extra_disposition") or Disposition.QUARANTINE,  # type: ignore[arg-type]
            note=entry.one("extra_note"),
        )
    ]
