"""Calls to Sendcloud: the account's keys, what a failure means, and waiting for what takes a while."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
from sendback_sdk import LabelFormat, OutcomeUnknown, Paper, TryLater
from sendback_sdk.http import send

from sendback_sendcloud import answers
from sendback_sendcloud.answers import Made, Seen

T = TypeVar("T")

_MEDIA = {
    LabelFormat.PDF: "application/pdf",
    LabelFormat.PNG: "image/png",
    LabelFormat.ZPL: "application/zpl",
}
_MARK = {LabelFormat.PDF: b"%PDF-", LabelFormat.PNG: b"\x89PNG\r\n\x1a\n", LabelFormat.ZPL: b"^XA"}
_PAGE, _MOST_PAGES = 40, 100


@dataclass(frozen=True, slots=True)
class Api:
    """`patience` and `pause` are seconds: how long what takes a while is waited for, looking every so often."""

    http: httpx.Client
    url: str
    auth: httpx.BasicAuth
    partner_id: str
    timeout: float
    patience: float
    pause: float

    def change(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        return answers.parsed(self._send(method, path, **options))

    def look(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """A call that changes nothing."""
        return _read_only(lambda: answers.parsed(self._send(method, path, **options)))

    def seen(self, made: Made) -> Seen:
        return answers.seen(self.look("GET", f"/returns/{made.return_id}"), made)

    def recent(self, days: int) -> Iterator[dict[str, Any]]:
        """The account's returns of late, page by page. Where they are too many, no answer is better than a wrong
        one."""
        now = datetime.now(UTC)
        query = {
            "from_date": f"{now - timedelta(days=days):%Y-%m-%d %H:%M:%S}",
            "to_date": f"{now + timedelta(days=1):%Y-%m-%d %H:%M:%S}",
            "page_size": str(_PAGE),
        }
        for _ in range(_MOST_PAGES):
            page = self.look("GET", "/returns", params=query)
            yield from answers.listed(page)
            query["cursor"] = answers.next_cursor(page)
            if not query["cursor"]:
                return
        raise OutcomeUnknown("too many returns to look through: lower look_back_days")

    def document(self, made: Made, kind: str, format: LabelFormat, paper: Paper | None) -> bytes:
        """Fetched from the account's own address, whatever link the answer held: the keys go nowhere else.
        A6 is the one paper that it knows; for any other, and where nobody remembers, its carrier's own size."""
        path = f"/parcels/{made.parcel_id}/documents/{kind}"
        query = {"dpi": "300"} if format is LabelFormat.PNG else {}
        if paper is Paper.A6:
            query["paper_size"] = "a6"
        headers = {"accept": _MEDIA[format]}
        document = self.until(
            lambda: _read_only(lambda: self._send("GET", path, params=query, headers=headers)), bool
        )
        if _MARK[format] not in document[:1024]:
            raise OutcomeUnknown(f"parcel {made.parcel_id}: its carrier gives no {format}")
        return document

    def until(self, look: Callable[[], T], enough: Callable[[T], bool]) -> T:
        """Looks until it is enough; a look that fails is repeated. `TryLater` when patience is at its end."""
        deadline = time.monotonic() + self.patience
        while True:
            try:
                if enough(found := look()):
                    return found
            except TryLater:
                if time.monotonic() >= deadline:
                    raise
            if time.monotonic() >= deadline:
                raise TryLater(f"undecided after {self.patience:g} s")
            time.sleep(self.pause)

    def _send(self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any) -> bytes:
        partner = {"sendcloud-partner-id": self.partner_id} if self.partner_id else {}
        said = {"accept": "application/json", **partner, **(headers or {})}
        url = self.url + path
        return send(
            self.http, method, url, headers=said, auth=self.auth, timeout=self.timeout, **options
        ).content


def _read_only(look: Callable[[], T]) -> T:
    """Where nothing can have happened, no answer is no reason for doubt."""
    try:
        return look()
    except OutcomeUnknown as unanswered:
        raise TryLater(unanswered.text) from unanswered
