"""A message as an e-mail: text and HTML beside each other, attachments behind them."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, parseaddr

from sendback_sdk import Declined, Message


def built(message: Message, sender: str, reply_to: str = "") -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    try:
        letter["From"] = sender
        letter["To"] = Address(addr_spec=message.recipient)
        letter["Subject"] = message.subject
        if reply_to:
            letter["Reply-To"] = reply_to
    except (ValueError, IndexError) as wrong:
        raise Declined(f"no address or subject for an e-mail: {type(wrong).__name__}") from wrong
    letter["Date"] = format_datetime(localtime())
    letter["Message-ID"] = f"<{message.key}@{_domain(sender)}>"
    # RFC 3834: nobody's holiday notice needs to answer this.
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Sendback-Event"] = message.event
    letter.set_content(message.text)
    if message.html:
        letter.add_alternative(message.html, subtype="html")
        _show_within(letter, message)
    for attachment in message.attachments:
        if not attachment.content_id:
            main, _, sub = attachment.media_type.partition("/")
            letter.add_attachment(attachment.data, main, sub, filename=attachment.filename)
    # Last, since setting the content takes every Content-… header away.
    letter["Content-Language"] = message.language
    return letter


def _show_within(letter: EmailMessage, message: Message) -> None:
    """Pictures that the HTML shows travel beside it (RFC 2387)."""
    html = letter.get_body(("html",))
    for part in message.attachments:
        if part.content_id and html is not None:
            main, _, sub = part.media_type.partition("/")
            html.add_related(
                part.data, main, sub, cid=f"<{part.content_id}>", filename=part.filename, disposition="inline"
            )


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"
