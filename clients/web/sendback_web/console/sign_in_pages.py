"""The console's door: signing in, coming back from the identity provider, signing out, and where one lands."""

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sendback_web.console.nav import OPERATIONS
from sendback_web.console.sign_in import SignInFailed, Stranger
from sendback_web.console.visit import console_of
from sendback_web.forms import posted
from sendback_web.language import choose, language_of
from sendback_web.shared import shared_of
from sendback_web.words import N_

_NEXT = "next"
_OURS = re.compile(r"/console(/[A-Za-z0-9_/-]{0,200})?")
_TOLD = {
    "": ("", ""),
    "ended": ("good", N_("You are signed out.")),
    "failed": (
        "bad",
        N_(
            "Signing in did not work. Try again; if it happens once more, tell whoever runs your installation."
        ),
    ),
    "stranger": (
        "bad",
        N_("You are known, but may act for no shop here. Ask whoever runs your installation to add you."),
    ),
}


async def land(request: Request) -> Response:
    """The first shop of whoever is signed in."""
    person = console_of(request).sign_in.person(request)
    if person is None:
        return RedirectResponse("/console/sign-in", 303)
    first = person.grant.shops[0] if person.grant.shops else OPERATIONS
    return RedirectResponse(f"/console/{first}", 303)


async def ask(request: Request) -> Response:
    """The page with the button; its link, not a form, leads away, since no form may lead to another site."""
    return _page(request, "")


async def begin(request: Request) -> Response:
    wanted = request.query_params.get(_NEXT, "")
    request.session[_NEXT] = wanted if _OURS.fullmatch(wanted) else "/console"
    anew = "anew" in request.query_params
    try:
        location = await console_of(request).sign_in.begin(request, _callback(request), anew=anew)
    except SignInFailed:
        return _page(request, "failed", 503)
    return RedirectResponse(location, 303)


async def come_back(request: Request) -> Response:
    wanted = str(request.session.get(_NEXT, "/console"))
    try:
        await console_of(request).sign_in.finish(request, _callback(request))
    except SignInFailed:
        return _page(request, "failed", 403)
    except Stranger:
        return _page(request, "stranger", 403)
    return RedirectResponse(wanted, 303)


async def leave(request: Request) -> Response:
    person = console_of(request).sign_in.person(request)
    if person is not None:
        await posted(request, person.mark)
        request.session.clear()
    return RedirectResponse("/console/sign-in?told=ended", 303)


def _callback(request: Request) -> str:
    return f"{shared_of(request).settings.base_url}/console/callback"


def _page(request: Request, what: str, status: int = 200) -> Response:
    shared = shared_of(request)
    tone, text = _TOLD[what] if what else _TOLD.get(request.query_params.get("told", ""), ("", ""))
    wanted = request.query_params.get(_NEXT, "")
    values = {
        "tone": tone,
        "text": text,
        "next": wanted if _OURS.fullmatch(wanted) else "",
        "again": what == "stranger",
    }
    response = shared.pages.show(request, "console/gate.html", language_of(request), values, status=status)
    choose(request, response, secure=shared.settings.secure)
    return response
