"""Where merchants want their events: endpoints with a filter and a secret, which is told once."""

import base64
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, delete, func, select, update

from sendback_service.account_settings import AccountSettings
from sendback_service.call import Call, check_etag, made_before, remember
from sendback_service.host import Host
from sendback_service.ids import new_id
from sendback_service.links import url_in
from sendback_service.refusal import Reason, invalid, not_found, refuse
from sendback_service.store import Database
from sendback_service.store.tables import DeliveryRow, EndpointRow, FeedRow, MerchantRow, ReceiverRow
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Subject, Transaction
from sendback_service.vault import Vault, needed
from sendback_service.websites import is_public

MOST = 20
PLUGIN = "webhook"
ENABLED, DISABLED = "ENABLED", "DISABLED"
LONGEST_OVERLAP = timedelta(days=7)
_TYPE = re.compile(r"[a-z_]+\.[a-z_]+|[a-z_]+\.\*")
_LITERAL = re.compile(r"[\d.]+|[0-9a-f:.%]*:[0-9a-f:.%]*")


@dataclass(frozen=True, slots=True)
class EndpointDraft:
    """`types` empty for every event. https only, except for hosts that the operator allows."""

    uri: str
    types: frozenset[str] = frozenset()
    title: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`why` says what disabled it; `waiting` counts deliveries that are still to be made."""

    id: str
    draft: EndpointDraft
    why: str
    failures: int
    waiting: int
    version: int
    create_time: datetime
    turned_time: datetime | None


@dataclass(frozen=True, slots=True)
class NewSecret:
    """`secret` is "" where the request was made before: it is told once."""

    endpoint: Endpoint
    secret: str


class Endpoints:
    """`vault` is None where the environment has no key. `private_hosts` may be reached although they lie in a private
    network."""

    def __init__(
        self, database: Database, host: Host, vault: Vault | None, private_hosts: frozenset[str]
    ) -> None:
        self._database = database
        self._host = host
        self._vault = vault
        self._private_hosts = private_hosts

    async def create(self, call: Call, draft: EndpointDraft) -> NewSecret:
        vault, secret = needed(self._vault), new_secret()
        self._check(draft, secret)
        locked = vault.lock({"secret": secret})
        made = await self._database.write(lambda tx: _create(tx, call, draft, locked), call.author)
        return await self._told(call, made, secret)

    async def get(self, merchant_id: str, id: str) -> Endpoint:
        return await self._database.read(lambda tx: endpoint_of(tx, _row(tx, merchant_id, id)))

    async def list(self, merchant_id: str) -> list[Endpoint]:
        return await self._database.read(lambda tx: _list(tx, merchant_id))

    async def update(
        self, call: Call, id: str, new: Callable[[Endpoint], EndpointDraft], etag: str
    ) -> Endpoint:
        """`new` makes the whole of what is wanted out of the present one: once to be tried, and once more within the
        transaction, where nobody else's change can be undone."""
        self._check(new(await self.get(call.merchant_id, id)), new_secret())
        await self._database.write(lambda tx: _update(tx, call, id, new, etag), call.author)
        return await self.get(call.merchant_id, id)

    async def rotate(self, call: Call, id: str, overlap: timedelta | None) -> NewSecret:
        """Both secrets sign for so long: a day unless said."""
        vault, secret = needed(self._vault), new_secret()
        until = timedelta(days=1) if overlap is None else overlap
        if not timedelta() <= until <= LONGEST_OVERLAP:
            raise invalid("overlap", "from nothing to seven days")
        made = await self._database.write(lambda tx: _rotate(tx, call, id, vault, secret, until), call.author)
        return await self._told(call, made, secret)

    async def delete(self, call: Call, id: str) -> None:
        """What is still to be delivered to it is given up."""
        await self._database.write(lambda tx: _delete(tx, call, id), call.author)

    async def _told(self, call: Call, made: tuple[str, bool], secret: str) -> NewSecret:
        id, new = made
        return NewSecret(await self.get(call.merchant_id, id), secret if new else "")

    def _check(self, draft: EndpointDraft, secret: str) -> None:
        _check_uri(draft.uri, self._private_hosts)
        wrong = sorted(type for type in draft.types if not _TYPE.fullmatch(type))
        if wrong:
            raise invalid("webhook_endpoint.types", f"no type of events: {wrong[0]!r}; such as return.*")
        made = self._host.tried("", wanted(draft.uri, {"secret": secret}, self._private_hosts))
        if made.failure:
            raise invalid("webhook_endpoint.uri", made.failure)


def wanted(uri: str, locked: dict[str, str], private_hosts: frozenset[str]) -> AccountSettings:
    """The account that an endpoint is to the host."""
    return AccountSettings(PLUGIN, {"url": uri}, locked, public=True, private_hosts=private_hosts)


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def endpoint_of(tx: Transaction, row: EndpointRow) -> Endpoint:
    receiver = tx.session.get(ReceiverRow, (row.merchant_id, row.id))
    pending = select(func.count()).where(
        DeliveryRow.owner == row.merchant_id, DeliveryRow.endpoint == row.id, DeliveryRow.state == "PENDING"
    )
    draft = EndpointDraft(row.uri, frozenset(row.types.get("types", ())), row.title, row.state == ENABLED)
    return Endpoint(
        row.id,
        draft,
        row.why,
        receiver.failures if receiver else 0,
        tx.session.exec(pending).one(),
        row.version,
        moment(row.create_time),
        moment(row.turned_time) if row.turned_time else None,
    )


