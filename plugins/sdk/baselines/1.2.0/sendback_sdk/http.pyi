import httpx
from _typeshed import Incomplete
from collections.abc import Callable as Callable
from sendback_sdk.errors import Declined as Declined, Misconfigured as Misconfigured, OutcomeUnknown as OutcomeUnknown, TryLater as TryLater
from typing import Any

TIMEOUT: Incomplete
LARGEST_ANSWER: Incomplete

def client(*, timeout: httpx.Timeout = ..., on_call: Callable[[str, str, int], None] | None = None, transport: httpx.BaseTransport | None = None) -> httpx.Client: ...
def send(client: httpx.Client, method: str, url: str, **options: Any) -> httpx.Response: ...
