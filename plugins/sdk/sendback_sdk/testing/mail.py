"""A mail server that keeps what it takes, and refuses, greylists or loses messages on demand."""

import json
from collections import Counter, deque
from contextlib import AbstractContextManager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

_READY_SECONDS = 5.0
_AFTER_DATA = ("drop", "cut")


@dataclass(frozen=True, slots=True)
class TakenMail:
    message_id: str
    recipients: tuple[str, ...]
    raw: bytes

    def parsed(self) -> Message:
        return message_from_bytes(self.raw, policy=default)


class _Controller(Controller):
    """aiosmtpd's own knocks at port 0 when it was told to take any free one."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class MailEmulator(AbstractContextManager["MailEmulator"]):
    """Takes eight bits only where they were announced, as the standards want it (RFC 6152), whatever others let pass.
    `answers` are given to the next recipients, one each: "550 5.1.1 no such user", "451 4.7.1 greylisted", "250 OK";
    "drop" takes a message and loses it; "cut" keeps it and hangs up without a word. `tls` is a server-side SSL context;
    with it STARTTLS is required. `login` is (user, password), asked for only over TLS."""

    def __init__(
        self,
        *,
        tls: Any = None,
        login: tuple[str, str] | None = None,
        record: Path | None = None,
    ) -> None:
        self.mails: list[TakenMail] = []
        self.seen: Counter[str] = Counter()
        self._answers: deque[str] = deque()
        self._record = record
        self._login = login
        self._controller = _Controller(
            self,
            hostname="127.0.0.1",
            port=0,
            ready_timeout=_READY_SECONDS,
            tls_context=tls,
            require_starttls=tls is not None,
            authenticator=self._authenticated if login else None,
            auth_required=login is not None,
        )

    def mailbox(self, address: str) -> list[TakenMail]:
        """What somebody finds: a message that came twice under one Message-ID is there once, as mailboxes keep it."""
        found = {mail.message_id: mail for mail in reversed(self.mails) if address in mail.recipients}
        return [mail for mail in self.mails if found.get(mail.message_id) is mail]

    @property
    def port(self) -> int:
        return int(self._controller.port)

    def fail(self, *answers: str) -> None:
        self._answers.extend(answers)

    def calm(self) -> None:
        """What was still to fail does not."""
        self._answers.clear()

    def __enter__(self) -> "MailEmulator":
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._answers and self._answers[0] not in (*_AFTER_DATA, "250 OK"):
            return self._answers.popleft()
        if self._answers and self._answers[0] == "250 OK":
            self._answers.popleft()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        if not raw.isascii() and "BODY=8BITMIME" not in envelope.mail_options:
            return "554 5.6.3 eight bits were not announced"
        fate = self._answers.popleft() if self._answers else ""
        message_id = str(message_from_bytes(raw)["Message-ID"])
        if fate == "drop":
            self._note("lost", message_id)
            return "250 OK"
        if fate == "cut":
            server.transport.close()
        self.seen[message_id] += 1
        self.mails.append(TakenMail(message_id, tuple(envelope.rcpt_tos), raw))
        self._note("message", message_id)
        return "250 OK"

    def _note(self, did: str, message_id: str) -> None:
        if self._record is not None:
            with self._record.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"did": did, "message_id": message_id}) + "\n")

    def _authenticated(
        self, server: Any, session: Any, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        return AuthResult(success=given == self._login, handled=False)
