"""Whether the merchant's own page with its return policy says what it should: where the portal is, and the label's fee.

Only what the page's HTML says counts. A page that is put together by a script in the browser may say more than can be
seen here, and the findings say so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from urllib.parse import urljoin, urlsplit

from sendback_sdk.money import exponent

from sendback_service.rules.policy import LabelPolicy, Policy
from sendback_service.websites import Outcome, Page

_COMMENTS = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_UNSEEN = re.compile(r"<(script|style|template|noscript)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
# What is between quotes may hold a `>`; nothing runs on beyond the next `<`.
_TAGS = re.compile(r"""<(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+>""")
_ANCHOR = re.compile(r"<(?:a|area)\s", re.IGNORECASE)
_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
# No character has a number as long as this, and Python refuses to read one of thousands of digits.
_ENDLESS = re.compile(r"&#[0-9]{8,};?")
_GAPS = re.compile(r"[\s\u00a0\u202f]+")
# How shops write currencies beside their codes.
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "PLN": "zł", "CZK": "Kč", "HUF": "Ft", "CHF": "Fr."}
_CROWNS = {"SEK": "kr", "DKK": "kr", "NOK": "kr"}


@dataclass(frozen=True, slots=True)
class PageCheck:
    """`policy_version` is the one that the page was compared with."""

    uri: str
    final_uri: str
    outcome: Outcome
    links_to_portal: bool
    fee_expected: bool
    fee_mentioned: bool
    policy_version: int
    time: datetime


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the page should say: a link to the portal at `base_url` under one of its `slugs`, and the `fees`."""

    base_url: str
    slugs: frozenset[str]
    fees: tuple[tuple[str, int], ...]
    policy_version: int


def expected(base_url: str, slugs: Sequence[str], policy: Policy, version: int) -> Expectation:
    fees = policy.labels.fees if policy.labels.policy is LabelPolicy.FLAT_FEE else ()
    return Expectation(base_url, frozenset(slugs), tuple(fee for fee in fees if fee[1]), version)


def check(uri: str, page: Page, wanted: Expectation, now: datetime) -> PageCheck:
    seen = _seen(page.html)
    return PageCheck(
        uri=uri,
        final_uri=page.final_uri,
        outcome=page.outcome,
        links_to_portal=any(leads_to_portal(page.final_uri, link, wanted) for link in seen.links),
        fee_expected=bool(wanted.fees),
        fee_mentioned=any(mentions(seen.text, minor, currency) for currency, minor in wanted.fees),
        policy_version=wanted.policy_version,
        time=now,
    )


def leads_to_portal(page_uri: str, link: str, wanted: Expectation) -> bool:
    """Whether a link on the page leads to the portal under its present or a former name."""
    try:
        found, base = urlsplit(urljoin(page_uri, link.strip())), urlsplit(wanted.base_url)
        same_place = (found.hostname, _port(found)) == (base.hostname, _port(base))
    except ValueError:
        return False
    if found.scheme not in ("http", "https") or not same_place:
        return False
    prefix = base.path.rstrip("/") + "/"
    slug = found.path.removeprefix(prefix).partition("/")[0].lower()
    return found.path.startswith(prefix) and slug in wanted.slugs


def mentions(text: str, minor: int, currency: str) -> bool:
    """Whether an amount stands in a text, as people write it: `5 €`, `€5.00`, `5,00 EUR`."""
    number = _number(minor, exponent(currency))
    sign = re.escape(_SIGNS.get(currency) or _CROWNS.get(currency) or currency)
    unit = rf"(?:{sign}|{currency})"
    gap = r"\s?"
    pattern = rf"(?<![\d.,]){number}{gap}{unit}|{unit}{gap}{number}(?![\d]|[.,]\d)"
    return re.search(pattern, text, re.IGNORECASE) is not None


def _number(minor: int, places: int) -> str:
    whole, part = divmod(minor, 10**places)
    if not places:
        return _grouped(whole)
    decimals = rf"[.,]{part:0{places}d}"
    return f"{_grouped(whole)}{decimals}" if part else f"{_grouped(whole)}(?:{decimals})?"


def _grouped(whole: int) -> str:
    """Thousands may be set apart: 1 500, 1.500, 1,500."""
    return r"[ .,’']?".join(f"{whole:,}".split(","))


def _port(url: object) -> int:
    port = getattr(url, "port", None)
    return int(port) if port else (443 if getattr(url, "scheme", "") == "https" else 80)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a reader sees of a page: its links and its text."""

    links: tuple[str, ...]
    text: str


def _seen(html: str) -> _Seen:
    """In one pass over each part, whatever the page holds: parsers that build a tree take minutes over a page of
    nothing but unclosed tags, which any merchant's site could hand us."""
    shown = _UNSEEN.sub(" ", _COMMENTS.sub(" ", html))
    links = tuple(_plain(link) for tag in _TAGS.findall(shown) for link in _hrefs(tag))
    return _Seen(links, _GAPS.sub(" ", _plain(_TAGS.sub(" ", shown))))


def _plain(text: str) -> str:
    return unescape(_ENDLESS.sub("\ufffd", text))


def _hrefs(tag: str) -> list[str]:
    if not _ANCHOR.match(tag):
        return []
    return ["".join(found) for found in _HREF.findall(tag)]
