"""The brand's own pictures, as the service keeps them."""

from sendback.v1.image_pb2 import ImageSize
from sendback.v1.portal_service_pb2 import PortalGetImageRequest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sendback_web.service import pieces
from sendback_web.shared import shared_of

# A changed picture has another id.
_FOR_LONG = "public, max-age=604800, immutable"
_SIZES = {"phone": ImageSize.PHONE, "desktop": ImageSize.DESKTOP}


async def picture(request: Request) -> Response:
    parameters = request.path_params
    if parameters["size"] not in _SIZES:
        raise HTTPException(404)
    wanted = PortalGetImageRequest(
        slug=parameters["slug"], image_id=parameters["image"], size=_SIZES[parameters["size"]]
    )
    media_type, data = "", bytearray()
    async for piece in pieces(shared_of(request).client.portal.GetImage(wanted)):
        media_type = media_type or piece.media_type
        data += piece.data
    return Response(bytes(data), media_type=media_type, headers={"cache-control": _FOR_LONG})
