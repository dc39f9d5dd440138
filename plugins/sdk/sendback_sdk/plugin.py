"""What every plugin class has: an id, its settings, and what the host gives to its objects."""

from logging import Logger
from typing import Any, ClassVar, Protocol

import httpx
from pydantic import BaseModel, ConfigDict


class Log(Protocol):
    """structlog's face, as far as plugins need it: an event name, then values by name."""

    def info(self, event: str, **values: Any) -> Any: ...

    def warning(self, event: str, **values: Any) -> Any: ...

    def error(self, event: str, **values: Any) -> Any: ...


class Plugin:
    """`settings` are validated by the host before the object is made; `http` has time-outs and redacted logs."""

    id: ClassVar[str]

    class Settings(BaseModel):
        """Fields of an account. Secrets are `SecretStr`; a `Path` can be given by the operator alone, not by merchants;
        unknown fields are refused."""

        model_config = ConfigDict(extra="forbid", frozen=True)

    def __init__(self, settings: Any, http: httpx.Client, log: "Log | Logger") -> None:
        self.settings = settings
        self.http = http
        self.log = log
