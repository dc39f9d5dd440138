"""A portal's front: whose it is, how it looks, in which language; and what its pages have in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sendback.v1.portal_service_pb2 import GetPortalRequest, Portal
from sendback_client import AsyncClient, SendbackError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sendback_web.language import choose, language_of
from sendback_web.portal.colors import palette
from sendback_web.service import Metadata
from sendback_web.shared import Shared, shared_of
from sendback_web.zones import zone_named

_NOT_LISTED = "noindex, nofollow"


class Moved(Exception):
    """The portal has another name now."""

    def __init__(self, slug: str) -> None:
        self.slug = slug


class Closed(Exception):
    """Nobody can make a return here at present."""


@dataclass(frozen=True, slots=True)
class Front:
    """`signed_in_as` is the session's token; empty before signing in."""

    request: Request
    shared: Shared
    portal: Portal
    language: str
    signed_in_as: str = ""

    @property
    def home(self) -> str:
        return f"/{self.portal.slug}"

    @property
    def client(self) -> AsyncClient:
        return self.shared.client

    @property
    def metadata(self) -> Metadata:
        return metadata(self.request, self.language)

    def show(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """A page of the portal, in its colours."""
        shared: Mapping[str, Any] = {
            "portal": self.portal,
            "home": self.home,
            "palette": palette(self.portal.color),
            "zone": zone_named(self.portal.time_zone),
            "signed_in": bool(self.signed_in_as),
            **values,
        }
        response = self.shared.pages.show(
            self.request, template, self.language, shared, status=status, signed_in_as=self.signed_in_as
        )
        if self.portal.unlisted or self.signed_in_as:
            response.headers["x-robots-tag"] = _NOT_LISTED
        choose(self.request, response, secure=self.shared.settings.secure)
        return response

    def go(self, path: str) -> Response:
        """To another page of this portal, by GET."""
        response = RedirectResponse(self.home + path, 303)
        choose(self.request, response, secure=self.shared.settings.secure)
        return response


def metadata(request: Request, language: str) -> Metadata:
    """What the service is told of the buyer: the language in force here, and where the call comes from."""
    said = [("accept-language", language), ("buyer-language", language)]
    return [*said, ("buyer-address", request.client.host)] if request.client else said


async def front(request: Request, session_language: str = "", signed_in_as: str = "") -> Front:
    """The portal that the address names; `Moved` where it has a new name, NOT_FOUND where there is none."""
    shared = shared_of(request)
    slug = request.path_params["slug"]
    language = request.state.language = language_of(request, session_language)
    portal = await shared.client.portal.GetPortal(
        GetPortalRequest(slug=slug, language_code=language), metadata=metadata(request, language)
    )
    if portal.available and portal.slug != slug:
        raise Moved(portal.slug)
    request.state.home = f"/{portal.slug}"
    return Front(request, shared, portal, language, signed_in_as)


async def on_moved(request: Request, moved: Exception) -> Response:
    """A former name leads to the one now in force: to the same page by GET, else to its door."""
    assert isinstance(moved, Moved)
    if request.method not in ("GET", "HEAD"):
        return RedirectResponse(f"/{moved.slug}", 303)
    rest = request.url.path.removeprefix(f"/{request.path_params['slug']}")
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{moved.slug}{rest}{query}", 308)


def closed(error: SendbackError) -> bool:
    return error.reason == "PORTAL_INACTIVE"
