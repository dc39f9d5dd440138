"""Messages to buyers: by SMTP, or into an outbox folder where no server is set."""

import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from sendback_sdk import (
    BuyerErasure,
    Channel,
    Declined,
    Forgets,
    Message,
    Misconfigured,
    OutcomeUnknown,
    Receipt,
    TryLater,
    hookimpl,
)

from sendback_email.letter import built


class Email(Channel, Forgets):
    id = "email"

    class Settings(Channel.Settings):
        """`security`: STARTTLS (port 587), TLS from the start (465), or none, which never sends a password.
        `ca_file` is needed only for a certificate of one's own. Without `host` messages go into `outbox`."""

        sender: str = Field(max_length=320, pattern=r"^[^\r\n]+@[^\r\n]+$")
        reply_to: str = Field("", max_length=320, pattern=r"^[^\r\n]*$")
        host: str = ""
        port: int = Field(587, ge=1, le=65535)
        security: Literal["starttls", "tls", "none"] = "starttls"
        ca_file: Path | None = None
        username: str = ""
        password: SecretStr | None = None
        outbox: Path | None = None
        timeout_seconds: float = Field(20.0, gt=0, le=120)

        def model_post_init(self, _context: object) -> None:
            if not self.host and self.outbox is None:
                raise ValueError("set host for SMTP, or outbox for a folder")
            if self.password is not None and self.security == "none":
                raise ValueError("a password is only sent over TLS: set security to starttls or tls")

    def send(self, message: Message) -> Receipt:
        """The Message-ID follows from the message's key, so that a repetition can be told."""
        letter = built(message, self.settings.sender, self.settings.reply_to)
        if self.settings.host:
            self._send(letter)
        else:
            _drop(letter, self.settings.outbox, message.key)
        return Receipt(letter["Message-ID"])

    def forget(self, erasure: BuyerErasure) -> None:
        """Letters in the outbox folder go. What a mail server took is no longer ours."""
        if self.settings.outbox is not None:
            for key in erasure.message_keys:
                _file(self.settings.outbox, key).unlink(missing_ok=True)

    def _send(self, letter: EmailMessage) -> None:
        server = self._connected()
        try:
            server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as refused:
            raise _answered(*next(iter(refused.recipients.values()))) from refused
        except smtplib.SMTPResponseException as refused:
            raise _answered(refused.smtp_code, refused.smtp_error) from refused
        except (smtplib.SMTPException, OSError) as broken:
            raise OutcomeUnknown(f"the connection broke: {type(broken).__name__}") from broken
        finally:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        """Whatever goes wrong before the letter is sent, nothing was sent."""
        settings = self.settings
        context = ssl.create_default_context(cafile=settings.ca_file)
        try:
            if settings.security == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    settings.host, settings.port, timeout=settings.timeout_seconds, context=context
                )
            else:
                server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_seconds)
            if settings.security == "starttls":
                server.starttls(context=context)
            if settings.password is not None:
                server.login(settings.username, settings.password.get_secret_value())
        except (
            smtplib.SMTPAuthenticationError,
            smtplib.SMTPNotSupportedError,
            ssl.SSLCertVerificationError,
        ) as wrong:
            raise Misconfigured(f"{settings.host} refused us: {type(wrong).__name__}") from wrong
        except (smtplib.SMTPException, OSError) as broken:
            raise TryLater(f"no connection to {settings.host}: {type(broken).__name__}") from broken
        return server


def _answered(code: int, text: bytes | str) -> Exception:
    """4xx passes, 5xx does not (RFC 5321, 4.2.1)."""
    said = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return TryLater(said) if 400 <= code < 500 else Declined(said)


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
