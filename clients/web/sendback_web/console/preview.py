"""The portal as buyers see it, in each language, on a phone and on a desk."""

from sendback.v1.merchant_pb2 import PortalStatus
from sendback.v1.merchant_service_pb2 import GetPortalSettingsRequest
from starlette.responses import Response

from sendback_web.console.visit import Visit
from sendback_web.words import LANGUAGES

_DEVICES = ("phone", "desk")


async def show(visit: Visit) -> Response:
    settings = await visit.desk.merchants.GetPortalSettings(GetPortalSettingsRequest())
    said = visit.request.query_params
    tongue, device = said.get("in", visit.language), said.get("on", _DEVICES[0])
    return visit.show(
        "preview.html",
        settings=settings,
        tongue=tongue if tongue in LANGUAGES else visit.language,
        device=device if device in _DEVICES else _DEVICES[0],
        reachable=bool(settings.slug) and settings.status in (PortalStatus.ACTIVE, PortalStatus.HIDDEN),
    )
