"""What is said to a mail server, and what its answers mean.

Before the end of DATA nothing was sent, whatever breaks; behind it nobody knows. 4xx passes, 5xx does not (RFC 5321,
4.2.1); but a server that refuses us, not the buyer, is for whoever keeps the settings.
"""

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from sendback_sdk import Declined, Misconfigured, OutcomeUnknown, PluginError, TryLater

from sendback_email.addresses import needs_utf8
from sendback_email.letter import as_bytes

Reply = tuple[int, bytes]

_TOO_LARGE = 552
_LOGIN_NEEDED = 530
_GO_ON = 354
_SHOWN = 300


def hand_over(server: smtplib.SMTP, letter: EmailMessage, sender: str, recipient: str, archive: str) -> bool:
    """Whether the archive took it too: it is asked only once the buyer's side has, and its no keeps nothing back."""
    utf8 = needs_utf8(recipient)
    if utf8 and not server.has_extn("smtputf8"):
        raise Declined("this mail server takes no addresses with such letters (SMTPUTF8)")
    data = as_bytes(letter, utf8=utf8)
    _check_size(server, len(data))
    options = ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else []
    with_size = [f"size={len(data)}", *options] if server.has_extn("size") else options
    _before(lambda: server.mail(sender, with_size), _for_the_sender)
    _before(lambda: server.rcpt(recipient), _for_the_buyer)
    archived = not archive or _takes(server, archive)
    _before(lambda: server.docmd("DATA"), _for_the_buyer)
    _finish(server, data)
    return archived


def connected(
    host: str, port: int, security: str, timeout: float, ca_file: Path | None, name: str
) -> smtplib.SMTP:
    """Says hello as `name`. Whatever goes wrong, nothing was sent."""
    try:
        if security == "tls":
            trust = _trust(ca_file)
            return smtplib.SMTP_SSL(host, port, local_hostname=name, timeout=timeout, context=trust)
        server = smtplib.SMTP(host, port, local_hostname=name, timeout=timeout)
        if security == "starttls":
            server.starttls(context=_trust(ca_file))
        return server
    except (smtplib.SMTPException, OSError) as wrong:
        raise no_connection(host, wrong) from wrong


def no_connection(host: str, wrong: Exception) -> PluginError:
    """Before anything was sent. Whoever answers and does not say that it will pass will not have us as we are set."""
    if isinstance(wrong, smtplib.SMTPResponseException) and wrong.smtp_code < 500:
        return TryLater(_said((wrong.smtp_code, _bytes(wrong.smtp_error))))
    answered = isinstance(wrong, smtplib.SMTPException) and not isinstance(
        wrong, smtplib.SMTPServerDisconnected
    )
    if answered or isinstance(wrong, ssl.SSLCertVerificationError):
        return Misconfigured(f"{host} refused us: {type(wrong).__name__}")
    return TryLater(f"no connection to {host}: {type(wrong).__name__}")


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    """A file that was exchanged is read again."""
    try:
        return _read_trust(ca_file, ca_file.stat().st_mtime_ns if ca_file else 0)
    except OSError as wrong:
        raise Misconfigured(f"{ca_file} cannot be read: {type(wrong).__name__}") from wrong


@lru_cache(16)
def _read_trust(ca_file: Path | None, _changed: int) -> ssl.SSLContext:
    """To read everybody's certificates takes longer than a letter."""
    return ssl.create_default_context(cafile=ca_file)


def _check_size(server: smtplib.SMTP, size: int) -> None:
    limit = server.esmtp_features.get("size", "")
    if limit.isdigit() and 0 < int(limit) < size:
        raise Declined(f"{size} bytes are more than the {limit} that the mail server takes")


def _before(say: Callable[[], Reply], refused: Callable[[Reply], NoReturn]) -> None:
    try:
        reply = say()
    except (smtplib.SMTPException, OSError) as broken:
        raise TryLater(f"the connection broke before anything was sent: {type(broken).__name__}") from broken
    if not 200 <= reply[0] < 300 and reply[0] != _GO_ON:
        refused(reply)


def _takes(server: smtplib.SMTP, archive: str) -> bool:
    try:
        code, _ = server.rcpt(archive)
    except (smtplib.SMTPException, OSError) as broken:
        raise TryLater(f"the connection broke before anything was sent: {type(broken).__name__}") from broken
    return 200 <= code < 300


def _finish(server: smtplib.SMTP, data: bytes) -> None:
    """Lines that begin with a point get a second one (RFC 5321, 4.5.2)."""
    try:
        server.send(data.replace(b"\n.", b"\n..").removesuffix(b"\r\n") + b"\r\n.\r\n")
        reply = server.getreply()
    except (smtplib.SMTPException, OSError) as broken:
        raise OutcomeUnknown(f"the connection broke behind DATA: {type(broken).__name__}") from broken
    if not 200 <= reply[0] < 300:
        _for_the_buyer(reply)


def _for_the_sender(reply: Reply) -> NoReturn:
    """Whoever may not send is not the buyer's fault."""
    if 400 <= reply[0] < 500:
        raise TryLater(_said(reply))
    if reply[0] == _TOO_LARGE:
        raise Declined(_said(reply))
    raise Misconfigured(f"the sender is refused: {_said(reply)}")


def _for_the_buyer(reply: Reply) -> NoReturn:
    if 400 <= reply[0] < 500:
        raise TryLater(_said(reply))
    if reply[0] == _LOGIN_NEEDED:
        raise Misconfigured(_said(reply))
    raise Declined(_said(reply))


def _said(reply: Reply) -> str:
    text = " ".join(reply[1].decode("utf-8", errors="replace").split())
    return f"{reply[0]} {text}"[:_SHOWN]


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
