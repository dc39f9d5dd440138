import logging
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from pydantic import ValidationError
from sendback_email import Email
from sendback_sdk import Attachment, Channel, Declined, Misconfigured, OutcomeUnknown, TryLater
from sendback_sdk.testing import ChannelTests, MailEmulator, a_message, an_erasure, made

_SENDER = "Retours <retours@shop.example>"


class TestEmailIntoAnOutbox(ChannelTests):
    channel_class = Email

    @pytest.fixture
    def channel(self, tmp_path: Path) -> Channel:
        return made(Email, {"sender": _SENDER, "outbox": tmp_path})

    def delivered(self, channel: Channel) -> list[bytes]:
        return [file.read_bytes() for file in channel.settings.outbox.glob("*.eml")]


class TestEmailBySmtp(ChannelTests):
    channel_class = Email
    server: MailEmulator

    @pytest.fixture
    def channel(self) -> Iterator[Channel]:
        with MailEmulator() as server:
            type(self).server = server
            yield made(
                Email, {"sender": _SENDER, "host": "127.0.0.1", "port": server.port, "security": "none"}
            )

    def delivered(self, channel: Channel) -> list[bytes]:
        return [mail.raw for mail in self.server.mails]


def _by(server: "MailEmulator | _Server", **settings: object) -> Email:
    return made(
        Email,
        {"sender": _SENDER, "host": "127.0.0.1", "port": server.port, "security": "none", **settings},
    )


def test_a_letter_is_whole() -> None:
    attachment = Attachment("étiquette.pdf", "application/pdf", b"%PDF-1.4 %%EOF")
    message = a_message(
        key="msg_7", subject="Votre étiquette — prête", html="<p>ça</p>", attachments=(attachment,)
    )
    with MailEmulator() as server:
        receipt = _by(server).send(message)
        mail = message_from_bytes(server.mails[0].raw, policy=default)
    assert receipt.reference == mail["Message-ID"] == "<msg_7@shop.example>"
    assert mail["Subject"] == "Votre étiquette — prête"
    assert mail["Content-Language"] == "fr"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_body(("plain",)).get_content().startswith("Bonjour")
    assert "ça" in mail.get_body(("html",)).get_content()
    (found,) = mail.iter_attachments()
    assert found.get_filename() == "étiquette.pdf"
    assert found.get_content() == b"%PDF-1.4 %%EOF"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("451 4.7.1 greylisted", TryLater),
        ("450 4.2.1 busy", TryLater),
        ("550 5.1.1 no such user", Declined),
        ("554 5.7.1 refused", Declined),
    ],
)
def test_what_the_server_says_is_told_apart(answer: str, error: type[Exception]) -> None:
    with MailEmulator() as server:
        server.fail(answer)
        with pytest.raises(error):
            _by(server).send(a_message())
        assert server.mails == []


def test_nobody_at_the_other_end_is_for_later() -> None:
    with MailEmulator() as server:
        channel = _by(server)
    with pytest.raises(TryLater):
        channel.send(a_message())


def test_a_connection_that_breaks_behind_data_leaves_the_outcome_open() -> None:
    """The server took it: the same again has the same Message-ID, and a mailbox shows one."""
    with MailEmulator() as server:
        server.fail("cut")
        email = _by(server)
        with pytest.raises(OutcomeUnknown):
            email.send(a_message())
        email.send(a_message())
        assert len(server.mails) == 2
        assert len(server.mailbox("camille@example.com")) == 1


def _size(bytes: int) -> str:
    return f"250-mail.example\r\n250 SIZE {bytes}"


class _Server:
    """A mail server of its own words: `says` maps what is sent to the answer; "" hangs up. `tls` begins at once."""

    def __init__(self, tls: ssl.SSLContext | None = None, **says: str) -> None:
        self._tls = tls
        self.says = {"HELLO": "220 ready", "EHLO": _size(1_000_000), "DATA": "354 go on", **says}
        self.heard: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> "_Server":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        if self._tls is not None:
            connection = self._tls.wrap_socket(connection, server_side=True)
        with connection, connection.makefile("rwb") as stream:
            line, within = "hello", False
            while True:
                answer = self.says.get("END" if line == "." else line.split(" ")[0].upper(), "250 OK")
                if not answer:
                    return
                if not within or line == ".":
                    stream.write(f"{answer}\r\n".encode())
                    stream.flush()
                    within = line == "DATA" and answer.startswith("354")
                raw = stream.readline()
                if not raw:
                    return
                line = raw.decode().strip()
                self.heard.append(line)


