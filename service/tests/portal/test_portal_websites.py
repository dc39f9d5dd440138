"""Pages of merchants' sites are read as visitors could; private networks are never connected to."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpcore
import pytest
from sendback_service.websites import LARGEST_PAGE, Outcome, Page, Websites, is_public

Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def _site(answer: Answer) -> Iterator[tuple[int, list[str]]]:
    """A site on loopback; gives its port and the hosts that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.headers['host']}{self.path}")
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1], asked
    finally:
        server.shutdown()
        server.server_close()


def _say(body: bytes, status: int = 200, media_type: str = "text/html", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("content-type", media_type)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


async def _read(uri: str, seconds: float = 5.0, allowed: str = "shop.test") -> Page:
    return await Websites(frozenset({allowed}), seconds).read(uri)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What names resolve to, without a name server; several answers one after another."""

    def set_names(**found: list[list[str]]) -> None:
        turns = {name.replace("_", "."): list(answers) for name, answers in found.items()}

        async def getaddrinfo(_loop: object, host: str, port: int, **_: object) -> list[tuple[object, ...]]:
            answers = turns.get(str(host))
            if answers is None:
                raise socket.gaierror(socket.EAI_NONAME, "no such name")
            addresses = answers.pop(0) if len(answers) > 1 else answers[0]
            return [(0, 0, 0, "", (address, port)) for address in addresses]

        monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", getaddrinfo)

    return set_names


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://172.16.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://[fd00::1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://93.184.216.34:22/",
        "http://user:secret@93.184.216.34/",
        "file:///etc/passwd",
        "ftp://93.184.216.34/",
        "gopher://x",
        "javascript:alert(1)",
        "//93.184.216.34",
        "http://",
        "",
        "http://[::1",
        "http://a\x00b/",
        "http://xn--a.example/",
    ],
)
async def test_private_and_strange_addresses_are_refused(uri: str) -> None:
    found = await _read(uri)
    assert found.outcome is Outcome.REFUSED
    assert not found.html


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "224.0.0.1",
        "fe80::1%lo",
        "::127.0.0.1",
        "::a00:7",
        "fec0::1",
        "5f00::1",
    ],
)
def test_no_private_address_is_taken_for_a_public_one(address: str) -> None:
    assert not is_public(address)


def test_a_public_address_is_taken_for_one() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1::1")
    assert is_public("64:ff9b::5db8:d822"), "where names of IPv4 are translated"


async def test_a_name_that_leads_inside_is_refused(names: Callable[..., None]) -> None:
    names(inside_test=[["10.0.0.7"]], mixed_test=[["93.184.216.34", "127.0.0.1"]])
    assert (await _read("http://inside.test/")).outcome is Outcome.REFUSED
    assert (await _read("http://mixed.test/")).outcome is Outcome.REFUSED


async def test_a_redirection_inside_is_refused_and_never_asked(names: Callable[..., None]) -> None:
    with _site(_say(b"secret")) as (inside, asked):
        moved = _say(b"", 302, location=f"http://127.0.0.1:{inside}/admin")
        with _site(moved) as (port, _):
            names(shop_test=[["127.0.0.1"]])
            found = await _read(f"http://shop.test:{port}/")
        assert found.outcome is Outcome.REFUSED
        assert not asked


async def test_a_name_that_changes_its_mind_gains_nothing(
    names: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is checked is what is connected to: a second look would have led inside."""
    connected = []

    async def connect_tcp(_network: object, host: str, *_: object, **__: object) -> None:
        connected.append(host)
        raise httpcore.ConnectError

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    names(rebind_test=[["93.184.216.34"], ["127.0.0.1"]])
    assert (await _read("http://rebind.test/")).outcome is Outcome.UNREACHABLE
    assert connected == ["93.184.216.34"]


async def test_a_page_is_read_after_its_redirections(names: Callable[..., None]) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/old":
            _say(b"", 301, location="/new")(handler)
        else:
            _say("<p>Rücksendung".encode("latin-1"), media_type="text/html; charset=iso-8859-1")(handler)

    names(shop_test=[["127.0.0.1"]])
    with _site(answer) as (port, asked):
        found = await _read(f"http://shop.test:{port}/old")
        assert found == Page(Outcome.READ, f"http://shop.test:{port}/new", "<p>Rücksendung")
        assert asked == [f"shop.test:{port}/old", f"shop.test:{port}/new"]


def _endless(handler: BaseHTTPRequestHandler) -> None:
    _say(b"", 302, location=handler.path + "x")(handler)


def _slow(handler: BaseHTTPRequestHandler) -> None:
    _say(b"<p>")(handler)
    handler.wfile.flush()
    handler.rfile.read(1)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (_say(b"", 404), Outcome.ERROR_STATUS),
        (_say(b"", 500), Outcome.ERROR_STATUS),
        (_say(b"", 302, location="http://[::1"), Outcome.ERROR_STATUS),
        (_endless, Outcome.ERROR_STATUS),
        (_say(b"{}", media_type="application/json"), Outcome.NOT_A_PAGE),
        (_say(b"x", content_encoding="gzip"), Outcome.NOT_A_PAGE),
        (_say(b"x" * (LARGEST_PAGE + 1)), Outcome.NOT_A_PAGE),
        (_say(b"\xff\xfe", media_type="text/html; charset=klingon"), Outcome.READ),
        (lambda handler: handler.wfile.write(b"nonsense\r\n\r\n"), Outcome.NOT_A_PAGE),
        (_slow, Outcome.UNREACHABLE),
    ],
)
async def test_sites_that_misbehave(answer: Answer, outcome: Outcome, names: Callable[..., None]) -> None:
    names(shop_test=[["127.0.0.1"]])
    with _site(answer) as (port, _):
        assert (await _read(f"http://shop.test:{port}/", seconds=1.0)).outcome is outcome


@pytest.mark.parametrize("charset", ["punycode", "idna", "undefined", "unicode_escape", "utf_7", "klingon"])
async def test_a_site_has_no_say_in_how_it_is_decoded(charset: str, names: Callable[..., None]) -> None:
    """Punycode takes hours for what a page may hold, others fail whatever they are given."""
    names(shop_test=[["127.0.0.1"]])
    page = "<p>\\u0041-caf\u00e9-b"
    with _site(_say(page.encode(), media_type=f'text/html; charset="{charset}"')) as (port, _):
        assert (await _read(f"http://shop.test:{port}/")).html == page


async def test_a_letter_between_two_pieces_is_read_whole(names: Callable[..., None]) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        _say("5 €".encode()[:3])(handler)
        handler.wfile.flush()
        time.sleep(0.05)
        handler.wfile.write("5 €".encode()[3:])

    names(shop_test=[["127.0.0.1"]])
    with _site(answer) as (port, _):
        assert (await _read(f"http://shop.test:{port}/")).html == "5 €"


@pytest.mark.parametrize("host", ["www..shop.example", f"{'a' * 64}.example", ".example"])
async def test_a_name_that_none_can_have_is_nobodys(host: str) -> None:
    assert (await _read(f"http://{host}/")).outcome is Outcome.UNREACHABLE


async def test_nobody_answers(names: Callable[..., None]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        names(shop_test=[["127.0.0.1"]])
        reading: Awaitable[Page] = _read(f"http://shop.test:{port}/")
        assert (await reading).outcome is Outcome.UNREACHABLE
    assert (await _read("http://nowhere.test/")).outcome is Outcome.UNREACHABLE
