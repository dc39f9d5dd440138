"""What somebody typed into a form, what is wrong with it, and where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from google.type.money_pb2 import Money
from sendback_client import FieldProblem, SendbackError, minor_units, money
from sendback_client.money import read, written
from starlette.datastructures import FormData, UploadFile

from sendback_web.words import N_

_LONGEST = 20_000
_LARGEST_NUMBER, _LARGEST_AMOUNT = 10**9, 10**12
NOT_A_NUMBER = N_("Give a whole number.")
NOT_AN_AMOUNT = N_(
    "Give amounts with their currency and nothing between thousands, such as 1250.00 EUR; 1000 JPY."
)


@dataclass(frozen=True)
class Entry:
    """`values` by field, as typed; `problems` by field, in the reader's language; `trouble` concerns the whole."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""

    def one(self, name: str, default: str = "") -> str:
        found = self.values.get(name)
        return found[0] if found else default

    def all(self, name: str) -> tuple[str, ...]:
        return self.values.get(name, ())

    def ticked(self, name: str) -> bool:
        return bool(self.one(name))

    def number(self, name: str, default: int = 0) -> int | None:
        """None where it is none."""
        said = self.one(name).strip()
        if not said:
            return default
        try:
            found = int(said)
        except ValueError:
            return None
        return found if abs(found) < _LARGEST_NUMBER else None

    def problem(self, name: str) -> str:
        return self.problems.get(name, "")

    def wrong(self, problems: Mapping[str, str], trouble: str = "") -> "Entry":
        return replace(self, problems={**self.problems, **problems}, trouble=trouble or self.trouble)

    @property
    def sound(self) -> bool:
        return not self.problems and not self.trouble


def typed(form: FormData) -> Entry:
    """The texts of a form; files are read apart."""
    values: dict[str, tuple[str, ...]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            values[name] = (*values.get(name, ()), value.replace("\x00", "")[:_LONGEST].strip())
    return Entry(values)


def filled(**values: object) -> Entry:
    """A form as it stands before anybody typed. True is a tick; lists are several values."""
    return Entry({name: _texts(value) for name, value in values.items()})


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ("1",) if value else ()
    if isinstance(value, list | tuple):
        return tuple(str(item) for item in value)
    return (str(value),)


def file_of(form: FormData, name: str) -> UploadFile | None:
    """A file that was chosen."""
    found = form.get(name)
    return found if isinstance(found, UploadFile) and found.filename else None


def told(error: SendbackError, fields: Mapping[str, str]) -> Entry:
    """A refusal beside the fields it names; `fields` leads from the beginning of a path of the API to a field here."""
    problems: dict[str, str] = {}
    rest: list[str] = []
    for problem in error.fields:
        name = field_for(problem, fields)
        if name:
            problems.setdefault(name, problem.description)
        else:
            rest.append(f"{problem.field}: {problem.description}")
    said = "" if problems and not rest else error.message
    return Entry(problems=problems, trouble=" ".join([said, *rest]).strip())


def field_for(problem: FieldProblem, fields: Mapping[str, str]) -> str:
    """The field of the longest path that the problem's begins with."""
    fitting = [path for path in fields if problem.field.startswith(path)]
    return fields[max(fitting, key=len)] if fitting else ""


def amounts(text: str) -> list[Money] | None:
    """`5.00 EUR; 4.50 GBP` or `5,00 EUR`, one a line or with semicolons; None where that is not what was typed."""
    found = []
    for part in filter(None, (piece.strip() for piece in text.replace("\n", ";").split(";"))):
        figure, _, currency = part.replace("\u00a0", " ").rpartition(" ")
        amount = _amount(figure.strip(), currency.upper())
        if amount is None:
            return None
        found.append(amount)
    return found


def _amount(figure: str, currency: str) -> Money | None:
    """With no more decimals than the currency has, so that what stands between thousands is not taken for a point."""
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        return None
    try:
        minor = read(figure.replace(",", "."), currency)
    except ValueError:
        return None
    return money(minor, currency) if abs(minor) < _LARGEST_AMOUNT else None


def amounts_text(found: Iterable[Money]) -> str:
    return "; ".join(amount_text(amount) for amount in found)


def amount_text(amount: Money) -> str:
    """`5.00 EUR`, as it can be typed again."""
    return f"{written(minor_units(amount), amount.currency_code)} {amount.currency_code}"


def words_of(text: str) -> list[str]:
    """Members of a list, typed with commas, semicolons or one a line."""
    pieces = text.replace(";", ",").replace("\n", ",").split(",")
    return list(dict.fromkeys(piece.strip() for piece in pieces if piece.strip()))
