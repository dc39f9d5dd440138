"""Carriers and what they declare, as a table: `python -m tests.carriers` writes service/docs/carriers.md from the
plugins' own classes, and the frame's tests fail where the page is not what it would write.

Carriers are found as the service finds them, by entry point; those of other repositories that happen to be installed
are left out.
"""

import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from sendback_sdk import Billing, Carrier, DropOffs, Finds, Forgets, Hears, Repeat, Tracks, Voids
from sendback_sdk.hooks import ENTRY_POINTS
from sendback_service.rules.territory import LABEL_COUNTRIES

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "service/docs/carriers.md"

ROLES: dict[type, str] = {
    Voids: "voids",
    Tracks: "is polled",
    Hears: "sends webhooks",
    DropOffs: "drop-off points",
    Finds: "finds labels",
    Forgets: "forgets buyers",
}
_REPEAT = {Repeat.SAFE: "one label", Repeat.FINDABLE: "found before a second", Repeat.UNSAFE: "people decide"}
_BILLED = {Billing.PURCHASE: "when made", Billing.HAND_OVER: "when handed over"}

_HEAD = """\
# Carriers

Written from the plugins' own declarations by `python -m tests.carriers`; checked by `make check`. The inherited tests
(`CarrierTests`) hold each to what it declares here. What the carrier behind an account does not do although the plugin
can, the plugin declines, and the next candidate of the routing is asked.

- **From**: where parcels can be sent from. *All*: every country in which the portal offers labels, {count} codes with
  Monaco. Outlying areas that a merchant may switch on (the Canaries, Madeira, Åland …) are places of their own: labels
  are offered there once a carrier on route names them, not where it names Spain, Portugal or Finland alone.
- **Lost answer**: what the same request does a second time. *One label*: it is safe. *Found before a second*: the
  carrier is asked by our reference first. *People decide*: nobody can tell, so nothing is bought again by itself.
- **Costs**: a label that costs when the parcel is handed over costs nothing unused.
"""


def page(points: Iterable[EntryPoint]) -> str:
    lines = [
        _HEAD.format(count=len(LABEL_COUNTRIES)),
        "| carrier | from | formats | lost answer | costs | besides |",
        "|---|---|---|---|---|---|",
        *(_row(carrier) for carrier in carriers(points)),
    ]
    return "\n".join(lines) + "\n"


def carriers(points: Iterable[EntryPoint]) -> list[type[Carrier]]:
    found = [carrier for point in points for carrier in _registered(point)]
    return sorted(found, key=lambda carrier: carrier.id)


def ours() -> list[EntryPoint]:
    """The entry points of the packages under carriers/. `LookupError` names one that is not installed."""
    installed = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    declared = [name for member in (ROOT / "carriers").glob("*/pyproject.toml") for name in _declared(member)]
    if missing := [name for name in declared if name not in installed]:
        raise LookupError(f"not installed: {', '.join(missing)}; `make check` installs what it needs")
    return [installed[name] for name in sorted(declared)]


def _declared(pyproject: Path) -> list[str]:
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    return list(project["entry-points"][ENTRY_POINTS])


def _registered(point: EntryPoint) -> list[type[Carrier]]:
    return list(getattr(point.load(), "sendback_carriers", list)())


def _row(carrier: type[Carrier]) -> str:
    cells = [
        f"`{carrier.id}`",
        _places(carrier.coverage),
        " ".join(sorted(carrier.formats)),
        _REPEAT[carrier.repeat],
        _BILLED[carrier.billed_on],
        ", ".join(words for role, words in ROLES.items() if issubclass(carrier, role)) or "–",
    ]
    return f"| {' | '.join(cells)} |"


def _places(coverage: frozenset[str]) -> str:
    """All, all but few, or those that there are; places outside the portal's are told apart."""
    within, beyond = coverage & LABEL_COUNTRIES, coverage - LABEL_COUNTRIES
    lacking = LABEL_COUNTRIES - coverage
    text = " ".join(sorted(within))
    if len(lacking) < len(within) / 2:
        text = "all" + (f" but {' '.join(sorted(lacking))}" if lacking else "")
    return text + (f", and {' '.join(sorted(beyond))}" if beyond else "")


if __name__ == "__main__":
    PAGE.write_text(page(ours()), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} written\n")
