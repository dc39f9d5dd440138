"""Lines of CSV (RFC 4180) that spreadsheets open without running anything.

What begins like a formula gets an apostrophe before it, at the beginning of a cell and behind whatever a spreadsheet
may take for the end of one; every text stands in quotes. Numbers and times are our own and stand as they are.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

from sendback_sdk.money import exponent

# = + - @ as typed in narrow and wide, and behind blanks. See OWASP, "CSV Injection".
_FORMULA = re.compile(r"(^|[\t\r\n;])([^\S\t\r\n]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212])")

Cell = str | int | Decimal | None


def line(cells: Iterable[Cell]) -> str:
    return ",".join(map(_cell, cells)) + "\r\n"


def harmless(text: str) -> str:
    """The text, with an apostrophe wherever it could become a formula."""
    return _FORMULA.sub(r"\1'\2", text)


def major(minor: int, currency: str) -> Decimal:
    """An amount as people write it: 10.99, 1099 yen, 1.099 dinars."""
    return Decimal(minor).scaleb(-exponent(currency))


def _cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        quoted = harmless(cell).replace('"', '""')
        return f'"{quoted}"'
    return str(cell)
