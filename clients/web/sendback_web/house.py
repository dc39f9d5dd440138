"""What the rooms share, made once by `application`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sendback_client import AsyncClient
from starlette.requests import Request

from sendback_web.rendering import Pages
from sendback_web.settings import Settings

if TYPE_CHECKING:
    # the portal's rooms know the house
    from sendback_web.portal.pictures import Pictures


@dataclass(slots=True)
class House:
    """`client` calls with the portal's key; it is there while the application runs."""

    settings: Settings
    pages: Pages
    client: AsyncClient
    pictures: "Pictures"


def house(request: Request) -> House:
    found = request.app.state.house
    assert isinstance(found, House)
    return found
