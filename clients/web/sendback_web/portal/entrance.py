"""The portal's door: by the code on the slip, or with order number and e-mail address or postal code."""

from sendback.v1.portal_service_pb2 import OrderCredential, StartSessionRequest
from sendback_client import SendbackError
from starlette.requests import Request
from starlette.responses import Response

from sendback_web.forms import FormExpired, posted
from sendback_web.language import chosen
from sendback_web.portal import session
from sendback_web.portal.front import Front, front

_LONGEST_NUMBER, _LONGEST_PROOF, _LONGEST_TOKEN = 64, 254, 256
_TRIED = ("SIGN_IN_FAILED", "RATE_LIMITED", "INVALID_FIELD")
# What the door may be told by the address, and nothing else is.
_NOTICES = ("ended", "code", "left", "expired")


async def door(request: Request) -> Response:
    own = session.kept(request)
    at = await front(request, own.language)
    if not at.portal.available:
        return at.show("closed.html")
    if own.token and not request.query_params:
        return at.go("/order")
    notice = next((name for name in _NOTICES if name in request.query_params), "")
    return _door(at, notice=notice)


async def sign_in(request: Request) -> Response:
    at = await front(request)
    try:
        form = await posted(request)
    except FormExpired:
        return at.go("?expired")
    number, proof = str(form.get("number", "")).strip(), str(form.get("proof", "")).strip()
    if not (0 < len(number) <= _LONGEST_NUMBER and 0 < len(proof) <= _LONGEST_PROOF):
        return _door(at, number=number[:_LONGEST_NUMBER], wrong="SIGN_IN_FAILED", status=422)
    wanted = StartSessionRequest(
        slug=at.portal.slug,
        order=OrderCredential(number=number, email_or_postal_code=proof),
        language_code=chosen(request),
    )
    return await _begin(at, wanted, number)


async def scan(request: Request) -> Response:
    """The code's address: its token is taken out of the address at once."""
    at = await front(request)
    if not at.portal.available:
        return at.go("")
    token = request.path_params["token"]
    if len(token) > _LONGEST_TOKEN:
        return at.go("?code")
    wanted = StartSessionRequest(slug=at.portal.slug, access_token=token, language_code=chosen(request))
    try:
        return await _signed_in(at, wanted)
    except SendbackError as error:
        if error.reason in _TRIED:
            return at.go("?code")
        raise


async def leave(request: Request) -> Response:
    at = await front(request)
    await posted(request, session.kept(request).token)
    response = at.go("?left")
    session.forget(at, response)
    return response


async def _begin(at: Front, wanted: StartSessionRequest, number: str) -> Response:
    try:
        return await _signed_in(at, wanted)
    except SendbackError as error:
        if error.reason == "PORTAL_INACTIVE":
            return at.go("")
        if error.reason not in _TRIED:
            raise
        limited = error.reason == "RATE_LIMITED"
        response = _door(at, number=number, wrong=error.reason, status=429 if limited else 422)
        if limited and error.retry_after:
            response.headers["retry-after"] = str(round(error.retry_after))
        return response


async def _signed_in(at: Front, wanted: StartSessionRequest) -> Response:
    begun = await at.client.portal.StartSession(wanted, metadata=at.metadata)
    response = at.go("/order")
    session.keep(at, response, begun)
    return response


def _door(at: Front, *, number: str = "", wrong: str = "", notice: str = "", status: int = 200) -> Response:
    return at.show("door.html", status=status, number=number, wrong=wrong, notice=notice)
