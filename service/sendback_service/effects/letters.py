"""Sending what buyers are written."""

from collections.abc import Callable
from dataclasses import dataclass

from sendback_sdk import Channel, Message, Misconfigured, Receipt

from sendback_service.anonymisation import ERASED
from sendback_service.effects.backoff import LETTER_REPEATS, LETTER_ROUNDS, next_try
from sendback_service.effects.plugin_call import End, Ended, call, no_receipt
from sendback_service.effects.work import WORKER, kept
from sendback_service.message_settings import OPTIONAL, Channels
from sendback_service.messages import Unwritten, copies, subject_of
from sendback_service.store import Database, prepared
from sendback_service.store.tables import MessageRow, MessageSettingsRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Transaction
from sendback_service.work_items import ask_staff

# Seconds in which somebody may have mended the settings.
_MENDING = 900.0
# Such a call is not counted among those that may have sent the letter.
_NOTHING_SENT = (End.LATER, End.MISCONFIGURED)

_KEEP = (
    "UPDATE message SET channel = :channel, state = :state, calls = :calls, failure = :failure,"
    " provider_reference = :provider_reference, update_time = :update_time"
    " WHERE merchant_id = :merchant_id AND id = :id"
)


Compose = Callable[[Transaction, MessageRow], Message | Unwritten]


@dataclass(frozen=True, slots=True)
class Sending:
    """`channels` are the accounts, of which the merchant may have chosen. `compose` writes the message of a row, or
    says why there is none."""

    database: Database
    channel: Callable[[str], Channel]
    channels: Channels
    compose: Compose

    def send(self, merchant_id: str, message_id: str, round: int) -> None:
        row = self.database.transact(lambda tx: self._claim(tx, merchant_id, message_id), WORKER)
        if row is None:
            return
        message = self.database.look(lambda tx: self.compose(tx, row))
        if message is Unwritten.OUTDATED:
            kept(self.database, lambda tx: _skip(tx, _held(tx, merchant_id, message_id)[0]))
            return
        if message is Unwritten.NOBODY:
            ended: Ended[Receipt] = Ended(End.DECLINED, note="the buyer left no address")
        else:
            ended = call(
                "send", row.channel, message_id, lambda: self._hand_over(row.channel, message), no_receipt
            )
        kept(self.database, lambda tx: _record(tx, merchant_id, message_id, ended, round))

    def _hand_over(self, account: str, message: Message) -> Receipt:
        if not account:
            raise Misconfigured("no account writes to buyers: set `channel` in sendback.toml")
        return self.channel(account).send(message)

    def _claim(self, tx: Transaction, merchant_id: str, message_id: str) -> MessageRow | None:
        """Counts the call before it is made; the first one decides by which channels the letter goes."""
        row, settings = _held(tx, merchant_id, message_id)
        if row.state != "REQUESTED":
            return None
        if not row.channel and not self._choose(tx, row, settings):
            return None
        row.calls += 1
        _keep(tx, row)
        return row

    def _choose(self, tx: Transaction, row: MessageRow, settings: MessageSettingsRow | None) -> bool:
        """False where the merchant does not want it written."""
        chosen = self.channels.chosen(settings, row.occasion)
        if chosen:
            row.channel = chosen[0]
            copies(tx, row, chosen[1:])
            return True
        _skip(tx, row)
        return False


def _held(tx: Transaction, merchant_id: str, message_id: str) -> tuple[MessageRow, MessageSettingsRow | None]:
    """Locked, and no longer the session's: what becomes of it is written by hand. With what its merchant wants."""
    key = {"merchant_id": merchant_id, "id": message_id}
    row, settings = tx.session.exec(prepared.MESSAGE, params=key).one()
    tx.session.expunge(row)
    return row, settings


def _keep(tx: Transaction, row: MessageRow) -> None:
    tx.write(_KEEP, row.model_dump())


def _skip(tx: Transaction, row: MessageRow) -> None:
    if row.state == "REQUESTED":
        row.state, row.update_time = "SKIPPED", micros(tx.now)
        _keep(tx, row)
        _tell(tx, row)


def _record(tx: Transaction, merchant_id: str, message_id: str, ended: Ended[Receipt], round: int) -> None:
    row, _ = _held(tx, merchant_id, message_id)
    if row.state != "REQUESTED":
        return
    row.update_time = micros(tx.now)
    erased = row.failure == ERASED
    if not erased:
        row.failure = ended.note
    if ended.end in _NOTHING_SENT:
        row.calls -= 1
    if ended.end is End.MISCONFIGURED:
        about = subject_of(row.subject_id)
        ask_staff(tx, merchant_id, "account.misconfigured", about.id if about.type == "return" else "")
    if ended.end is not End.DONE and _worth_another(row, ended, round):
        _keep(tx, row)
        asked = _MENDING if ended.end is End.MISCONFIGURED and not ended.away else ended.after
        tx.set_deadline(
            merchant_id, "message.retry", message_id, next_try(tx.now, round, asked), number=round + 1
        )
        return
    row.state = "SENT" if ended.end is End.DONE else "FAILED"
    row.provider_reference = ended.answer.reference if ended.answer and not erased else ""
    _keep(tx, row)
    _tell(tx, row)
    about = subject_of(row.subject_id)
    if row.state == "FAILED" and about.type == "return" and row.occasion not in OPTIONAL:
        ask_staff(tx, merchant_id, "message.bounced", about.id)


def _tell(tx: Transaction, row: MessageRow) -> None:
    attributes = {"message_id": row.id, "occasion": row.occasion}
    tx.record(row.merchant_id, f"message.{row.state.lower()}", subject_of(row.subject_id), attributes)


def _worth_another(row: MessageRow, ended: Ended[Receipt], round: int) -> bool:
    """An unknown outcome is tried again under the same key, by which receivers know a repetition; but not for ever.
    Settings that are wrong may be mended."""
    if ended.end is End.UNKNOWN:
        return row.calls <= LETTER_REPEATS
    return ended.end in _NOTHING_SENT and round + 1 < LETTER_ROUNDS
