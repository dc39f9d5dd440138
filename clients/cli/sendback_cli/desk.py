"""What a command works with."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import typer
from google.protobuf.message import Message
from sendback_client import Client

from sendback_cli.profiles import Profile
from sendback_cli.screen import Screen
from sendback_cli.statuses import Unusable

PAGE = 200
_DEFAULT_TARGET = "127.0.0.1:50051"
M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Manner:
    """What is asked for before the command: `yes` answers every question beforehand."""

    profile: Profile
    timeout: float
    actor: str
    yes: bool


class Desk:
    """The client, the screen, and the question before something dangerous."""

    def __init__(self, manner: Manner, screen: Screen) -> None:
        self._manner = manner
        self.screen = screen

    @cached_property
    def client(self) -> Client:
        """Connects when it is first used, so that no command needs a server for its help."""
        profile = self._manner.profile
        return Client(
            profile.target or _DEFAULT_TARGET,
            key=profile.secret(),
            tls=_roots(profile.ca),
            timeout=self._manner.timeout,
            language=profile.language,
            actor=self._manner.actor,
        )

    @property
    def merchant(self) -> str:
        """Whose things: for operators' keys; a merchant's key knows its merchant."""
        return self._manner.profile.merchant

    @property
    def line(self) -> str:
        """Which server is asked, and how: what somebody who does not reach it wants to know."""
        profile = self._manner.profile
        how = f"by TLS, trusting {profile.ca}" if profile.ca else "without TLS, which --ca asks for"
        return f"{profile.target or _DEFAULT_TARGET}, {how}"

    def sure(self, question: str) -> None:
        """Asks; goes on only after a yes. Where nobody can answer, `--yes` must have been given."""
        if self._manner.yes:
            return
        if not sys.stdin.isatty():
            raise Unusable(f"{question} Nobody can answer here: give --yes before the command.")
        typer.confirm(question, abort=True, err=True)

    def pages(self, call: Callable[[Any], Any], request: Message, field: str, limit: int) -> Iterator[Any]:
        """The members of a list, page after page, `limit` at the most; 0 is all of them."""
        return islice(_members(call, request, field, limit), limit or None)

    def latest(self, call: Callable[[Any], Any], request: Any, field: str, limit: int) -> Iterator[Any]:
        """The last `limit` members of a list that can be had newest first too, in its own order; 0 is all of them."""
        if not limit:
            return self.pages(call, request, field, limit)
        request.newest_first = True
        newest: list[Any] = list(self.pages(call, request, field, limit))
        return iter(newest[::-1])

    def close(self) -> None:
        if "client" in self.__dict__:
            self.client.close()


def _members(call: Callable[[Any], Any], request: Any, field: str, limit: int) -> Iterator[Any]:
    request.page_size = min(limit or PAGE, PAGE)
    while True:
        page = call(request)
        yield from getattr(page, field)
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token


def _roots(ca: str) -> bytes | bool | None:
    if ca in ("", "system"):
        return ca == "system" or None
    try:
        return Path(ca).expanduser().read_bytes()
    except OSError as wrong:
        raise Unusable(f"the certificates cannot be read from {ca}: {wrong.strerror}") from None


def desk_of(context: typer.Context) -> Desk:
    desk = context.find_object(Desk)
    assert desk is not None
    return desk
