"""Pages: Jinja templates, escaped, in the reader's language."""

from collections.abc import Mapping
from copy import copy
from datetime import UTC, date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, get_currency_symbol
from babel.units import format_unit
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from sendback.v1.address_pb2 import Address
from sendback_client.money import exponent
from starlette.requests import Request
from starlette.responses import HTMLResponse

from sendback_web.forms import TOKEN, form_token, keep_visit
from sendback_web.statics import asset
from sendback_web.words import LANGUAGES, NAMES, words

_HERE = Path(__file__).parent
_FOLDERS = [_HERE / "portal/templates", _HERE / "console/templates", _HERE / "templates"]


def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDERS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        asset=asset, form_token_name=TOKEN, languages=[(code, NAMES[code]) for code in LANGUAGES]
    )
    made.filters.update(
        money=_money,
        date=_date,
        day=_day,
        distance=_distance,
        one_address=_one_address,
        host=_host,
    )
    return made


@pass_context
def _gettext(context: Context, sentence: str) -> str:
    return context["words"].gettext(sentence)  # type: ignore[no-any-return]


@pass_context
def _ngettext(context: Context, one: str, many: str, count: int) -> str:
    return context["words"].ngettext(one, many, count)  # type: ignore[no-any-return]


@pass_context
def _money(context: Context, amount: Money) -> str:
    return money_text(amount, context["words"].locale)


def money_text(amount: Money, locale: Locale) -> str:
    """€10.99 as the reader's language writes it, with the currency's own decimals."""
    figure = Decimal(amount.units) + Decimal(amount.nanos).scaleb(-9)
    currency = amount.currency_code
    pattern = _pattern(locale, currency)
    return str(pattern.apply(figure, locale, currency=currency, currency_digits=False))


@lru_cache(1024)
def _pattern(locale: Locale, currency: str) -> NumberPattern:
    """As the language has it, with ISO's decimals: CLDR has none for RSD, MGA and others, and would round. Letters
    stand apart from figures (UTS 35), which Babel does not see to."""
    pattern: NumberPattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (exponent(currency),) * 2
    if get_currency_symbol(currency, locale)[-1:].isalpha():
        before, below_zero = pattern.prefix
        pattern.prefix = before.replace("¤", "¤\xa0"), below_zero.replace("¤", "¤\xa0")
    return pattern


@pass_context
def _date(context: Context, time: Timestamp) -> str:
    """The day it was in the shop's time zone, which pages with dates bring as `zone`."""
    local = time.ToDatetime(tzinfo=UTC).astimezone(context["zone"])
    return format_date(local, "long", locale=context["words"].locale)


@pass_context
def _day(context: Context, day: Date) -> str:
    return format_date(date(day.year, day.month, day.day), "long", locale=context["words"].locale)


@pass_context
def _distance(context: Context, meters: int) -> str:
    locale = context["words"].locale
    if meters < 1000:
        return format_unit(meters, "length-meter", "short", locale=locale)
    return format_unit(round(meters / 1000, 1), "length-kilometer", "short", locale=locale)


@pass_context
def _one_address(context: Context, address: Address) -> str:
    """In one line: what is known of it."""
    town = f"{address.postal_code} {address.city}".strip()
    country = context["words"].locale.territories.get(address.region_code, address.region_code)
    parts = [address.name, address.company, address.street, address.street2, town, address.region, country]
    return ", ".join(part for part in parts if part)


def _host(uri: str) -> str:
    """`instagram.com` of https://www.instagram.com/shop; what cannot be read is told as it is."""
    try:
        return urlsplit(uri).netloc.removeprefix("www.")
    except ValueError:
        return uri


class Pages:
    """Renders templates. What every template has: `words`, `language`, `nonce`, `form_token`, `path`."""

    def __init__(self, *, secure: bool) -> None:
        self._environment = environment()
        self._secure = secure

    def text(self, request: Request, template: str, language: str, **values: Any) -> str:
        return self._environment.get_template(template).render(
            words=words(language),
            language=language,
            nonce=request.state.nonce,
            path=request.url.path,
            **values,
        )

    def show(
        self,
        request: Request,
        template: str,
        language: str,
        values: Mapping[str, Any],
        *,
        status: int = 200,
        signed_in_as: str = "",
    ) -> HTMLResponse:
        token = form_token(request, signed_in_as)
        html = self.text(request, template, language, form_token=token, **values)
        response = HTMLResponse(html, status_code=status, headers={"content-language": language})
        keep_visit(request, response, secure=self._secure)
        return response
