"""What somebody may do whose identity another proved: an identity provider by a token, an authority by a certificate.

The configuration says who is what: the first grant whose conditions hold decides. Nobody becomes an operator by what a
token claims of itself, only by a grant that says so.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sendback_service.authentication_settings import Grant
from sendback_service.keys import KeyKind, Scope
from sendback_service.records import KeyRecord

_MERCHANT = re.compile(r"mer_[0-9a-z]{1,60}")
_LONGEST_NAME = 80


def granted(
    grants: Iterable[Grant],
    claims: Mapping[str, Any],
    name: str,
    now: datetime,
    expires: datetime | None = None,
) -> KeyRecord | None:
    """A key as it were, for as long as the proof lasts; None where no grant fits. `name` is how events call it."""
    grant = next((grant for grant in grants if _fits(grant, claims)), None)
    if grant is None:
        return None
    merchant_id, scopes = "", frozenset[str]()
    if grant.kind == KeyKind.MERCHANT:
        merchant_id, scopes = _merchant(grant, claims), _scopes(grant, claims)
        if not merchant_id:
            return None
    return KeyRecord(_told(name), grant.kind, merchant_id, scopes, "", now, expires)


def _fits(grant: Grant, claims: Mapping[str, Any]) -> bool:
    return all(wanted in _values(claims.get(name)) for name, wanted in grant.when.items())


def _values(claim: Any) -> list[str]:
    """A claim is one text, or a list of texts; anything else fits nothing."""
    if isinstance(claim, str):
        return [claim]
    return [value for value in claim if isinstance(value, str)] if isinstance(claim, list | tuple) else []


def _merchant(grant: Grant, claims: Mapping[str, Any]) -> str:
    if grant.merchant:
        return grant.merchant
    found = claims.get(grant.merchant_claim)
    return found if isinstance(found, str) and _MERCHANT.fullmatch(found) else ""


def _scopes(grant: Grant, claims: Mapping[str, Any]) -> frozenset[str]:
    """Those of the grant; where a claim names them, only what both name."""
    most = grant.scopes or frozenset(Scope)
    if not grant.scopes_claim:
        return frozenset(grant.scopes)
    found = claims.get(grant.scopes_claim)
    named = found.split() if isinstance(found, str) else _values(found)
    return frozenset(named) & most & frozenset(Scope)


def _told(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:_LONGEST_NAME]
