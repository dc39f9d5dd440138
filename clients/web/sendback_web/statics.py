"""Style, script and pictures of our own: read once, named for what is in them, kept by browsers for a year."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Static:
    path: str
    media_type: str
    content: bytes


@cache
def statics() -> dict[str, Static]:
    """By name, such as `site.css`; the path holds a part of the hash: `/static/site.3f9a0c1b.css`."""
    found = {}
    for file in sorted(_FOLDER.iterdir()):
        if file.suffix in _TYPES:
            content = file.read_bytes()
            named = f"{file.stem}.{sha256(content).hexdigest()[:12]}{file.suffix}"
            found[file.name] = Static(f"/static/{named}", _TYPES[file.suffix], content)
    return found


def asset(name: str) -> str:
    return statics()[name].path


async def serve_static(request: Request) -> Response:
    for static in statics().values():
        if static.path == request.url.path:
            return Response(
                static.content, media_type=static.media_type, headers={"cache-control": _FOR_EVER}
            )
    raise HTTPException(404)
