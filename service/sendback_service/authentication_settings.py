"""What the configuration says of those who vouch for callers: identity providers, and authorities for certificates."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from sendback_service.configuration_part import Part

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]


class Grant(Part):
    """What somebody may do of whom these claims are proved. `when` are claims and what they must be, or hold where they
    are lists. A merchant is named here or by a claim. `scopes` are what it may do; with `scopes_claim`, at most."""

    when: dict[str, str] = Field(min_length=1)
    kind: Literal["OPERATOR", "PORTAL", "MERCHANT"]
    merchant: str = Field("", pattern=r"^(mer_[0-9a-z]+)?$")
    merchant_claim: str = ""
    scopes: frozenset[str] = frozenset()
    scopes_claim: str = ""

    @model_validator(mode="after")
    def _whole(self) -> "Grant":
        merchants = bool(self.merchant) + bool(self.merchant_claim)
        if self.kind == "MERCHANT" and (merchants != 1 or not (self.scopes or self.scopes_claim)):
            raise ValueError(
                "a merchant's grant needs merchant or merchant_claim, and scopes or scopes_claim"
            )
        if self.kind != "MERCHANT" and (merchants or self.scopes or self.scopes_claim):
            raise ValueError(f"a grant of kind {self.kind} has neither merchant nor scopes")
        return self


class Issuer(Part):
    """An identity provider whose tokens are taken for keys. `issuer` and `audience` are what they say in `iss` and
    `aud`. Its keys are where it says at /.well-known/openid-configuration, unless `jwks_uri` names the place."""

    issuer: str = Field(min_length=1, max_length=2048)
    audience: str = Field(min_length=1, max_length=2048)
    jwks_uri: str = ""
    algorithms: tuple[Algorithm, ...] = ("RS256",)
    leeway_seconds: int = Field(30, ge=0, le=300)
    grants: tuple[Grant, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _asked_safely(self) -> "Issuer":
        for uri in filter(None, (self.issuer, self.jwks_uri)):
            if not is_fit_to_ask(uri):
                raise ValueError(f"{uri}: give an address that begins with https://")
        return self


class Tls(Part):
    """PEM files, read anew when they change: the server's chain and key, and the authorities of clients. With
    `client_ca` nobody connects without a certificate of theirs, and `grants` may say what its holder may do without
    any key: claims are `san` (a list), `cn`."""

    certificate: Path
    key: Path
    client_ca: Path | None = None
    grants: tuple[Grant, ...] = ()

    @model_validator(mode="after")
    def _proved(self) -> "Tls":
        if self.grants and self.client_ca is None:
            raise ValueError("grants need client_ca: who else would vouch for a certificate?")
        return self


def is_fit_to_ask(uri: str) -> bool:
    """Whether what is answered there can be believed: nobody in between, or nobody but this machine."""
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and host in ("localhost", "127.0.0.1", "::1"))
    )
