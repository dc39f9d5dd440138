"""A mail catcher: takes every letter by SMTP and shows it on a page. The pictures of the demo's goods lie there too."""

import asyncio
import base64
import html
import threading
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sendback_web.demo.goods import drawn
from sendback_web.demo.processes import NotStarted, free_port

_KEPT = 500
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title><style>:root{{color-scheme:light dark}}body{{font:16px/1.5 system-ui,sans-serif;max-width:"
    "48rem;margin:2rem auto;padding:0 1rem}}li{{margin:.6rem 0}}iframe{{width:100%;height:70vh;border:1px solid #999;"
    "border-radius:.5rem;background:#fff}}pre{{white-space:pre-wrap}}</style><main>{body}</main></html>"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'"


class Letters(AbstractContextManager["Letters"]):
    """`smtp` is the port that takes letters, `url` where they are read."""

    def __init__(self, port: int) -> None:
        self._letters: deque[EmailMessage] = deque(maxlen=_KEPT)
        self._taken = 0
        self.url = f"http://127.0.0.1:{port}"
        self.smtp = free_port(1025)
        self._server = uvicorn.Server(
            uvicorn.Config(self._pages(), host="127.0.0.1", port=port, log_config=None, access_log=False)
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> "Letters":
        self._thread.start()
        while self._thread.is_alive() and not self._server.started:
            self._thread.join(0.05)
        if not self._server.started:
            raise NotStarted("the mail catcher did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def _pages(self) -> Starlette:
        @asynccontextmanager
        async def listening(_: Starlette) -> AsyncIterator[None]:
            loop = asyncio.get_running_loop()
            listener = await loop.create_server(lambda: SMTP(self, loop=loop), "127.0.0.1", self.smtp)
            yield
            listener.close()

        routes = [
            Route("/", self._list),
            Route("/goods/{name}.png", _goods),
            Route("/{number:int}", self._letter),
            Route("/{number:int}/html", self._html),
            Route("/{number:int}/{place:int}", self._attachment),
        ]
        return Starlette(routes=routes, lifespan=listening)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self._letters.append(letter)
        self._taken += 1
        return "250 taken"

    async def _list(self, _: Request) -> Response:
        first = self._taken - len(self._letters)
        entries = [
            f'<li><a href="/{number}">{_safe(letter["subject"])}</a><br>to {_safe(letter["to"])}</li>'
            for number, letter in enumerate(self._letters, first)
        ]
        listed = "".join(reversed(entries)) or "<li>Nothing yet: make a return in the portal.</li>"
        return _page("Letters", f"<h1>Letters</h1><ul>{listed}</ul>")

    async def _letter(self, request: Request) -> Response:
        number, letter = self._named(request)
        parts = list(letter.iter_attachments())
        files = "".join(
            f'<li><a href="/{number}/{place}">{_safe(part.get_filename() or part.get_content_type())}</a></li>'
            for place, part in enumerate(parts)
        )
        text = letter.get_body(("plain",))
        shown = (
            f'<iframe sandbox="" title="The letter" src="/{number}/html"></iframe>'
            if letter.get_body(("html",))
            else f"<pre>{_safe(text.get_content() if text else '')}</pre>"
        )
        head = f"<h1>{_safe(letter['subject'])}</h1><p>to {_safe(letter['to'])} · {_safe(letter['date'])}</p>"
        return _page(
            str(letter["subject"]), f'<p><a href="/">All letters</a></p>{head}{shown}<ul>{files}</ul>'
        )

    async def _html(self, request: Request) -> Response:
        _, letter = self._named(request)
        body = letter.get_body(("html",))
        content = _with_pictures(letter, body.get_content() if body else "")
        return HTMLResponse(content, headers={"content-security-policy": _POLICY})

    async def _attachment(self, request: Request) -> Response:
        _, letter = self._named(request)
        parts = list(letter.iter_attachments())
        if request.path_params["place"] >= len(parts):
            raise HTTPException(404)
        part = parts[request.path_params["place"]]
        return Response(part.get_content(), media_type=part.get_content_type())

    def _named(self, request: Request) -> tuple[int, EmailMessage]:
        number = request.path_params["number"]
        place = number - (self._taken - len(self._letters))
        if not 0 <= place < len(self._letters):
            raise HTTPException(404)
        return number, self._letters[place]


def _with_pictures(letter: EmailMessage, content: str) -> str:
    """Pictures that the letter brings along stand in it by their id."""
    for part in letter.walk():
        named = str(part["content-id"] or "").strip("<>")
        data = part.get_payload(decode=True)
        if named and part.get_content_maintype() == "image" and isinstance(data, bytes):
            encoded = base64.b64encode(data).decode()
            content = content.replace(f"cid:{named}", f"data:{part.get_content_type()};base64,{encoded}")
    return content


async def _goods(request: Request) -> Response:
    picture = drawn(request.path_params["name"])
    if picture is None:
        raise HTTPException(404)
    return Response(picture, media_type="image/png")


def _page(title: str, body: str) -> Response:
    page = _PAGE.format(title=html.escape(title), body=body)
    return HTMLResponse(page, headers={"content-security-policy": _POLICY})


def _safe(text: object) -> str:
    return html.escape(str(text or ""))
