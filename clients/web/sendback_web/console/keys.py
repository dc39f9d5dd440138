"""Access keys: a shop's own, or for operations everybody's. A secret is shown once, on the page that made it."""

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from datetime import time as midnight

from google.protobuf.duration_pb2 import Duration
from sendback.v1.merchant_pb2 import AccessKey
from sendback.v1.merchant_service_pb2 import (
    CreateAccessKeyRequest,
    CreateAccessKeyResponse,
    ListAccessKeysRequest,
    RevokeAccessKeyRequest,
    RotateAccessKeyRequest,
)
from sendback_client import SendbackError
from starlette.responses import Response

from sendback_web.console.entries import Entry, filled, told, typed
from sendback_web.console.visit import Visit
from sendback_web.words import N_

SCOPES = (
    ("returns.read", N_("see returns")),
    ("returns.write", N_("act on returns and pay")),
    ("labels.write", N_("make and void labels, report tracking")),
    ("orders.read", N_("see orders and inserts")),
    ("orders.write", N_("bring orders in, give links")),
    ("settings.read", N_("see settings")),
    ("settings.write", N_("change settings and policy")),
    ("events.read", N_("follow events")),
    ("buyers.read", N_("see a buyer’s data")),
    ("buyers.write", N_("erase a buyer’s data")),
    ("credit.read", N_("see store credit that is kept here")),
    ("credit.write", N_("spend store credit, take spending back")),
    ("keys.write", N_("make and revoke keys")),
)
KINDS = (
    (int(AccessKey.MERCHANT), N_("A merchant’s")),
    (int(AccessKey.PORTAL), N_("A portal’s")),
    (int(AccessKey.OPERATOR), N_("An operator’s")),
)
_PAGE = 50
_REVOKED = N_("The key is worthless now.")
_TWICE = N_("This was sent twice; the key was made once. If you did not copy its secret, turn the key.")
_FIELDS = {
    "access_key.merchant_id": "merchant_id",
    "access_key.title": "title",
    "access_key.scopes": "scopes",
    "access_key.expire_time": "expires",
}


async def show(visit: Visit) -> Response:
    return await _page(visit, filled(kind=int(AccessKey.MERCHANT)))


async def create(visit: Visit) -> Response:
    entry = typed(await visit.form())
    if not visit.console.first_time(entry.one("request_id")):
        return visit.go(visit.href("keys"), _TWICE, "warn")
    try:
        made = await visit.desk.merchants.CreateAccessKey(
            CreateAccessKeyRequest(access_key=_wanted(visit, entry))
        )
    except SendbackError as refused:
        return await _refused(visit, entry, refused)
    return await _page(visit, filled(), made)


async def rotate(visit: Visit) -> Response:
    """A successor; the old key works for a day more."""
    entry = typed(await visit.form())
    if not visit.console.first_time(entry.one("request_id")):
        return visit.go(visit.href("keys"), _TWICE, "warn")
    request = RotateAccessKeyRequest(access_key_id=entry.one("key"), grace=Duration(seconds=86400))
    try:
        made = await visit.desk.merchants.RotateAccessKey(request)
    except SendbackError as refused:
        return await _refused(visit, filled(kind=int(AccessKey.MERCHANT)), refused)
    return await _page(visit, filled(), made)


async def revoke(visit: Visit) -> Response:
    entry = typed(await visit.form())
    await visit.desk.merchants.RevokeAccessKey(RevokeAccessKeyRequest(access_key_id=entry.one("key")))
    return visit.go(visit.href("keys"), _REVOKED)


async def _refused(visit: Visit, entry: Entry, refused: SendbackError) -> Response:
    if refused.code.name not in ("INVALID_ARGUMENT", "FAILED_PRECONDITION", "NOT_FOUND"):
        raise refused
    found = told(refused, _FIELDS)
    return await _page(visit, entry.wrong(found.problems, found.trouble), status=422)


def _wanted(visit: Visit, entry: Entry) -> AccessKey:
    operator = not visit.shop
    kind = entry.number("kind") if operator else AccessKey.MERCHANT
    key = AccessKey(
        kind=kind,  # type: ignore[arg-type]
        merchant_id=entry.one("merchant_id") if operator else "",
        scopes=entry.all("scopes") if kind == AccessKey.MERCHANT else (),
        title=entry.one("title"),
    )
    expires = _day(entry.one("expires"))
    if expires is not None:
        key.expire_time.FromDatetime(datetime.combine(expires, midnight(), visit.zone).astimezone(UTC))
    return key


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def _page(
    visit: Visit, entry: Entry, made: CreateAccessKeyResponse | None = None, *, status: int = 200
) -> Response:
    """Without the right to see keys the page says so. The console's own key reaches no further than its scopes: others
    are not offered, nor are keys that have them rotated or revoked here."""
    token = visit.request.query_params.get("page", "")
    keys: Sequence[AccessKey] = ()
    grantable: Sequence[str] = ()
    next_token, allowed = "", True
    try:
        found = await visit.desk.merchants.ListAccessKeys(
            ListAccessKeysRequest(page_size=_PAGE, page_token=token)
        )
        keys, next_token, grantable = found.access_keys, found.next_page_token, found.grantable_scopes
    except SendbackError as refused:
        if refused.reason != "SCOPE_MISSING":
            raise
        allowed = False
    return visit.show(
        "keys.html",
        status=status,
        entry=entry,
        made=made,
        keys=keys,
        next_token=next_token,
        allowed=allowed,
        scopes=[(scope, text) for scope, text in SCOPES if scope in grantable],
        grantable=set(grantable),
        kinds=[(str(value), text) for value, text in KINDS],
        kind_names=dict(KINDS),
        now=time.time(),
    )
