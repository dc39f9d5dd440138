"""The buyer's portal."""

from starlette.routing import BaseRoute, Route

from sendback_web.portal.entrance import enter


def routes() -> list[BaseRoute]:
    return [Route("/{slug}", enter)]
