"""By which channels a merchant's buyers are written, occasion by occasion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sendback_service.call import Call, check_etag, made_before, remember
from sendback_service.messages import Occasion
from sendback_service.refusal import invalid, not_found
from sendback_service.store import Database
from sendback_service.store.tables import MerchantRow, MessageSettingsRow
from sendback_service.store.transaction import Subject, Transaction

# What buyers may go without: they lose nothing by it, and the portal tells them too.
OPTIONAL = frozenset(
    {
        Occasion.REMINDER,
        Occasion.IN_REVIEW,
        Occasion.CANCELLED,
        Occasion.HANDED_OVER,
        Occasion.RECEIVED,
        Occasion.REFUNDED,
        Occasion.CREDITED,
        Occasion.EXPIRED,
        Occasion.NOTHING_DUE,
    }
)

Rules = Mapping[Occasion, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """Accounts by occasion: what is not named goes by the usual one, what is named without any is not written.
    `offered` are those that may be chosen."""

    rules: Rules
    offered: tuple[str, ...]
    version: int


@dataclass(frozen=True, slots=True)
class Channels:
    """The operator's accounts that write to buyers: the `usual` one ("" for none) and others that may be chosen."""

    usual: str
    others: tuple[str, ...] = ()

    @property
    def offered(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in (self.usual, *self.others) if name))

    def chosen(self, settings: MessageSettingsRow | None, occasion: str) -> tuple[str, ...]:
        """The accounts that carry this letter; none where the merchant does not want it written. One that is no
        longer offered is passed over, and the usual one stands in."""
        rules = _rules(settings)
        if Occasion(occasion) not in rules:
            return (self.usual,)
        chosen = rules[Occasion(occasion)]
        return tuple(name for name in chosen if name in self.offered) or ((self.usual,) if chosen else ())


class MessagePreferences:
    def __init__(self, database: Database, channels: Channels) -> None:
        self._database = database
        self._channels = channels

    async def get(self, merchant_id: str) -> MessageSettings:
        return await self._database.read(lambda tx: self._settings(tx, merchant_id))

    async def update(self, call: Call, rules: Rules, etag: str) -> MessageSettings:
        """`rules` is the whole of what is wanted."""
        self._check(rules)
        await self._database.write(lambda tx: _save(tx, call, rules, etag), call.author)
        return await self.get(call.merchant_id)

    def _settings(self, tx: Transaction, merchant_id: str) -> MessageSettings:
        if tx.session.get(MerchantRow, merchant_id) is None:
            raise not_found("merchant", merchant_id)
        row = tx.session.get(MessageSettingsRow, merchant_id)
        return MessageSettings(_rules(row), self._channels.offered, row.version if row else 0)

    def _check(self, rules: Rules) -> None:
        for occasion, names in rules.items():
            unknown = [name for name in names if name not in self._channels.offered]
            if unknown:
                offered = ", ".join(self._channels.offered) or "none"
                raise invalid("settings.rules", f"no channel {unknown[0]!r}; offered: {offered}")
            if not names and occasion not in OPTIONAL:
                raise invalid("settings.rules", f"buyers need the letter {occasion.name}: choose a channel")


def _rules(row: MessageSettingsRow | None) -> dict[Occasion, tuple[str, ...]]:
    """What a newer version knows and this one does not is left alone."""
    kept: Mapping[str, Sequence[str]] = row.document if row else {}
    known = {occasion.value: occasion for occasion in Occasion}
    return {known[name]: tuple(channels) for name, channels in kept.items() if name in known}


def _save(tx: Transaction, call: Call, rules: Rules, etag: str) -> None:
    if tx.session.get(MerchantRow, call.merchant_id, with_for_update=True) is None:
        raise not_found("merchant", call.merchant_id)
    if made_before(tx, call) is not None:
        return
    row = tx.session.get(MessageSettingsRow, call.merchant_id)
    version = row.version if row else 0
    check_etag(etag, version)
    document = {occasion.value: list(dict.fromkeys(names)) for occasion, names in rules.items()}
    tx.session.merge(MessageSettingsRow(merchant_id=call.merchant_id, document=document, version=version + 1))
    tx.record(call.merchant_id, "portal.changed", Subject("merchant", call.merchant_id), {"part": "messages"})
    remember(tx, call, call.merchant_id)
