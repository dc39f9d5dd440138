"""Calls to Mondial Relay. Requests and answers hold the password: of a failure only its kind is told, never a body."""

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from sendback_sdk import Declined, Misconfigured, OutcomeUnknown, TryLater
from sendback_sdk.http import send

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Api:
    """`hosts`: where labels may be fetched from, besides the API's own. `pause`: seconds between two tries."""

    http: httpx.Client
    url: str
    hosts: frozenset[str]
    timeout: float
    pause: float

    def post(self, body: bytes, url: str = "", action: str = "") -> bytes:
        headers = {"accept": "application/xml", "content-type": "text/xml; charset=utf-8"}
        if action:
            headers["soapaction"] = f'"{action}"'
        return self._send("POST", url or self.url, content=body, headers=headers)

    def fetch(self, link: str) -> bytes:
        """A document by its link. It exists: a failure is worth another try, and is never a no."""
        if not self._trusted(link):
            raise OutcomeUnknown("the label's link leads elsewhere: see label_hosts")
        tries = 0
        while True:
            try:
                return self._send("GET", link)
            except (Declined, TryLater, Misconfigured, OutcomeUnknown) as failed:
                tries += 1
                if tries == _TRIES:
                    raise OutcomeUnknown(f"the label could not be fetched: {failed.text}") from None
            time.sleep(self.pause)

    def _trusted(self, link: str) -> bool:
        """Over TLS to a host of Mondial Relay's, or to where the API itself is."""
        try:
            asked, own = urlsplit(link), urlsplit(self.url)
            port = asked.port
        except ValueError:
            return False
        if (asked.scheme, asked.hostname, port) == (own.scheme, own.hostname, own.port):
            return True
        host = asked.hostname or ""
        known = any(host == each or host.endswith(f".{each}") for each in self.hosts)
        return asked.scheme == "https" and port in (None, 443) and known

    def _send(self, method: str, url: str, **options: object) -> bytes:
        try:
            return send(self.http, method, url, timeout=self.timeout, **options).content
        except TryLater as later:
            raise TryLater(_kind(later.text), after=later.after) from None
        except (Declined, Misconfigured, OutcomeUnknown) as failed:
            raise type(failed)(_kind(failed.text)) from None
        except httpx.InvalidURL:
            raise OutcomeUnknown("an address that is none") from None


def _kind(text: str) -> str:
    """`422: <Request>…` → `422`."""
    return text.partition(":")[0][:60]