def rotate_keys(tx: Transaction, vault: Vault) -> int:
    """Encrypts all secrets anew, under the first key; answers how many."""
    rows = tx.session.exec(select(EndpointRow).with_for_update()).all()
    for row in rows:
        row.secrets = vault.rotated(row.secrets)
        tx.session.add(row)
    return len(rows)


def give_up(tx: Transaction, merchant_id: str, endpoint: str, why: str) -> None:
    """Nothing more goes to it."""
    waiting = update(DeliveryRow).where(
        col(DeliveryRow.owner) == merchant_id,
        col(DeliveryRow.endpoint) == endpoint,
        col(DeliveryRow.state) == "PENDING",
    )
    tx.session.exec(waiting.values(state="DEAD", failure=why, update_time=micros(tx.now)))


def _check_uri(uri: str, private_hosts: frozenset[str]) -> None:
    url = url_in(uri)
    if url is None:
        raise invalid("webhook_endpoint.uri", "is no address")
    allowed = url.host.casefold() in private_hosts
    if url.scheme not in (("http", "https") if allowed else ("https",)) or not url.host or url.userinfo:
        raise invalid("webhook_endpoint.uri", "give an address that begins with https://, without a password")
    literal = _LITERAL.fullmatch(url.host) is not None
    if not allowed and (url.host == "localhost" or (literal and not is_public(url.host))):
        raise invalid("webhook_endpoint.uri", "lies in a private network")


def _create(tx: Transaction, call: Call, draft: EndpointDraft, locked: str) -> tuple[str, bool]:
    merchant = tx.session.get(MerchantRow, call.merchant_id, with_for_update=True)
    if merchant is None:
        raise not_found("merchant", call.merchant_id)
    before = made_before(tx, call)
    if before is not None:
        return before, False
    rows = select(func.count()).where(EndpointRow.merchant_id == call.merchant_id)
    if tx.session.exec(rows).one() >= MOST:
        raise refuse(Reason.TOO_LARGE, limit=f"{MOST} endpoints")
    row = EndpointRow(merchant_id=call.merchant_id, id=new_id("whe", tx.now), uri="", secrets=locked)
    row.create_time, row.version = micros(tx.now), 0
    _fill(tx, row, draft)
    receiver = ReceiverRow(merchant_id=call.merchant_id, endpoint=row.id, position=feed_end(tx))
    tx.session.add(receiver)
    _record(tx, call, row.id, "webhook.created")
    return row.id, True


def feed_end(tx: Transaction) -> int:
    row = tx.session.get(FeedRow, 1)
    return 0 if row is None else row.position


def _fill(tx: Transaction, row: EndpointRow, draft: EndpointDraft) -> None:
    row.uri, row.title, row.types = draft.uri, draft.title, {"types": sorted(draft.types)}
    row.state, row.why = (ENABLED, "") if draft.enabled else (DISABLED, row.why or "by the merchant")
    row.version += 1
    row.update_time = micros(tx.now)
    tx.session.add(row)


def _update(
    tx: Transaction, call: Call, id: str, new: Callable[[Endpoint], EndpointDraft], etag: str
) -> None:
    row = _row(tx, call.merchant_id, id, lock=True)
    if made_before(tx, call) is not None:
        return
    check_etag(etag, row.version)
    draft = new(endpoint_of(tx, row))
    again = draft.enabled and row.state == DISABLED
    _fill(tx, row, draft)
    receiver = tx.session.get(ReceiverRow, (call.merchant_id, id), with_for_update=True)
    if receiver is not None and again:
        receiver.failures, receiver.slow, receiver.wait_time = 0, False, micros(tx.now)
        tx.session.add(receiver)
    if not draft.enabled:
        give_up(tx, call.merchant_id, id, "the endpoint was disabled")
    _record(tx, call, id, "webhook.changed")


def _rotate(
    tx: Transaction, call: Call, id: str, vault: Vault, secret: str, overlap: timedelta
) -> tuple[str, bool]:
    row = _row(tx, call.merchant_id, id, lock=True)
    if made_before(tx, call) is not None:
        return id, False
    present = vault.unlock(row.secrets)["secret"]
    row.secrets = vault.lock({"secret": secret, "previous_secret": present})
    row.turned_time = micros(tx.now + overlap)
    row.version += 1
    row.update_time = micros(tx.now)
    tx.session.add(row)
    _record(tx, call, id, "webhook.changed", part="secret")
    return id, True


def _delete(tx: Transaction, call: Call, id: str) -> None:
    row = tx.session.get(EndpointRow, (call.merchant_id, id), with_for_update=True)
    if made_before(tx, call) is not None:
        return
    if row is None:
        raise not_found("webhook_endpoint", id)
    tx.session.delete(row)
    ours = (col(ReceiverRow.merchant_id) == call.merchant_id, col(ReceiverRow.endpoint) == id)
    tx.session.exec(delete(ReceiverRow).where(*ours))
    give_up(tx, call.merchant_id, id, "the endpoint was deleted")
    _record(tx, call, id, "webhook.deleted")


def _record(tx: Transaction, call: Call, id: str, type: str, **attributes: str) -> None:
    tx.record(call.merchant_id, type, Subject("webhook_endpoint", id), attributes)
    remember(tx, call, id)


def _row(tx: Transaction, merchant_id: str, id: str, *, lock: bool = False) -> EndpointRow:
    row = tx.session.get(EndpointRow, (merchant_id, id), with_for_update=lock)
    if row is None:
        raise not_found("webhook_endpoint", id)
    return row


def _list(tx: Transaction, merchant_id: str) -> list[Endpoint]:
    query = select(EndpointRow).where(EndpointRow.merchant_id == merchant_id)
    return [endpoint_of(tx, row) for row in tx.session.exec(query.order_by(col(EndpointRow.id)))]
