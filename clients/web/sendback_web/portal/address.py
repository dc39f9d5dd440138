"""Where the parcel leaves from, where that is not the order's address."""

from dataclasses import replace

from sendback_client import SendbackError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from sendback_web.forms import posted
from sendback_web.portal import draft, draft_cookies
from sendback_web.portal.choosing import TOO_LONG
from sendback_web.portal.countries import countries
from sendback_web.portal.front import Front
from sendback_web.portal.order import order_of
from sendback_web.portal.review import estimate
from sendback_web.portal.session import signed_in
from sendback_web.words import N_, words

_NEEDED = ("name", "street", "city", "region_code")
_MISSING = N_("Fill in this field.")
_WRONG = N_("This does not look right. Please check it.")
_LONGEST = 100
_LONGEST_CODE = 16


@signed_in
async def show_address(request: Request, at: Front) -> Response:
    order = await order_of(at)
    made = draft_cookies.of(request, order)
    if not made.choices:
        return at.go("/order")
    known = order.ship_from
    values = made.ship_from or {name: getattr(known, name) for name in draft.ADDRESS}
    wrong = {"street": _WRONG} if "wrong" in request.query_params else {}
    return _page(at, values, wrong, corrected=bool(made.ship_from))


@signed_in
async def correct(request: Request, at: Front) -> Response:
    form = await posted(request, at.signed_in_as)
    order = await order_of(at)
    made = draft_cookies.of(request, order)
    if not made.choices:
        return at.go("/order")
    if form.get("undo"):
        return draft_cookies.keep(at, at.go("/review"), replace(made, ship_from={}), order)
    values = _values(form)
    wrong = {name: _MISSING for name in _NEEDED if not values[name]}
    corrected = replace(made, ship_from={name: value for name, value in values.items() if value})
    wrong = wrong or await _problems(at, corrected)
    if wrong:
        return _page(at, values, wrong, status=422)
    try:
        return draft_cookies.keep(at, at.go("/review"), corrected, order)
    except draft.TooLong:
        return _page(at, values, {"street": TOO_LONG}, status=422)


async def _problems(at: Front, corrected: draft.Draft) -> dict[str, str]:
    """What the service finds wrong with the address, by field."""
    try:
        await estimate(at, corrected)
    except SendbackError as error:
        named = [problem.field.removeprefix("ship_from.") for problem in error.fields]
        if error.reason != "INVALID_FIELD":
            raise
        return {name if name in draft.ADDRESS else "street": _WRONG for name in named}
    return {}


def _values(form: FormData) -> dict[str, str]:
    values = {name: str(form.get(name, "")).strip()[:_LONGEST] for name in draft.ADDRESS}
    return {**values, "postal_code": values["postal_code"][:_LONGEST_CODE]}


def _page(
    at: Front, values: dict[str, str], wrong: dict[str, str], *, corrected: bool = False, status: int = 200
) -> Response:
    named = countries(words(at.language).locale)
    return at.show(
        "address.html", status=status, values=values, wrong=wrong, corrected=corrected, countries=named
    )