@pytest.mark.parametrize(
    ("says", "error"),
    [
        ({"HELLO": "421 too many connections"}, TryLater),
        ({"HELLO": "554 we do not speak with you"}, Misconfigured),
        ({"HELLO": ""}, TryLater),
        ({"MAIL": "451 later"}, TryLater),
        ({"MAIL": "553 5.7.1 not your address"}, Misconfigured),
        ({"MAIL": "530 5.7.0 log in first"}, Misconfigured),
        ({"MAIL": "552 5.3.4 too big"}, Declined),
        ({"MAIL": ""}, TryLater),
        ({"RCPT": "421 going down"}, TryLater),
        ({"RCPT": "550 5.1.1 nobody"}, Declined),
        ({"RCPT": ""}, TryLater),
        ({"DATA": "451 later"}, TryLater),
        ({"DATA": "554 no"}, Declined),
        ({"DATA": ""}, TryLater),
        ({"END": "452 disk full"}, TryLater),
        ({"END": "554 5.7.1 looks like spam"}, Declined),
        ({"END": ""}, OutcomeUnknown),
        ({"EHLO": _size(100)}, Declined),
    ],
    ids=lambda value: str(value),
)
def test_every_answer_at_every_place_is_told_apart(says: dict[str, str], error: type[Exception]) -> None:
    with _Server(**says) as server:
        email = made(
            Email,
            {
                "sender": _SENDER,
                "host": "127.0.0.1",
                "port": server.port,
                "security": "none",
                "timeout_seconds": 20,
            },
        )
        with pytest.raises(error) as raised:
            email.send(a_message())
    assert type(raised.value) is error


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = {"host": "127.0.0.1", "port": silent.getsockname()[1], "security": "none"}
        email = made(Email, {"sender": _SENDER, "timeout_seconds": 0.2, **settings})
        with pytest.raises(TryLater):
            email.send(a_message())


@pytest.mark.parametrize("answer", ["550 5.1.1 no archive", "451 4.3.0 later"])
def test_an_archive_that_refuses_keeps_no_letter_from_its_buyer(
    answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    with MailEmulator() as server:
        email = _by(server, archive="archive@shop.example")
        email.send(a_message(key="msg_1"))
        server.fail("250 OK", answer)
        with caplog.at_level(logging.WARNING):
            email.send(a_message(key="msg_2"))
        assert server.mails[0].recipients == (
            "camille@example.com",
            "archive@shop.example",
        )
        assert b"archive@" not in server.mails[0].raw
    assert "mail.archive_refused" in caplog.text


def test_a_buyer_who_is_refused_leaves_the_archive_empty_too() -> None:
    with MailEmulator() as server:
        server.fail("550 5.1.1 nobody")
        with pytest.raises(Declined):
            _by(server, archive="archive@shop.example").send(a_message())
        assert server.mails == []


@pytest.mark.parametrize(
    ("recipient", "sent_to"),
    [
        ("camille@bücher.example", "camille@xn--bcher-kva.example"),
        ("o'brien+x@shop.example", "o'brien+x@shop.example"),
        ("Camille@SHOP.example", "Camille@shop.example"),
    ],
)
def test_a_domain_in_any_script_is_reached(recipient: str, sent_to: str) -> None:
    with MailEmulator() as server:
        _by(server).send(a_message(recipient=recipient))
        assert server.mails[0].recipients == (sent_to,)


def test_a_name_in_any_script_is_reached_where_the_server_can() -> None:
    with MailEmulator() as server:
        _by(server).send(a_message(recipient="käthe@bücher.example"))
        assert server.mails[0].recipients == ("käthe@xn--bcher-kva.example",)
    with _Server() as plain:
        email = made(Email, {"sender": _SENDER, "host": "127.0.0.1", "port": plain.port, "security": "none"})
        with pytest.raises(Declined, match="SMTPUTF8"):
            email.send(a_message(recipient="käthe@bücher.example"))


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("Retours <retours@bücher.example>", "Retours <retours@xn--bcher-kva.example>"),
        ("Käthe <retours@shop.example>", "Käthe <retours@shop.example>"),
        ("retours@bücher.example", "retours@xn--bcher-kva.example"),
    ],
)
def test_the_operator_s_own_addresses_may_be_in_any_script(written: str, known: str) -> None:
    with MailEmulator() as server:
        _by(server, sender=written, reply_to=written, archive=written).send(a_message(key="msg_1"))
        (mail,) = server.mails
    letter = mail.parsed()
    assert (letter["From"], letter["Reply-To"]) == (known, known)
    (address,) = letter["From"].addresses
    assert mail.recipients == ("camille@example.com", address.addr_spec)
    assert mail.message_id == f"<msg_1@{address.domain}>"


@pytest.mark.parametrize("setting", ["sender", "reply_to", "archive"])
def test_an_address_that_not_every_server_takes_stands_in_no_letter(setting: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="not ASCII before the @"):
        Email.Settings(**{"sender": _SENDER, "outbox": tmp_path, setting: "Käthe <käthe@shop.example>"})


