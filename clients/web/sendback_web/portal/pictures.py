"""Pictures of goods: fetched from the shop for the buyer, who asks nobody but us, and made small.

Only addresses that we signed ourselves are fetched, and none that lies in a private network unless the installation
allows it. What cannot be had is answered with an empty frame.
"""

import asyncio
import base64
import binascii
import hmac
import io
from collections import OrderedDict
from hashlib import sha256

import httpx
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response

from sendback_web.portal.public_http import transport

_EDGE = 240
_SECONDS = 5.0
_LARGEST = 10 * 1024 * 1024
_MOST_PIXELS = 40_000_000
_KEPT = 500
_AT_ONCE = 8
_LONGEST = 2048
_A_DAY = "private, max-age=86400"
_A_MINUTE = "private, max-age=60"
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_EMPTY = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#85868e" stroke-width="1.2">'
    b'<path d="M4.5 8 12 4l7.5 4v8.5L12 20.5 4.5 16.5zM4.5 8 12 12l7.5-4M12 12v8.5"/></svg>'
)


class Pictures:
    """`private_hosts` may be asked though nobody else in the world could reach them."""

    def __init__(self, secret: str, private_hosts: tuple[str, ...] = ()) -> None:
        self._key = hmac.digest(secret.encode(), b"pictures", "sha256")
        self._client = httpx.AsyncClient(transport=transport(private_hosts), timeout=_SECONDS)
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def close(self) -> None:
        await self._client.aclose()

    def path(self, uri: str) -> str:
        """Where we serve it; empty where there is nothing to serve."""
        if not uri.startswith(("https://", "http://")) or len(uri) > _LONGEST:
            return ""
        encoded = base64.urlsafe_b64encode(uri.encode()).decode().rstrip("=")
        return f"/static/pictures/{self._signature(encoded)}/{encoded}"

    async def serve(self, request: Request) -> Response:
        encoded = request.path_params["picture"]
        if not hmac.compare_digest(
            self._signature(encoded).encode(), request.path_params["signature"].encode()
        ):
            return Response(status_code=404)
        try:
            return Response(
                await self._small(encoded), media_type="image/webp", headers={"cache-control": _A_DAY}
            )
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, Image.DecompressionBombError):
            return Response(_EMPTY, media_type="image/svg+xml", headers={"cache-control": _A_MINUTE})

    def _signature(self, encoded: str) -> str:
        return hmac.new(self._key, encoded.encode(), sha256).hexdigest()[:32]

    async def _small(self, encoded: str) -> bytes:
        if encoded in self._kept:
            self._kept.move_to_end(encoded)
            return self._kept[encoded]
        async with self._turn:
            data = await self._fetched(_decoded(encoded))
            small = await asyncio.to_thread(_made_small, data)
        self._kept[encoded] = small
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return small

    async def _fetched(self, uri: str) -> bytes:
        async with asyncio.timeout(_SECONDS), self._client.stream("GET", uri) as answer:
            answer.raise_for_status()
            data = bytearray()
            async for piece in answer.aiter_bytes():
                data += piece
                if len(data) > _LARGEST:
                    raise ValueError("the picture is too large")
        return bytes(data)


def _decoded(encoded: str) -> str:
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except binascii.Error as wrong:
        raise ValueError("no address") from wrong


def _made_small(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
        if picture.width * picture.height > _MOST_PIXELS:
            raise ValueError("the picture has too many pixels")
        picture.draft("RGB", (_EDGE, _EDGE))
        small = picture.convert("RGBA")
        small.thumbnail((_EDGE, _EDGE))
    out = io.BytesIO()
    small.save(out, "WEBP", quality=82)
    return out.getvalue()
