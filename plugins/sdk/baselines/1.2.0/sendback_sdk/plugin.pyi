import httpx
from _typeshed import Incomplete
from logging import Logger
from pydantic import BaseModel
from typing import Any, ClassVar, Protocol

class Log(Protocol):
    def info(self, event: str, **values: Any) -> Any: ...
    def warning(self, event: str, **values: Any) -> Any: ...
    def error(self, event: str, **values: Any) -> Any: ...

class Plugin:
    id: ClassVar[str]
    class Settings(BaseModel):
        model_config: Incomplete
    settings: Incomplete
    http: Incomplete
    log: Incomplete
    def __init__(self, settings: Any, http: httpx.Client, log: Log | Logger) -> None: ...
