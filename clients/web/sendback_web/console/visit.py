"""One request of somebody who is signed in: who, for which shop, in which language, and what every page needs."""

import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from babel.dates import format_date, format_datetime
from google.protobuf.timestamp_pb2 import Timestamp
from sendback_client import AsyncClient
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sendback_web.console.desk import OPERATOR, Desk
from sendback_web.console.nav import groups
from sendback_web.console.sign_in import Person, SignIn
from sendback_web.console.staff import Shop, Staff
from sendback_web.forms import posted
from sendback_web.language import choose, language_of
from sendback_web.shared import shared_of
from sendback_web.words import Words, words

_NOTICE = "notice"
UPLOAD = 11 * 1024 * 1024
_SENT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Console:
    """What all visits share, made when the application starts."""

    staff: Staff
    sign_in: SignIn
    clients: Mapping[str, AsyncClient]
    zones: dict[str, tuple[float, tzinfo]] = field(default_factory=dict)
    sent: dict[str, float] = field(default_factory=dict)

    def first_time(self, request_id: str) -> bool:
        """Whether this form was not sent before, for calls that know no request id. As far as this process knows."""
        now = time.monotonic()
        for name in [name for name, when in self.sent.items() if now - when > _SENT_SECONDS]:
            del self.sent[name]
        known = request_id in self.sent
        self.sent[request_id] = now
        return bool(request_id) and not known


@dataclass(slots=True)
class Visit:
    """`shop` is the shop's name in the configuration; empty on pages of operations."""

    request: Request
    console: Console
    person: Person
    shop: str
    zone: tzinfo = UTC
    language: str = ""

    def __post_init__(self) -> None:
        self.language = language_of(self.request)

    @property
    def desk(self) -> Desk:
        return Desk(self.console.clients[self.shop or OPERATOR], self.person.actor, self.language)

    @property
    def words(self) -> Words:
        return words(self.language)

    @property
    def configured(self) -> Shop | None:
        return self.console.staff.shops.get(self.shop)

    def say(self, sentence: str, **values: object) -> str:
        return self.words.say(sentence, **values)

    def href(self, *parts: str) -> str:
        return "/".join(["/console", self.shop or "operations", *parts])

    async def form(self, *, largest: int = 1024 * 1024) -> FormData:
        return await posted(self.request, self.person.mark, largest=largest)

    def show(self, template: str, /, *, status: int = 200, **values: Any) -> Response:
        shared = shared_of(self.request)
        response = shared.pages.show(
            self.request,
            f"console/{template}",
            self.language,
            {**self._common(), **values},
            status=status,
            signed_in_as=self.person.mark,
        )
        choose(self.request, response, secure=shared.settings.secure)
        return response

    def go(self, path: str, notice: str = "", tone: str = "good") -> Response:
        """On to another page, which begins with the notice: a sentence of the catalogue."""
        if notice:
            self.request.session[_NOTICE] = [tone, notice]
        return RedirectResponse(path, 303)

    def when(self, moment: Timestamp) -> str:
        """In the shop's time zone."""
        local = moment.ToDatetime(tzinfo=UTC).astimezone(self.zone)
        return str(format_datetime(local, "d MMM y, HH:mm", locale=self.words.locale))

    def day(self, moment: Timestamp) -> str:
        local = moment.ToDatetime(tzinfo=UTC).astimezone(self.zone)
        return str(format_date(local, "medium", locale=self.words.locale))

    def last_day(self, end: Timestamp) -> str:
        """The day that ends at a midnight, or holds another moment."""
        local = (end.ToDatetime(tzinfo=UTC) - timedelta(seconds=1)).astimezone(self.zone)
        return str(format_date(local, "medium", locale=self.words.locale))

    def today(self) -> datetime:
        return datetime.now(self.zone)

    def _common(self) -> dict[str, Any]:
        return {
            "visit": self,
            "href": self.href,
            "when": self.when,
            "day": self.day,
            "last_day": self.last_day,
            "iso": _iso,
            "nav": groups(self.shop, self.person.grant, self.request.url.path),
            "shops": [(name, self.console.staff.shops[name].title) for name in self.person.grant.shops],
            "shop_title": self.configured.title if self.configured else "",
            "notice": self.request.session.pop(_NOTICE, None),
            "fresh_id": _fresh_id,
        }


def _fresh_id() -> str:
    """Names one form of one page."""
    return secrets.token_hex(12)


def _iso(moment: Timestamp) -> str:
    return moment.ToDatetime(tzinfo=UTC).isoformat(timespec="seconds")


View = Callable[[Visit], Awaitable[Response]]


def console_of(request: Request) -> Console:
    found = request.app.state.console
    if not isinstance(found, Console):
        raise HTTPException(404)
    return found
