"""What the portal must do, and which tests hold it.

`python -m tests.requirements` writes service/docs/requirements.md from the tests' own `holds` marks; the frame's tests
fail where the table is not what it would write, or a requirement has no test.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "service/docs/requirements.md"

REQUIREMENTS: dict[str, dict[str, str]] = {
    "Who may have a portal": {
        "subscription": "Merchants with the Returns Pack. Others can read their settings, cannot switch the portal on, "
        "and are told whom to ask; to buyers their portal is inactive.",
        "subscription-operator": "The operator alone grants and takes the Returns Pack.",
        "complete": "A portal can be switched on once it has an address and a warehouse.",
    },
    "Status": {
        "status-active": "Active: everybody can reach it, and slips, tracking e-mails and the shop’s site lead to it.",
        "status-hidden": "Hidden: it works for whoever has the link; nothing leads to it, and the merchant chooses "
        "when to send it to a buyer.",
        "status-inactive": "Inactive: nobody can reach it.",
        "in-flight": "Returns that were made before go on, by e-mail.",
    },
    "Address": {
        "slug": "The merchant chooses the name in the portal’s address.",
        "slug-redirect": "Former names lead to the present one and are never given to another merchant.",
    },
    "Window": {
        "window": "The merchant sets for how many days a return can be asked for, counted for each unit.",
        "window-last-day": "The last day counts to its end, in the merchant’s own zone.",
    },
    "Labels": {
        "label-free": "Free labels: once the items are announced, the buyer gets a label to print.",
        "fee-told": "Labels for a flat fee: the buyer is told the amount before anything is confirmed.",
        "fee-taken": "The fee is taken off the refund, once, and only for a label that was made.",
        "fee-per-currency": "The fee has an amount per currency; where there is none, there is no fee, and the "
        "merchant is told so.",
        "label-none": "No labels: at the end the buyer finds instructions for sending the parcel to the warehouse.",
        "always-knows": "Whatever the case, the buyer is told what to do.",
        "credit-frees-label": "With store credit the label is free, whatever the label policy says.",
        "label-countries": "Labels can be had in France with Monaco and in seventeen other countries of the European "
        "Union.",
        "label-overseas": "Not in overseas territories, by whichever code or postal code they are written.",
    },
    "Store credit": {
        "credit-choice": "The buyer chooses between a refund for good and credit to spend in the shop.",
    },
    "Look": {
        "background": "A background picture that works on phones and on the web.",
        "brand-everywhere": "Brand, return policy, help and social links stand in everything that buyers see.",
    },
    "The shop’s own page": {
        "reminded": "The merchant is reminded to update the return policy on the shop.",
        "policy-page-linked": "It can have checked that the page links to the portal.",
        "policy-page-tells-fee": "And, with a flat fee, that the page tells it.",
    },
    "Language": {
        "language-of-buyer": "French, English, Spanish or German, by the buyer’s own language, which the order shows.",
        "language-everywhere": "Everything that buyers read is translated.",
        "language-test": "The portal can be tried in each language.",
    },
    "On the slip and in e-mails": {
        "slip-code": "The slip carries a QR code of the order’s own, the same at each print.",
        "slip-signs-in": "The code signs the buyer in; no order number has to be looked for.",
        "slip-tells-case": "The slip tells the buyer’s own case.",
        "slip-by-country": "The case goes by whether labels can be had in the buyer’s country.",
        "slip-without-code": "The merchant may leave the code off, or add an address to type.",
        "email-block": "Tracking e-mails carry the same case and lead to the portal.",
        "site-link": "The shop’s site links to the portal.",
        "nothing-personal": "A slip that a stranger finds tells nothing about the buyer.",
    },
}


@cache
def held() -> dict[str, list[str]]:
    """Requirement → the tests that say that they hold it."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(ROOT.glob("*/**/test_*.py")):
        if ".venv" not in file.parts:
            for name, requirement in _marks(file):
                found[requirement].append(f"{file.relative_to(ROOT).as_posix()}::{name}")
    return found


def table() -> str:
    """The whole page."""
    tests = held()
    lines = [
        "# What the portal must do, and the tests that hold it",
        "",
        "Made from the tests by `python -m tests.requirements`; checked by `make check`.",
    ]
    for section, requirements in REQUIREMENTS.items():
        lines += ["", f"## {section}", "", "| requirement | held by |", "|---|---|"]
        for id, text in requirements.items():
            names = "<br>".join(f"`{test}`" for test in tests[id])
            lines.append(f"| {text} | {names} |")
    return "\n".join(lines) + "\n"


def _marks(file: Path) -> Iterator[tuple[str, str]]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.holds":
                    yield from ((node.name, str(ast.literal_eval(argument))) for argument in mark.args)


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
    sys.stdout.write(f"{TABLE.relative_to(ROOT)} written\n")
