"""A message as an e-mail: text and HTML beside each other, attachments behind them."""

import unicodedata
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, localtime, parseaddr
from functools import cache, lru_cache
from pathlib import PurePosixPath
from secrets import token_hex
from typing import Any

from sendback_sdk import Attachment, Declined, Message

from sendback_email.addresses import NotAnAddress, mailbox, plain

_LONGEST_SUBJECT = 250
_LONGEST_NAME = 80
_LONGEST_FILENAME = 120


# Headers that many letters have alike, and that say nothing of whom they go to.
_ALIKE = frozenset(
    {
        "auto-submitted",
        "content-language",
        "content-transfer-encoding",
        "content-type",
        "from",
        "mime-version",
        "reply-to",
        "x-sendback-event",
    }
)


class _Headers(HeaderRegistry):
    """The class of a header is made once, not with every header: half of what a letter takes."""

    def __getitem__(self, name: str) -> type[BaseHeader]:
        return _class_of(self, name.lower())


@cache
def _class_of(registry: _Headers, name: str) -> type[BaseHeader]:
    return HeaderRegistry.__getitem__(registry, name)


class _Policy(EmailPolicy):
    """What letters have alike is parsed and folded once, not with every letter."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        if name.lower() in _ALIKE:
            return _parsed(self, name, str(value))
        return super().header_store_parse(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _ALIKE:
            return _folded(self, name, value)
        return super().fold_binary(name, value)


@lru_cache(256)
def _parsed(policy: _Policy, name: str, value: str) -> tuple[str, Any]:
    return EmailPolicy.header_store_parse(policy, name, value)


@lru_cache(256)
def _folded(policy: _Policy, name: str, value: str) -> bytes:
    return EmailPolicy.fold_binary(policy, name, value)


# Seven bits pass every server: eight may only be sent to one that offers them (RFC 6152).
_POLICY = _Policy(linesep="\r\n", cte_type="7bit", header_factory=_Headers())
# For a server that takes addresses with such letters (RFC 6532).
_POLICY_UTF8 = _POLICY.clone(utf8=True)


def built(message: Message, sender: str, reply_to: str = "") -> EmailMessage:
    """Raises `Declined` where no e-mail can be made of it. `sender` and `reply_to` are as settings have them; the
    shop's name stands before the sender's address."""
    letter = EmailMessage(policy=_POLICY)
    try:
        letter["From"] = _sender(message.sender_name, sender)
        letter["To"] = mailbox(message.recipient)
        letter["Subject"] = _shortened(message.subject, _LONGEST_SUBJECT)
        if answers := _answers(message.reply_to, reply_to):
            letter["Reply-To"] = answers
    except (ValueError, IndexError) as wrong:
        raise Declined(f"no address or subject for an e-mail: {type(wrong).__name__}") from wrong
    letter["Date"] = format_datetime(localtime())
    letter["Message-ID"] = f"<{message.key}@{domain_of(sender)}>"
    # RFC 3834: nobody's holiday notice needs to answer this.
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Sendback-Event"] = message.event
    # Keeps mail programs from folding letters about other returns into one conversation.
    letter["X-Entity-Ref-ID"] = message.key
    letter.set_content(message.text)
    if message.html:
        letter.add_alternative(message.html, subtype="html")
        _show_within(letter, message)
    for part in message.attachments:
        if not part.content_id:
            main, sub = _kind(part)
            letter.add_attachment(part.data, main, sub, filename=_filename(part))
    # Last, since setting the content takes every Content-… header away.
    letter["Content-Language"] = message.language
    _bound(letter)
    return letter


def as_bytes(letter: EmailMessage, *, utf8: bool) -> bytes:
    return letter.as_bytes(policy=_POLICY_UTF8 if utf8 else _POLICY)


def _bound(letter: EmailMessage) -> None:
    """What stands between the parts: drawn anew for each letter, so that nobody who wrote them can have known it. Where
    the library draws, it also looks for such a line in each part, by a regular expression of its own."""
    drawn = token_hex(16)
    for number, part in enumerate(part for part in letter.walk() if part.is_multipart()):
        part.set_boundary(f"=_{drawn}_{number}")


def domain_of(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]


def _show_within(letter: EmailMessage, message: Message) -> None:
    """Pictures that the HTML shows travel beside it (RFC 2387)."""
    html = letter.get_body(("html",))
    for part in message.attachments:
        if part.content_id and html is not None:
            main, sub = _kind(part)
            html.add_related(
                part.data,
                main,
                sub,
                cid=f"<{part.content_id}>",
                filename=_filename(part),
                disposition="inline",
            )


def _sender(name: str, sender: str) -> Address:
    """A name that looks like another address would mislead, and is taken for spam."""
    own, address = parseaddr(sender)
    said = _plain(name, _LONGEST_NAME).replace("@", " at ") or own
    return Address(display_name=said, addr_spec=address)


def _answers(wanted: str, usual: str) -> Address | str:
    """The shop's own address where it is a plain one: another must not keep the letter from its buyer."""
    try:
        return plain(wanted) if wanted else usual
    except NotAnAddress:
        return usual


def _plain(text: str, longest: int) -> str:
    """One line without anything that is not seen: no line break gets into a header, and no text runs backwards."""
    seen = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(c for c in seen if unicodedata.category(c) != "Cf").split())[:longest].rstrip()


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _kind(part: Attachment) -> tuple[str, str]:
    main, _, sub = part.media_type.partition("/")
    known = all(half.replace("-", "").replace(".", "").replace("+", "").isalnum() for half in (main, sub))
    return (main, sub) if known and part.media_type.isascii() else ("application", "octet-stream")


def _filename(part: Attachment) -> str:
    """Its last part: where a file is saved is its reader's to say."""
    name = PurePosixPath(_plain(part.filename.replace("\\", "/"), _LONGEST_FILENAME)).name
    return name.strip(". ") or "attachment"
