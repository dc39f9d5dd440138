"""Buying labels: candidate after candidate, each call claimed before it is made.

A definite no or a "later" goes on to the next candidate. Where all that is left said "later", each is asked again when
it wants to be, unless that is longer than a buyer waits. An unknown outcome never goes on: the parcel waits for the
reconciler, which asks the carrier where it can be asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf

from sendback_sdk import Carrier, Label, Repeat

from sendback_service.effects import gate
from sendback_service.effects.attempts import (
    GIVEN_UP,
    HUNDRED,
    NOTHING_MADE,
    OPEN,
    Key,
    attempt_of,
    attempts_of,
    claim,
    close,
    count,
    customs_of,
    facts_of,
    hold_account,
    lock,
    request_of,
    rests_of,
)
from sendback_service.effects.backoff import LABEL_ROUNDS, next_try
from sendback_service.effects.gate import Gate
from sendback_service.effects.label_documents import document_problem
from sendback_service.effects.outcomes import LANE, bought, doubtful, give_up
from sendback_service.effects.plugin_call import End, Ended, call
from sendback_service.effects.work import WORKER, kept
from sendback_service.held import HeldReturn
from sendback_service.routing import Candidate, ParcelFacts
from sendback_service.rules.customs import gaps
from sendback_service.rules.states import LabelState
from sendback_service.store import Database
from sendback_service.store.tables import AttemptRow, ParcelRow
from sendback_service.store.transaction import Transaction
from sendback_service.work_items import ask_staff

__all__ = ["LANE", "Buying", "record"]

# What others wait for.
_UNDER_WAY = (OPEN, End.UNKNOWN)
_NEVER_AGAIN = frozenset({End.DECLINED, End.MISCONFIGURED, GIVEN_UP})
# A carrier whose answers get lost this often, with nothing made, is not asked again for this parcel.
_LOST_ANSWERS = 3

Claimed = tuple[AttemptRow, ParcelRow]


@dataclass(frozen=True, slots=True)
class Buying:
    """What buying needs: the database, the carriers by account, and who may be asked for a parcel."""

    database: Database
    carrier: Callable[[str], Carrier]
    candidates: Callable[[ParcelFacts], tuple[Candidate, ...]]
    sandbox: Callable[[str], bool]
    gate: Gate = field(default_factory=Gate)

    def buy_label(self, merchant_id: str, parcel_id: str, round: int) -> None:
        """The workflow: candidate after candidate is asked, until one has made a label or none is left."""
        while claimed := self._claimed(merchant_id, parcel_id, round):
            if self._ask(*claimed) is End.DONE:
                return

    def _claimed(self, merchant_id: str, parcel_id: str, round: int) -> Claimed | None:
        return self.database.transact(lambda tx: self._claim(tx, merchant_id, parcel_id, round), WORKER)

    def _claim(self, tx: Transaction, merchant_id: str, parcel_id: str, round: int) -> Claimed | None:
        """The call to make now, counted before it is made; None where there is none left to make."""
        held, parcel = lock(tx, merchant_id, parcel_id)
        attempts = attempts_of(tx, parcel)
        if attempts and attempts[-1].outcome == OPEN:
            # This very call, cut off after its claim; or another round, which is seeing to it.
            return (count(tx, attempts[-1]), parcel) if attempts[-1].round == round else None
        if parcel.label != LabelState.REQUESTED:
            return None
        spent = _spent(attempts, round)
        wanted = {c.account: c for c in self.candidates(facts_of(parcel))}
        rests = {a: left for a, left in rests_of(attempts, round, tx.now).items() if a in wanted}
        considered = [c for c in wanted.values() if c.account not in spent]
        put_off = [f"{c.account}: {c.refusal}" for c in considered if c.away]
        for account in (c.account for c in considered if not c.refusal and c.account not in rests):
            serial = hold_account(tx, account)
            if why := self.gate.enter(tx, account):
                put_off.append(f"{account}: {why}")
                continue
            return claim(tx, parcel, len(attempts) + 1, round, account, serial), parcel
        _conclude(tx, held, parcel, attempts, round, put_off, rests)
        return None

    def _ask(self, attempt: AttemptRow, parcel: ParcelRow) -> End:
        make = self._call_again if attempt.calls > 1 else self.create
        ended = make(attempt, parcel)
        key = (attempt.merchant_id, attempt.parcel_id, attempt.number)
        kept(self.database, lambda tx: record(tx, key, ended))
        return ended.end

    def create(self, attempt: AttemptRow, parcel: ParcelRow) -> Ended[Label]:
        return call(
            "buy_label",
            attempt.account,
            parcel.id,
            lambda: self.carrier(attempt.account).create_label(
                request_of(parcel, attempt, sandbox=self.sandbox(attempt.account))
            ),
            lambda label: document_problem(label, parcel.format),
        )

    def _call_again(self, attempt: AttemptRow, parcel: ParcelRow) -> Ended[Label]:
        """The first call was cut off and may have made a label. Only where the carrier says that a repetition is
        safe is it repeated; a no to the repetition says nothing about the first call."""
        if self.repeat(attempt.account) is Repeat.SAFE:
            ended = self.create(attempt, parcel)
            if ended.end is End.DONE:
                return ended
            return Ended(End.UNKNOWN, note=f"cut off; then {ended.end}: {ended.note}")
        return Ended(End.UNKNOWN, note="the call was cut off")

    def repeat(self, account: str) -> Repeat:
        """UNSAFE for an account that is gone: nobody can say what a repetition would do."""
        try:
            return self.carrier(account).repeat
        except Exception:
            return Repeat.UNSAFE


def record(tx: Transaction, key: Key, ended: Ended[Label]) -> None:
    """What came of a call: the attempt's outcome, and what it means for the parcel. The first to say is believed,
    unless it knew of no label and this one brings it. Where the parcel has another by then, or soon may, people clear
    it up with the carrier."""
    held, parcel = lock(tx, key[0], key[1])
    attempt = attempt_of(tx, key)
    if attempt.outcome == End.DONE or (attempt.outcome != OPEN and ended.end is not End.DONE):
        return
    if attempt.outcome not in _UNDER_WAY and _may_have_another(tx, parcel):
        ask_staff(tx, parcel.merchant_id, "label.unknown", parcel.return_id)
        return
    if not ended.away:
        gate.note(tx, attempt.account, ended.end)
    if ended.end is End.DONE and ended.answer is not None:
        bought(tx, held, parcel, attempt.account, ended.answer)
    elif ended.end is End.UNKNOWN:
        doubtful(tx, held, parcel, HUNDRED * attempt.number)
    elif ended.end is End.MISCONFIGURED:
        ask_staff(tx, parcel.merchant_id, "account.misconfigured", parcel.return_id)
    close(tx, attempt, ended)


def _may_have_another(tx: Transaction, parcel: ParcelRow) -> bool:
    return bool(parcel.tracking_number) or any(a.outcome in _UNDER_WAY for a in attempts_of(tx, parcel))


def _spent(attempts: list[AttemptRow], round: int) -> set[str]:
    """Accounts not to be asked now: asked in this round, a definite no at any time, or answers lost too often."""
    lost = [a.account for a in attempts if a.outcome == NOTHING_MADE]
    asked = {a.account for a in attempts if a.round == round or a.outcome in _NEVER_AGAIN}
    return asked | {account for account in lost if lost.count(account) >= _LOST_ANSWERS}


def _conclude(
    tx: Transaction,
    held: HeldReturn | None,
    parcel: ParcelRow,
    attempts: list[AttemptRow],
    round: int,
    put_off: list[str],
    rests: Mapping[str, float],
) -> None:
    """Nobody is left to ask: later again, or never. `put_off` are those that may not be asked just now, and why;
    `rests` those that want to be left alone, see `rests_of`."""
    later = dict.fromkeys((a.account for a in attempts if a.round == round and a.outcome == End.LATER), 0.0)
    waits = [rest for rest in {**later, **rests}.values() if rest < inf]
    if (waits or put_off) and round % HUNDRED + 1 < LABEL_ROUNDS:
        due = next_try(tx.now, round % HUNDRED, 0.0 if put_off else min(waits))
        tx.set_deadline(parcel.merchant_id, "label.retry", parcel.id, due, number=round + 1)
        return
    said = [f"{a.account}: {a.outcome} {a.note}".strip() for a in attempts[-5:]] + put_off
    said += [
        f"{account}: asks for more patience than a buyer has" for account, r in rests.items() if r == inf
    ]
    why = "; ".join(said) or "no carrier serves this parcel"
    lacking = gaps(customs_of(parcel))
    give_up(tx, held, parcel, "label.failed", f"{lacking}. {why}" if lacking else why)
