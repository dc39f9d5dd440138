"""The portal's door: signing in with order number and e-mail address or postal code."""

from sendback.v1.portal_service_pb2 import GetPortalRequest
from starlette.requests import Request
from starlette.responses import Response

from sendback_web.house import house
from sendback_web.language import choose, language_of


async def enter(request: Request) -> Response:
    shared = house(request)
    portal = await shared.client.portal.GetPortal(GetPortalRequest(slug=request.path_params["slug"]))
    response = shared.pages.show(request, "entrance.html", language_of(request), {"portal": portal})
    choose(request, response, secure=shared.settings.secure)
    return response
