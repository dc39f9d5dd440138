"""E-mail addresses: one, whole, with a domain that mail servers know."""

from email.headerregistry import Address
from email.utils import parseaddr

import idna

_LONGEST = 254


class NotAnAddress(ValueError):
    """Nobody can be written to at it."""


def mailbox(text: str) -> Address:
    """`käthe@bücher.example` becomes `käthe@xn--bcher-kva.example`; what stands before the @ is its domain's own
    business. Raises `NotAnAddress`."""
    if not text.isprintable() or len(text) > _LONGEST or any(c in text for c in ' ,;<>"()[]\\'):
        raise NotAnAddress("is no e-mail address")
    name, at, domain = text.rpartition("@")
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode()
        if not (name and at) or "@" in name:
            raise NotAnAddress("is no e-mail address")
        return (
            Address(username=name, domain=ascii_domain)
            if not name.isascii()
            else Address(addr_spec=f"{name}@{ascii_domain}")
        )
    except (idna.IDNAError, IndexError, ValueError) as wrong:
        raise NotAnAddress("is no e-mail address") from wrong


def plain(text: str) -> Address:
    """A mailbox that every server takes, as one must be that stands in every letter. Raises `NotAnAddress`."""
    found = mailbox(text)
    if needs_utf8(found.username):
        raise NotAnAddress("is not ASCII before the @: many mail servers take no such address")
    return found


def named(text: str) -> Address:
    """A plain one and whose it is: `Retours <retours@bücher.example>`. Raises `NotAnAddress`."""
    name, address = parseaddr(text)
    found = plain(address)
    return Address(name, found.username, found.domain)


def needs_utf8(address: str) -> bool:
    """Whether a server must know SMTPUTF8 (RFC 6531) to take it."""
    return not address.isascii()
