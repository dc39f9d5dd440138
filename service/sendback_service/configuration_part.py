"""What every part of the configuration is: frozen, and with no key that nobody reads."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
