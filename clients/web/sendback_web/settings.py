"""What an installation says, by environment: SENDBACK_WEB_TARGET, SENDBACK_WEB_PORTAL_KEY, …"""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_SHORTEST_SECRET = 32


class Settings(BaseSettings):
    """`base_url` is where buyers and staff reach this application; behind https its cookies travel by https only."""

    model_config = SettingsConfigDict(env_prefix="SENDBACK_WEB_", frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    base_url: str = "http://localhost:8080"
    # the service
    target: str = "127.0.0.1:50051"
    tls: bool = False
    tls_ca: Path | None = None
    portal_key: SecretStr
    # signs cookies and forms; the same in every replica
    secret: SecretStr
    # whose X-Forwarded-For is believed
    trusted_proxies: str = "127.0.0.1"
    # hosts that product pictures may be fetched from though they lie in a private network
    private_hosts: tuple[str, ...] = ()
    # the file that says who may sign in to the console; without one there is no console
    console: Path | None = None
    # where the operator's people answer
    support_url: str = ""

    @field_validator("secret")
    @classmethod
    def _long(cls, secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value()) < _SHORTEST_SECRET:
            raise ValueError(f"SENDBACK_WEB_SECRET must have {_SHORTEST_SECRET} characters or more")
        return secret

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if not url.startswith(("https://", "http://")):
            raise ValueError("SENDBACK_WEB_BASE_URL must begin with https:// or http://")
        return url.rstrip("/")

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def trust(self) -> bytes | bool:
        """What the client takes for `tls`."""
        return self.tls_ca.read_bytes() if self.tls_ca else self.tls

    @classmethod
    def from_environment(cls) -> Self:
        return cls()
