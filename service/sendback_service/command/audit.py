import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendback_service.command.terminal import AsJson, Config, err, out, unasked
from sendback_service.configuration import Configuration, ConfigurationError, read

if TYPE_CHECKING:
    from sendback_service.audit import Auditor, Finding
    from sendback_service.store.snapshots import Snapshots

# So many of each name are told by row; the rest is counted.
_TOLD = 1000
# Ten years, in seconds.
_LONGEST = 315_360_000


@dataclass(slots=True)
class _Report:
    """What was found, with bounded memory whatever is broken; and how many rows were asked about, by table."""

    told: "list[Finding]" = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    rows: dict[str, int] = field(default_factory=dict)

    def add(self, finding: "Finding") -> None:
        self.counts[finding.name] += 1
        if self.counts[finding.name] <= _TOLD:
            self.told.append(finding)


def audit(
    config: Config = None,
    as_json: AsJson = False,
    merchant: Annotated[str, typer.Option(help="Only this merchant's rows.")] = "",
    only: Annotated[
        list[str] | None, typer.Option(help="Only findings of this name; may be repeated.")
    ] = None,
    grace: Annotated[
        float,
        typer.Option(min=0, max=_LONGEST, help="Seconds that an event, a deadline or an intent may wait."),
    ] = 60,
) -> None:
    """Asks the database for every broken invariant and everything forgotten. Reads only; the service may run.

    Exit status 0: nothing is broken. 1: something is. 2: it could not be asked."""
    configuration = read(config)
    report = _Report()
    with _auditor(
        configuration, merchant, frozenset(only or ()), timedelta(seconds=grace), report
    ) as auditor:
        for finding in auditor.findings():
            report.add(finding)
    if as_json:
        typer.echo(json.dumps(_document(report), ensure_ascii=False))
    else:
        _print(report)
    raise typer.Exit(1 if report.counts else 0)


@contextmanager
def _auditor(
    configuration: Configuration, merchant: str, only: frozenset[str], grace: timedelta, report: _Report
) -> "Iterator[Auditor]":
    """Whatever keeps the database from being asked is told as a line, with exit status 2."""
    from sendback_service import clock_offset
    from sendback_service.audit import NAMES, Auditor, NoEngine, Patience, Scope, engine_at
    from sendback_service.effects.backoff import GIVE_UP_ASKING
    from sendback_service.store.snapshots import Snapshots

    unknown = sorted(only - NAMES)
    if unknown:
        raise ConfigurationError(f"no finding is named {unknown[0]}; known: {', '.join(sorted(NAMES))}")
    clock = clock_offset.clock_for(test_mode=configuration.test_mode)
    url = configuration.engine
    try:
        with (
            closing(Snapshots(configuration.database, clock)) as snapshots,
            closing(Snapshots(url, clock)) as engine_snapshots,
            err().status("") as line,
        ):
            _check_revision(snapshots)
            _check_merchant(snapshots, merchant)
            clock_offset.set_once(clock, snapshots.look)
            engine = engine_at(engine_snapshots, url)
            # Without the engine's tables an intent may still be at work for as long as any waits for its outcome.
            patience = Patience(grace, grace if engine else max(grace, GIVE_UP_ASKING))

            def progress(table: str, rows: int) -> None:
                report.rows[table] = rows
                line.update(f"{table or 'schema'}: {rows:,} rows, {report.counts.total():,} findings")

            yield Auditor(snapshots.look, Scope(patience, merchant, only), engine or NoEngine(), progress)
    except ConfigurationError:
        raise
    except Exception as broken:
        raise ConfigurationError(unasked(broken)) from None


def _check_revision(snapshots: "Snapshots") -> None:
    found = snapshots.revision()
    if not found.current:
        raise ConfigurationError(
            f"the database is at revision {found.present or 'none'}, and this audit knows {found.wanted}: "
            "audit with the version of the service that runs on it, or `sendback migrate` first"
        )


def _check_merchant(snapshots: "Snapshots", merchant: str) -> None:
    from sendback_service.audit import is_somebody

    with snapshots.look() as tx:
        if merchant and not is_somebody(tx, merchant):
            raise ConfigurationError(f"no merchant has the id {merchant}")


def _document(report: _Report) -> dict[str, Any]:
    findings = [
        {
            "name": finding.name,
            "about": finding.about,
            "table": finding.table,
            "merchant_id": finding.merchant_id,
            "row": finding.row,
            "key": dict(finding.key),
            "says": finding.says,
            "mend": finding.mend,
        }
        for finding in report.told
    ]
    rows = {table: count for table, count in report.rows.items() if table}
    return {"clean": not findings, "counts": dict(report.counts), "findings": findings, "rows": rows}


def _print(report: _Report) -> None:
    from rich.markup import escape

    asked = sum(report.rows.values())
    if not report.counts:
        out().print(f"nothing is broken ({asked:,} rows)", highlight=False)
        return
    for finding in report.told:
        of = f" of {finding.merchant_id}" if finding.merchant_id else ""
        _line(f"[bold]{finding.name}[/]  {finding.table} {escape(finding.row)}{of}")
        _line(f"    {escape(finding.says)}")
        _line(f"    [dim]{escape(finding.mend)}[/]")
    for name, count in sorted(report.counts.items()):
        more = f" ({count - _TOLD:,} more than are listed)" if count > _TOLD else ""
        out().print(f"{count:,} {name}{more}", highlight=False)


def _line(markup: str) -> None:
    """Whole, however narrow the terminal: ids are there to be copied."""
    out().print(markup, highlight=False, soft_wrap=True)