def test_a_line_that_is_a_point_ends_nothing() -> None:
    with MailEmulator() as server:
        _by(server).send(a_message(text="one\n.\n..two\nRCPT TO:<x@evil.example>\n"))
        (mail,) = server.mails
        assert message_from_bytes(mail.raw, policy=default).get_content().splitlines()[:3] == [
            "one",
            ".",
            "..two",
        ]
        assert mail.recipients == ("camille@example.com",)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=127.0.0.1",
    ]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return key, cert


def _serving(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    key, cert = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return context


def test_starttls_and_login(certificate: tuple[Path, Path]) -> None:
    context, cert = _serving(certificate), certificate[1]
    with MailEmulator(tls=context, login=("shop", "s3cret-of-mail")) as server:
        good = {"security": "starttls", "ca_file": cert, "username": "shop", "password": "s3cret-of-mail"}
        _by(server, **good).send(a_message())
        assert len(server.mails) == 1
        with pytest.raises(Misconfigured):
            _by(server, **{**good, "password": "wrong"}).send(a_message())
        with pytest.raises(Misconfigured):
            _by(server, **{**good, "ca_file": None}).send(a_message())
        with pytest.raises(Misconfigured):
            _by(server, **{**good, "username": "", "password": None}).send(a_message())
        assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [("554 5.7.3 no TLS here", Misconfigured), ("454 TLS is not available now", TryLater)],
)
def test_a_server_that_offers_starttls_may_still_refuse_it(answer: str, error: type[Exception]) -> None:
    with _Server(EHLO="250-mail.example\r\n250 STARTTLS", STARTTLS=answer) as server:
        with pytest.raises(error):
            _by(server, security="starttls").send(a_message())
        assert not any(line.startswith("MAIL") for line in server.heard)


@pytest.mark.parametrize(
    ("offers", "answer", "error"),
    [
        ("AUTH PLAIN", "535 5.7.8 no such login", Misconfigured),
        ("AUTH PLAIN", "454 4.7.0 later", TryLater),
        ("AUTH PLAIN", "", TryLater),
        ("AUTH XOAUTH2", "235 welcome", Misconfigured),
        ("SIZE 1000", "235 welcome", Misconfigured),
    ],
)
def test_a_login_that_cannot_be_is_a_matter_of_settings(
    offers: str, answer: str, error: type[Exception], certificate: tuple[Path, Path]
) -> None:
    login = {"security": "tls", "ca_file": certificate[1], "username": "shop", "password": "s3cret"}
    with _Server(_serving(certificate), EHLO=f"250-mail.example\r\n250 {offers}", AUTH=answer) as server:
        with pytest.raises(error):
            _by(server, **login).send(a_message())
        assert not any(line.startswith("MAIL") for line in server.heard)


def test_a_certificate_that_cannot_be_read_is_a_matter_of_settings(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "gone.pem"):
        with MailEmulator() as server, pytest.raises(Misconfigured, match="cannot be read"):
            _by(server, security="tls", ca_file=tmp_path / name).send(a_message())


@pytest.mark.parametrize(
    "login", [{"username": "käthe", "password": "p"}, {"username": "k", "password": "pässwörd"}]
)
def test_a_login_that_is_not_ascii_is_refused_at_once(login: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="must be ASCII"):
        Email.Settings(sender=_SENDER, host="h", **login)


def test_a_password_is_never_sent_in_the_clear() -> None:
    with pytest.raises(ValidationError, match="only sent over TLS"):
        Email.Settings(sender=_SENDER, host="h", security="none", password="p")


def test_tls_that_was_stripped_is_refused() -> None:
    with MailEmulator() as server, pytest.raises(Misconfigured, match="NotSupported"):
        _by(server, security="starttls").send(a_message())


@pytest.mark.parametrize(
    "settings", [{"sender": "nobody"}, {"sender": "a@b@c"}, {"reply_to": "x"}, {"archive": "a b@c.example"}]
)
def test_addresses_that_cannot_be_are_refused(settings: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        Email.Settings(**{"sender": _SENDER, "outbox": tmp_path, **settings})


def test_somewhere_to_send_to_is_needed() -> None:
    with pytest.raises(ValidationError, match="set host"):
        Email.Settings(sender=_SENDER)


def test_the_outbox_forgets_a_buyers_letters_and_no_others(tmp_path: Path) -> None:
    email = made(Email, {"sender": _SENDER, "outbox": tmp_path})
    for key in ("msg_1", "msg_2"):
        email.send(a_message(key=key))
    email.forget(an_erasure(message_keys=("msg_1", "msg_3")))
    assert [file.name for file in tmp_path.iterdir()] == ["mail-msg_2.eml"]


def test_a_mail_server_has_nothing_to_forget() -> None:
    with MailEmulator() as server:
        _by(server).forget(an_erasure())
        assert server.mails == []
