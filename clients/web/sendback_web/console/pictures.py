"""Pictures on their way: to the service in pieces, and from it for previews of our own pages."""

from collections.abc import AsyncIterator

import grpc
from sendback.v1.image_pb2 import ImageSize, ImageUse
from sendback.v1.merchant_service_pb2 import GetImageRequest, UploadImageRequest
from sendback.v1.returns_service_pb2 import UploadPhotoRequest
from sendback_client import SendbackError
from sendback_client.errors import error_of
from starlette.datastructures import UploadFile
from starlette.responses import Response

from sendback_web.console.desk import document
from sendback_web.console.visit import Visit
from sendback_web.words import N_

_PIECE = 1024 * 1024
_REFUSED = {
    "NOT_A_PICTURE": N_("This is no picture that can be shown. Choose a PNG, JPEG or WebP file."),
    "BROKEN": N_("This picture is broken. Save it anew, or choose another."),
    "ANIMATED": N_("This picture moves. Choose one that stands still."),
    "TOO_SMALL": N_("This picture is too small to look good. Choose a larger one."),
    "TOO_MANY_PIXELS": N_("This picture has too many pixels. Choose a smaller one."),
}
TOO_LARGE = N_("Choose a smaller file, 10 MB at most.")


class PictureRefused(Exception):
    """A sentence of the catalogue: why, and what would be right."""


async def uploaded(visit: Visit, file: UploadFile, use: ImageUse.Kind) -> str:
    """The id of a picture that the service took."""
    try:
        image = await visit.desk.merchants.UploadImage(_pieces(file, use))
    except grpc.RpcError as broken:
        raise refused(error_of(broken)) from None
    return image.id


async def photographed(visit: Visit, return_id: str, file: UploadFile) -> str:
    """The id of a photo of what was found in a return."""

    async def sent() -> AsyncIterator[UploadPhotoRequest]:
        while piece := await file.read(_PIECE):
            yield UploadPhotoRequest(return_id=return_id, data=piece)

    try:
        return (await visit.desk.returns.UploadPhoto(sent())).id
    except grpc.RpcError as broken:
        raise refused(error_of(broken)) from None


def refused(error: SendbackError) -> Exception:
    """What to raise instead of the service's word."""
    if error.reason == "IMAGE_REFUSED":
        return PictureRefused(_REFUSED.get(error.metadata.get("why", ""), _REFUSED["NOT_A_PICTURE"]))
    return PictureRefused(TOO_LARGE) if error.reason == "TOO_LARGE" else error


async def _pieces(file: UploadFile, use: ImageUse.Kind) -> AsyncIterator[UploadImageRequest]:
    while piece := await file.read(_PIECE):
        yield UploadImageRequest(use=use, data=piece)


async def show(visit: Visit) -> Response:
    """The brand's and the portal's pictures, for this console's own pages."""
    request = GetImageRequest(image_id=visit.request.path_params["image"], size=ImageSize.PHONE)
    found = await document(visit.desk.merchants.GetImage(request))
    return Response(
        found.content, media_type=found.media_type, headers={"cache-control": "private, max-age=3600"}
    )
