"""The buyer's portal: `/<slug>`, and what lies behind it."""

from starlette.routing import BaseRoute, Route

from sendback_web.portal import (
    address,
    brand,
    cancelling,
    entrance,
    order,
    return_events,
    returns,
    review,
    withdrawal,
)
from sendback_web.portal.front import Moved, on_moved

HANDLERS = {Moved: on_moved}


def routes() -> list[BaseRoute]:
    def get(path: str, page: object) -> Route:
        return Route("/{slug}" + path, page, methods=["GET"])  # type: ignore[arg-type]

    def post(path: str, page: object) -> Route:
        return Route("/{slug}" + path, page, methods=["POST"])  # type: ignore[arg-type]

    return [
        get("", entrance.door),
        post("", entrance.sign_in),
        get("/q/{token}", entrance.scan),
        post("/leave", entrance.leave),
        get("/image/{size}/{image}", brand.picture),
        get("/order", order.show_order),
        post("/order", order.choose),
        get("/address", address.show_address),
        post("/address", address.correct),
        get("/review", review.show_review),
        post("/returns", review.confirm),
        get("/withdrawal", withdrawal.show_withdrawal),
        post("/withdrawal", withdrawal.review_withdrawal),
        get("/withdrawal/confirm", withdrawal.show_withdrawal),
        post("/withdrawal/confirm", withdrawal.confirm_withdrawal),
        get("/returns/{id}", returns.show_return),
        get("/returns/{id}/live", return_events.follow),
        get("/returns/{id}/cancel", cancelling.ask_cancel),
        post("/returns/{id}/cancel", cancelling.cancel),
        post("/returns/{id}/tracking", returns.add_tracking),
        post("/returns/{id}/parcels", returns.add_parcel),
        get("/returns/{id}/places/{parcel}", returns.places),
        get("/returns/{id}/{document}/{parcel}", returns.document),
    ]
