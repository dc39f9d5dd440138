"""What an account needs to know of a shop."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from sendback_sdk import Platform

API_VERSION = "2026-07"


class ShopSettings(Platform.Settings):
    """One of three ways to sign in: `token` alone; `client_id` and `client_secret` (a token is fetched every day); or
    these and `refresh_token` with `token_file`, where the next refresh token is kept, for each can be used once.

    Ten `patience_seconds` are enough for any document at a hundred points a second."""

    shop: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com$",
        description="The shop's own domain, ….myshopify.com",
    )
    token: SecretStr | None = Field(
        None, description="Token of a custom app that does not end; without client_id and client_secret"
    )
    client_id: str = Field(
        "", max_length=255, description="Client id of the app; a token is fetched every day"
    )
    client_secret: SecretStr | None = Field(None, description="Client secret of the app")
    refresh_token: SecretStr | None = Field(
        None, description="For public apps, in the operator's configuration: the first refresh token"
    )
    token_file: Path | None = Field(None, description="The file that the next refresh tokens are kept in")
    webhook_secret: SecretStr | None = Field(
        None, description="What webhooks are signed with, where it is not the client secret"
    )
    restock_location: str = Field(
        "",
        pattern=r"^[0-9]{0,20}$",
        description="Number of the location that takes back what can be sold again",
    )
    patience_seconds: float = Field(
        10.0, ge=0, le=60, description="How long a call waits for points of Shopify's rate limit, in seconds"
    )
    api_root: str = Field(
        "",
        pattern=r"^(https://\S+|http://(127\.0\.0\.1|localhost)(:\d+)?)?$",
        description="Another server than the shop's own, for practice",
    )

    @model_validator(mode="after")
    def _one_way_to_sign_in(self) -> Self:
        if (self.token is None) == (self.client_id == "" or self.client_secret is None):
            raise ValueError("give either `token`, or `client_id` and `client_secret`")
        if (self.refresh_token is None) != (self.token_file is None):
            raise ValueError("`refresh_token` and `token_file` go together: a refresh token can be used once")
        if self.refresh_token is not None and self.token is not None:
            raise ValueError(
                "a `refresh_token` is used with `client_id` and `client_secret`, without `token`"
            )
        return self

    @property
    def root(self) -> str:
        return self.api_root or f"https://{self.shop}"

    @property
    def signing_secret(self) -> str:
        secret = self.webhook_secret or self.client_secret
        return secret.get_secret_value() if secret is not None else ""
