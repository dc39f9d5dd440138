"""Tokens of identity providers: what counts, what does not, and keys that are rotated."""

import asyncio
import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from pydantic import ValidationError
from sendback_service.authentication_settings import Grant, Issuer
from sendback_service.identities import Identities
from sendback_service.issuer_keys import IssuerKeys
from sendback_service.refusal import Refusal

from tests.provider import AUDIENCE, Provider

GRANTS = (
    Grant(when={"groups": "returns-admins"}, kind="OPERATOR"),
    Grant(
        when={"sub": "orders"},
        kind="MERCHANT",
        merchant_claim="tenant",
        scopes=frozenset({"orders.read", "orders.write"}),
        scopes_claim="scope",
    ),
)
MERCHANT = {"tenant": "mer_1", "scope": "orders.read returns.write openid"}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider


def _issuer(provider: Provider, **changes: Any) -> Issuer:
    return Issuer(**{"issuer": provider.issuer, "audience": AUDIENCE, "grants": GRANTS, **changes})


def _identities(provider: Provider, now: datetime | None = None, **changes: Any) -> Identities:
    return Identities({"corp": _issuer(provider, **changes)}, lambda: now or datetime.now(UTC))


async def _refused(identities: Identities, token: str) -> str:
    with pytest.raises(Refusal) as refused:
        await identities.holder(token)
    return refused.value.reason


async def test_the_first_grant_that_fits_says_what_a_token_may_do(provider: Provider) -> None:
    identities = _identities(provider)
    service = await identities.holder(provider.token(**MERCHANT))
    assert (service.kind, service.merchant_id, service.scopes) == ("MERCHANT", "mer_1", {"orders.read"})
    assert service.id == "corp:orders"
    admin = await identities.holder(provider.token(sub="ada", groups=["staff", "returns-admins"]))
    assert (admin.kind, admin.merchant_id, admin.scopes) == ("OPERATOR", "", frozenset())


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "somebody"},
        {"sub": "orders"},
        {"sub": "orders", "tenant": ["mer_1"]},
        {"sub": "orders", "tenant": "mer_1 OR 1=1"},
        {"sub": "x", "kind": "OPERATOR", "groups": {"returns-admins": True}},
        {"sub": "x", "groups": "returns-admins-of-tests"},
    ],
)
async def test_who_has_no_grant_may_do_nothing(provider: Provider, claims: dict[str, Any]) -> None:
    assert await _refused(_identities(provider), provider.token(**claims)) == "SCOPE_MISSING"


async def test_a_token_for_others_of_others_or_of_another_time_is_none(provider: Provider) -> None:
    identities, now = _identities(provider), datetime.now(UTC).timestamp()
    wrong: list[dict[str, Any]] = [
        {"aud": "billing"},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"iss": f"{provider.issuer}/"},
        {"iss": ["x"]},
        {"sub": None},
        {"exp": None},
        {"exp": int(now - 60)},
        {"exp": "tomorrow"},
        {"exp": 1e400},
        {"exp": True},
        {"nbf": int(now + 600)},
        {"nbf": "x"},
    ]
    for claims in wrong:
        assert await _refused(identities, provider.token(**{**MERCHANT, **claims})) == "KEY_INVALID", claims
    assert (await identities.holder(provider.token(**MERCHANT, exp=int(now - 10)))).merchant_id == "mer_1"


async def test_tokens_that_are_forged(provider: Provider) -> None:
    identities = _identities(provider)
    good = provider.token(**MERCHANT)
    claims = jwt.decode(good, options={"verify_signature": False})
    head, body, signature = good.split(".")
    kid = {"kid": provider.current}
    public = json.dumps(provider.published[0])
    other = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "root"}).encode()).rstrip(b"=").decode()
    forged = [
        jwt.encode(claims, None, algorithm="none", headers=kid),
        jwt.encode(claims, public * 3, algorithm="HS256", headers=kid),
        jwt.encode(claims, "guess" * 20, algorithm="HS512", headers=kid),
        f"{head}.{other}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}",
        f"..{signature}",
        "a.b.c",
        "x" * 20_000,
        f"{head}.{'A' * 9000}.{signature}",
    ]
    for token in forged:
        assert await _refused(identities, token) == "KEY_INVALID", token[:60]
    (stranger := Provider()).issuer = provider.issuer
    assert await _refused(identities, stranger.token(**MERCHANT)) == "KEY_INVALID"


