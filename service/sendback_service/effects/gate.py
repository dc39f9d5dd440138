"""Whether an account may be asked now: its caps, and its circuit. Counted in the database, so that every worker sees
the same.

An account that fails again and again is left alone for a while: half a minute, then twice as long each time, up to ten
minutes. Then one call tries it, and only when that succeeds is it asked by all again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, func, select, text

from sendback_service.effects.plugin_call import End
from sendback_service.parties import Caps
from sendback_service.store import prepared
from sendback_service.store.tables import AttemptRow, CircuitRow, ParcelRow
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Subject, Transaction

FAILURES = 10
_FIRST_REST = timedelta(seconds=30)
_LONGEST_REST = timedelta(minutes=10)
# Longer than any call takes: a probe whose worker died does not keep the circuit open for ever.
_PROBE = timedelta(minutes=3)
_DAY = timedelta(days=1)
_FAILED = (End.LATER, End.UNKNOWN, End.MISCONFIGURED)
_UNBOUNDED = Caps()
_FIRST = text(
    "INSERT INTO circuit (account, failures, openings) VALUES (:account, 0, 0) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Gate:
    """`caps_of` tells an account's caps by its name."""

    caps_of: Callable[[str], Caps] = lambda _: _UNBOUNDED

    def refusal(self, tx: Transaction, account: str) -> str:
        """Why it may not be asked now; empty where it may. Changes nothing."""
        return self._refusal(tx, account, _circuit(tx, account))

    def enter(self, tx: Transaction, account: str) -> str:
        """The same for who is about to call, and holds the account's serial: nobody else counts meanwhile."""
        circuit = _circuit(tx, account)
        refused = self._refusal(tx, account, circuit)
        if not refused and circuit is not None and circuit.open_time is not None:
            circuit.probe_time = micros(tx.now)
            tx.session.add(circuit)
        return refused

    def _refusal(self, tx: Transaction, account: str, circuit: CircuitRow | None) -> str:
        return _over(tx, account, self.caps_of(account)) or _resting(tx, circuit)


def note(tx: Transaction, account: str, end: End) -> None:
    """What a call to the account came to, for its circuit."""
    failures = tx.session.connection().execute(prepared.FAILURES, {"account": account}).scalar()
    if end not in _FAILED and not failures:
        return
    if failures is None:
        tx.session.connection().execute(_FIRST, {"account": account})
    row = tx.session.get_one(CircuitRow, account, with_for_update=True, populate_existing=True)
    (_failed if end in _FAILED else _succeeded)(tx, row)


def _circuit(tx: Transaction, account: str) -> CircuitRow | None:
    return tx.session.exec(prepared.CIRCUIT, params={"account": account}).first()


def rests_until(row: CircuitRow) -> datetime | None:
    """None for a circuit that is closed."""
    if row.open_time is None:
        return None
    return moment(row.open_time) + min(_LONGEST_REST, _FIRST_REST * (1 << min(row.openings - 1, 10)))


def _failed(tx: Transaction, row: CircuitRow) -> None:
    row.failures += 1
    probed = row.probe_time is not None
    if probed or (row.open_time is None and row.failures >= FAILURES):
        row.openings += 1
        row.open_time, row.probe_time = micros(tx.now), None
        if not probed:
            facts = {"account": row.account, "failures": str(row.failures)}
            tx.record("", "carrier.circuit_opened", Subject("account", row.account), facts)
    tx.session.add(row)


def _succeeded(tx: Transaction, row: CircuitRow) -> None:
    was_open = row.open_time is not None
    row.failures = row.openings = 0
    row.open_time = row.probe_time = None
    tx.session.add(row)
    if was_open:
        tx.record("", "carrier.circuit_closed", Subject("account", row.account), {"account": row.account})


def _resting(tx: Transaction, row: CircuitRow | None) -> str:
    until = None if row is None else rests_until(row)
    if row is None or until is None:
        return ""
    if tx.now < until:
        return f"failed {row.failures} times in a row; it is left alone until {until:%H:%M:%S} UTC"
    if row.probe_time is not None and tx.now - moment(row.probe_time) < _PROBE:
        return "failed again and again; one call is trying it now"
    return ""


def _over(tx: Transaction, account: str, caps: Caps) -> str:
    if caps.at_once and _under_way(tx, account) >= caps.at_once:
        return f"has {caps.at_once} calls under way, as many as it may"
    if caps.per_minute and _begun(tx, account, timedelta(minutes=1)) >= caps.per_minute:
        return f"was asked {caps.per_minute} times in this minute, as often as it may"
    if caps.per_day and _begun(tx, account, _DAY) >= caps.per_day:
        return f"was asked {caps.per_day} times in 24 hours, as often as it may"
    for currency, most in caps.price_per_day.items():
        if _spent(tx, account, currency) >= most:
            return f"sold labels for {most} {currency} (minor units) in 24 hours, as much as it may"
    return ""


def _begun(tx: Transaction, account: str, ago: timedelta) -> int:
    query = select(func.count()).where(AttemptRow.account == account)
    return tx.session.exec(query.where(AttemptRow.start_time > micros(tx.now - ago))).one()


def _under_way(tx: Transaction, account: str) -> int:
    query = select(func.count()).where(AttemptRow.account == account, AttemptRow.outcome == "")
    return tx.session.exec(query.where(AttemptRow.start_time > micros(tx.now - _DAY))).one()


def _spent(tx: Transaction, account: str, currency: str) -> int:
    query = select(func.coalesce(func.sum(ParcelRow.price_minor), 0)).where(
        ParcelRow.account == account,
        ParcelRow.price_currency == currency,
        col(ParcelRow.price_minor).is_not(None),
        ParcelRow.create_time > micros(tx.now - _DAY),
    )
    return int(tx.session.exec(query).one() or 0)
