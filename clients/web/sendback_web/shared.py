"""What every page of the application shares, made once by `application`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sendback_client import AsyncClient
from starlette.requests import Request

from sendback_web.rendering import Pages
from sendback_web.settings import Settings

if TYPE_CHECKING:
    # The portal imports this module.
    from sendback_web.portal.pictures import Pictures


@dataclass(slots=True)
class Shared:
    """`client` calls with the portal's key; it is there while the application runs."""

    settings: Settings
    pages: Pages
    client: AsyncClient
    pictures: "Pictures"


def shared_of(request: Request) -> Shared:
    found = request.app.state.shared
    assert isinstance(found, Shared)
    return found
