"""The tables of moves as pictures: `python -m tests.states` writes service/docs/states.md from the code's own tables,
and the frame's tests fail where the page is not what it would write."""

import sys
from enum import StrEnum
from pathlib import Path

from sendback_service.rules.states import MOVES, Decision, Inspection, LabelState, SettlementState, Transit

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "service/docs/states.md"

_AXES: dict[type[StrEnum], tuple[str, str]] = {
    Decision: (
        "Decision, per return",
        "Who decides is kept with each event. DECLINED, CANCELLED and EXPIRED free the units; CLOSED is final.",
    ),
    LabelState: (
        "Label, per parcel",
        "UNKNOWN: the carrier was called and gave no answer. A new label is asked for only after VOIDED, EXPIRED or "
        "FAILED.",
    ),
    Transit: (
        "Transit, per parcel",
        "Late news and news out of order are kept as events and move nothing back.",
    ),
    Inspection: (
        "Inspection, per unit",
        "What was found is final. MISSING and REJECTED units are free for another return by staff's word alone.",
    ),
    SettlementState: (
        "Settlement, per settlement and per transfer of its money",
        "UNKNOWN keeps its reservation. REVERSED is written beside a linked record with the sign turned.",
    ),
}


def page() -> str:
    lines = [
        "# States and the moves between them",
        "",
        "Drawn from `rules/states.py` by `python -m tests.states`; checked by `make check`. What people see, shipment",
        "and resolution, is derived from these and never stored.",
    ]
    for axis, (title, words) in _AXES.items():
        lines += ["", f"## {title}", "", words, "", "```mermaid", "stateDiagram-v2", *_moves(axis), "```"]
    return "\n".join(lines) + "\n"


def _moves(axis: type[StrEnum]) -> list[str]:
    moves = MOVES[axis]
    reached = {wanted for targets in moves.values() for wanted in targets}
    lines = [f"    [*] --> {state}" for state in axis if state not in reached]
    for state in axis:
        lines += [f"    {state} --> {wanted}" for wanted in axis if wanted in moves[state]]
        if not moves[state]:
            lines.append(f"    {state} --> [*]")
    return lines


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} written\n")
