import ssl
import subprocess
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


def _by(server: MailEmulator, **settings: object) -> Email:
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


def test_a_connection_that_breaks_leaves_the_outcome_open(monkeypatch: pytest.MonkeyPatch) -> None:
    import smtplib

    def broken(*_: object) -> None:
        raise smtplib.SMTPServerDisconnected("gone")

    with MailEmulator() as server:
        monkeypatch.setattr(smtplib.SMTP, "send_message", broken)
        with pytest.raises(OutcomeUnknown):
            _by(server).send(a_message())


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


def test_starttls_and_login(certificate: tuple[Path, Path]) -> None:
    key, cert = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    with MailEmulator(tls=context, login=("shop", "s3cret-of-mail")) as server:
        good = {"security": "starttls", "ca_file": cert, "username": "shop", "password": "s3cret-of-mail"}
        _by(server, **good).send(a_message())
        assert len(server.mails) == 1
        with pytest.raises(Misconfigured):
            _by(server, **{**good, "password": "wrong"}).send(a_message())
        with pytest.raises(Misconfigured):
            _by(server, **{**good, "ca_file": None}).send(a_message())
        assert len(server.mails) == 1


def test_a_password_is_never_sent_in_the_clear() -> None:
    with pytest.raises(ValidationError, match="only sent over TLS"):
        Email.Settings(sender=_SENDER, host="h", security="none", password="p")


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
