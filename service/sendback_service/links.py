"""Links that somebody else wrote: read so that none of them, however odd, breaks what reads it."""

import re

import httpx

# In letters of any script. What would begin something else in a list of addresses, or in a link to one, is left out.
_MAILBOX = re.compile(r"""[^\s@<>()\[\]\\,;:"?&%#]+@[\w-]+(\.[\w-]+)+""")


def url_in(text: str) -> httpx.URL | None:
    """None where it is no address. That a name is none shows late: in Punycode when it is asked for, and what httpx had
    to escape in it no resolver knows."""
    try:
        url = httpx.URL(text)
        return None if "%" in url.host else url
    except (httpx.InvalidURL, UnicodeError):
        return None


def is_link(text: str) -> bool:
    """Whether a reader may be sent there: on the web, and to some host."""
    url = url_in(text)
    return url is not None and url.scheme in ("http", "https") and bool(url.host)


def is_mailbox(text: str) -> bool:
    """Whether a reader may write there."""
    return _MAILBOX.fullmatch(text) is not None
