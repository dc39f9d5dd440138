"""Messages to buyers: by SMTP, or into an outbox folder where no server is set."""

import smtplib
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from sendback_sdk import BuyerErasure, Channel, Forgets, Message, Receipt, hookimpl

from sendback_email.addresses import NotAnAddress, mailbox, named
from sendback_email.conversation import connected, hand_over, no_connection
from sendback_email.letter import built, domain_of


class Email(Channel, Forgets):
    id = "email"

    class Settings(Channel.Settings):
        """`security`: STARTTLS (port 587), TLS from the start (465), or none, which never sends a password.
        `ca_file` is needed only for a certificate of one's own. `archive` gets a blind copy of every letter. Without
        `host` messages go into `outbox`. Each answer of the server is waited for `timeout_seconds`."""

        sender: str = Field(max_length=320, pattern=r"^[^\r\n]+@[^\r\n]+$")
        reply_to: str = Field("", max_length=320, pattern=r"^[^\r\n]*$")
        host: str = ""
        port: int = Field(587, ge=1, le=65535)
        security: Literal["starttls", "tls", "none"] = "starttls"
        ca_file: Path | None = None
        username: str = ""
        password: SecretStr | None = None
        archive: str = Field("", max_length=254)
        outbox: Path | None = None
        timeout_seconds: float = Field(20.0, gt=0, le=120)

        @field_validator("sender", "reply_to", "archive")
        @classmethod
        def _reachable(cls, text: str) -> str:
            """As mail servers know it: a domain in any script becomes ASCII once, here."""
            try:
                return str(named(text)) if text else ""
            except NotAnAddress as wrong:
                raise ValueError(f"{text!r} {wrong}") from wrong

        def model_post_init(self, _context: object) -> None:
            if not self.host and self.outbox is None:
                raise ValueError("set host for SMTP, or outbox for a folder")
            if self.password is not None and self.security == "none":
                raise ValueError("a password is only sent over TLS: set security to starttls or tls")
            login = self.username + (self.password.get_secret_value() if self.password else "")
            if not login.isascii():
                raise ValueError("username and password must be ASCII: a login is sent in no other letters")

    def send(self, message: Message) -> Receipt:
        """The Message-ID follows from the message's key, so that a repetition can be told."""
        letter = built(message, self.settings.sender, self.settings.reply_to)
        if self.settings.host:
            self._send(message, letter)
        else:
            _drop(letter, self.settings.outbox, message.key)
        return Receipt(letter["Message-ID"])

    def forget(self, erasure: BuyerErasure) -> None:
        """Letters in the outbox folder go. What a mail server took is no longer ours."""
        if self.settings.outbox is not None:
            for key in erasure.message_keys:
                _file(self.settings.outbox, key).unlink(missing_ok=True)

    def _send(self, message: Message, letter: EmailMessage) -> None:
        settings = self.settings
        sender = parseaddr(settings.sender)[1]
        server = self._connected()
        try:
            archived = hand_over(
                server, letter, sender, mailbox(message.recipient).addr_spec, settings.archive
            )
        finally:
            server.close()
        if not archived:
            self.log.warning(f"mail.archive_refused: {message.key}")

    def _connected(self) -> smtplib.SMTP:
        settings = self.settings
        server = connected(
            settings.host,
            settings.port,
            settings.security,
            settings.timeout_seconds,
            settings.ca_file,
            domain_of(settings.sender),
        )
        try:
            server.ehlo_or_helo_if_needed()
            if settings.password is not None:
                server.login(settings.username, settings.password.get_secret_value())
        except (smtplib.SMTPException, OSError) as wrong:
            server.close()
            raise no_connection(settings.host, wrong) from wrong
        return server


def _drop(letter: EmailMessage, outbox: Path, key: str) -> None:
    """One file a key: a repetition takes its own place again. Written aside first, so that no reader sees half."""
    outbox.mkdir(parents=True, exist_ok=True)
    target = _file(outbox, key)
    aside = target.with_suffix(".part")
    aside.write_bytes(letter.as_bytes())
    aside.replace(target)


def _file(outbox: Path, key: str) -> Path:
    return outbox / f"mail-{key}.eml"


@hookimpl
def sendback_channels() -> list[type[Channel]]:
    return [Email]