async def test_a_key_serves_its_own_algorithm_only(provider: Provider) -> None:
    identities = _identities(provider, algorithms=("RS256", "RS512"))
    claims = jwt.decode(provider.token(**MERCHANT), options={"verify_signature": False})
    signed = jwt.encode(
        claims, provider._keys[provider.current], algorithm="RS512", headers={"kid": provider.current}
    )
    assert await _refused(identities, signed) == "KEY_INVALID"


async def test_a_token_is_no_good_from_its_end_on(provider: Provider) -> None:
    moment = datetime.now(UTC)
    identities = Identities({"corp": _issuer(provider)}, lambda: moment)
    token = provider.token(now=moment.timestamp(), **MERCHANT)
    assert await identities.holder(token)
    moment += timedelta(seconds=331)
    assert await _refused(identities, token) == "KEY_INVALID"


async def test_the_providers_keys_are_read_once_for_many(provider: Provider) -> None:
    identities = _identities(provider)
    tokens = [provider.token(**MERCHANT, jti=str(number)) for number in range(20)]
    await asyncio.gather(*(identities.holder(token) for token in tokens * 2))
    assert len(provider.asked) == 2


async def test_turned_keys_are_found_at_once_but_are_not_asked_for_without_end(provider: Provider) -> None:
    identities = _identities(provider)
    old = provider.token(**MERCHANT)
    assert await identities.holder(old)
    keys = identities._keys[provider.issuer]
    keys._rest = 0.0
    provider.turn()
    assert await identities.holder(provider.token(**MERCHANT))
    assert await _refused(identities, old) == "KEY_INVALID"
    keys._rest, before = 30.0, len(provider.asked)
    stranger = Provider()
    stranger.issuer = provider.issuer
    for _ in range(10):
        stranger.turn()
        assert await _refused(identities, stranger.token(**MERCHANT)) == "KEY_INVALID"
    assert len(provider.asked) == before


async def test_old_keys_are_read_anew_beside_the_calls_and_a_silent_provider_hurts_nobody_yet(
    provider: Provider,
) -> None:
    identities = _identities(provider)
    token = provider.token(**MERCHANT)
    await identities.holder(token)
    keys = identities._keys[provider.issuer]
    provider.silent, keys._rest = True, 0.0
    keys._read -= 3600
    assert await identities.holder(token)
    assert keys._looking is not None
    await keys._looking
    assert await identities.holder(token)
    keys._read -= 86_400
    assert await _refused(identities, provider.token(**MERCHANT, jti="2")) == "ISSUER_SILENT"


async def test_a_provider_that_never_answered_is_said_to_be_silent(provider: Provider) -> None:
    provider.silent = True
    identities = _identities(provider)
    with pytest.raises(Refusal) as refused:
        await identities.holder(provider.token(**MERCHANT))
    assert (refused.value.reason, refused.value.metadata) == ("ISSUER_SILENT", {"issuer": "corp"})
    assert refused.value.retry_after


@pytest.mark.parametrize(
    "published",
    [
        [],
        "x",
        [None, 1, "x"],
        [{"kty": "oct", "k": "c2VjcmV0", "kid": "key-0"}],
        [{"kty": "RSA", "kid": "key-0"}],
    ],
)
async def test_keys_that_are_none_open_nothing(provider: Provider, published: Any) -> None:
    provider.published = published
    assert await _refused(_identities(provider), provider.token(**MERCHANT)) in (
        "KEY_INVALID",
        "ISSUER_SILENT",
    )


async def test_a_provider_that_calls_itself_otherwise_is_not_believed(provider: Provider) -> None:
    provider.issuer, real = "http://127.0.0.1:1/realm", provider.issuer
    keys = IssuerKeys("corp", _issuer(provider, issuer=real))
    with pytest.raises(Refusal) as refused:
        await keys.key("key-0", "RS256")
    assert refused.value.reason == "ISSUER_SILENT"


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://idp.example"},
        {"issuer": "idp.example"},
        {"jwks_uri": "http://idp.example/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"algorithms": ("HS256",)},
        {"algorithms": ("none",)},
        {"audience": ""},
        {"grants": ()},
        {"grants": ({"kind": "OPERATOR", "when": {}},)},
        {"grants": ({"kind": "MERCHANT", "when": {"sub": "x"}, "scopes": ["orders.read"]},)},
        {"grants": ({"kind": "OPERATOR", "when": {"sub": "x"}, "merchant": "mer_1"},)},
    ],
)
def test_what_the_configuration_must_not_say(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Issuer(**{"issuer": "https://idp.example", "audience": "a", "grants": GRANTS, **wrong})
