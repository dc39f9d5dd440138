"""A sandbox account tried as a parcel would: a label is bought, found again and voided, as far as the carrier can.

Nothing of it is kept but a serial number: the label costs nothing, and no return waits for it.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sendback_sdk import Address, Carrier, Finds, Label, LabelFormat, LabelRequest, Paper, Parcel, Voids

from sendback_service.connections import usable_by
from sendback_service.effects.attempts import next_serial
from sendback_service.effects.label_documents import document_problem
from sendback_service.effects.plugin_call import End, Ended, call
from sendback_service.host import AccountMissing, Host
from sendback_service.ids import new_id
from sendback_service.plugin_lookups import Lookups
from sendback_service.refusal import Reason, invalid, refuse
from sendback_service.store import Database
from sendback_service.store.transaction import Author, Transaction

_SECONDS = 60.0
_AT_A_TIME = 2
_AUTHOR = Author("rpc", "trial")


@dataclass(frozen=True, slots=True)
class Sample:
    """The parcel that is tried."""

    sender: Address
    recipient: Address
    weight_grams: int
    format: LabelFormat
    paper: Paper


@dataclass(frozen=True, slots=True)
class Step:
    """One call to the carrier; `outcome` is an `End`."""

    name: str
    outcome: str
    note: str
    duration_ms: int


@dataclass(slots=True)
class Trial:
    """What came of it: steps until the first that failed, and the label that was bought."""

    steps: list[Step] = field(default_factory=list)
    label: Label | None = None

    @property
    def passed(self) -> bool:
        return all(step.outcome == End.DONE for step in self.steps)


class Trials:
    """No more than two at a time for an account, each within a minute."""

    def __init__(self, database: Database, host: Host) -> None:
        self._database = database
        self._host = host
        self._lookups = Lookups(_AT_A_TIME, _SECONDS)

    async def run(self, merchant_id: str, account: str, sample: Sample) -> Trial:
        """`merchant_id` is "" for the operator, who may try any account."""
        carrier = self._carrier(merchant_id, account)
        reference, serial = await self._database.write(lambda tx: _named(tx, account), _AUTHOR)
        request = LabelRequest(
            reference=reference,
            serial=serial,
            return_reference=f"TEST-{serial}",
            sender=sample.sender,
            recipient=sample.recipient,
            parcel=Parcel(weight_grams=sample.weight_grams),
            format=sample.format,
            paper=sample.paper,
            sandbox=True,
        )
        return await self._lookups.ask(account, lambda: _tried(account, carrier, request), lambda _: "")

    def _carrier(self, merchant_id: str, account: str) -> Carrier:
        if merchant_id and not (usable_by(account, merchant_id) and "/" in account):
            raise refuse(Reason.ACCOUNT_MISSING, account=account)
        try:
            carrier = self._host.carrier(account)
        except AccountMissing as missing:
            raise invalid("account", str(missing)) from None
        if not self._host.accounts[account].sandbox:
            raise invalid("account", "its labels cost money: only an account with `sandbox = true` is tried")
        return carrier


def _named(tx: Transaction, account: str) -> tuple[str, int]:
    """As a parcel's label would be, so that none of theirs is ever named so."""
    return new_id("par", tx.now), next_serial(tx, account)


def _tried(account: str, carrier: Any, request: LabelRequest) -> Trial:
    trial = Trial()
    for name, plugin_call, wrong in _calls(carrier, request, trial):
        began = time.monotonic()
        ended: Ended[Any] = call(f"try_{name}", account, request.reference, plugin_call, wrong)
        trial.steps.append(Step(name, ended.end, ended.note, round((time.monotonic() - began) * 1000)))
        if ended.end is not End.DONE:
            break
        trial.label = trial.label or ended.answer
    return trial


_Wrong = Callable[[Any], str]


def _calls(
    carrier: Any, request: LabelRequest, trial: Trial
) -> Iterator[tuple[str, Callable[[], object], _Wrong]]:
    """What to ask, one after the other; each goes on from what came of the one before."""
    yield "label", lambda: carrier.create_label(request), lambda made: document_problem(made, request.format)
    label = trial.label
    if label is None:
        return
    if isinstance(carrier, Finds):
        yield "find", lambda: carrier.find_label(request.reference), lambda found: _another(found, label)
    if isinstance(carrier, Voids):
        yield "void", lambda: carrier.void_label(label), lambda _: ""


def _another(found: object, label: Label) -> str:
    number = found.tracking_number if isinstance(found, Label) else None
    return "" if number == label.tracking_number else f"found {number}, made was {label.tracking_number}"
