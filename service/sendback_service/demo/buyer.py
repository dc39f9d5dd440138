"""A buyer as a front end plays one: scans the code, looks, estimates, confirms. Only by gRPC."""

from dataclasses import dataclass
from uuid import uuid4

from sendback.v1 import order_service_pb2, portal_service_pb2, return_pb2
from sendback_client import Client

from sendback_service.demo.world import Shop, World


@dataclass(frozen=True, slots=True)
class Scan:
    """What the code on the slip gave: the link in it and its picture."""

    link: str
    token: str
    picture: bytes


class Buyer:
    def __init__(self, world: World, shop: Shop, number: str) -> None:
        self._portal: Client = world.portal
        self._shop = shop
        self.order = world.order(shop, number)
        link = shop.client.orders.CreateAccessLink(
            order_service_pb2.CreateAccessLinkRequest(order_id=self.order.id)
        )
        self.scan = Scan(link.uri, link.access_token, link.qr_png)
        session = self._portal.portal.StartSession(
            portal_service_pb2.StartSessionRequest(
                slug=shop.slug, access_token=self.scan.link.rpartition("/")[2]
            )
        )
        self.token = session.session_token
        self.language = session.language_code

    def look(self) -> portal_service_pb2.ReturnableOrder:
        return self._portal.portal.GetReturnableOrder(
            portal_service_pb2.GetReturnableOrderRequest(session_token=self.token)
        )

    def estimate(
        self, items: dict[str, int], outcome: str = "REFUND", reason: str = ""
    ) -> portal_service_pb2.Estimate:
        return self._portal.portal.EstimateReturn(
            portal_service_pb2.EstimateReturnRequest(
                session_token=self.token, items=_items(items, reason), outcome=outcome
            )
        )

    def confirm(
        self,
        items: dict[str, int],
        estimate: portal_service_pb2.Estimate,
        *,
        format: str = "PDF",
        paper: str = "A6",
        reason: str = "",
        request_id: str = "",
    ) -> return_pb2.Return:
        return self._portal.portal.CreateReturn(
            portal_service_pb2.PortalCreateReturnRequest(
                session_token=self.token,
                items=_items(items, reason),
                outcome=return_pb2.Outcome.Kind.Name(estimate.quote.outcome),
                quote_hash=estimate.quote.hash,
                format=format,
                paper=paper,
                request_id=request_id or uuid4().hex,
            )
        )

    def make(self, items: dict[str, int], *, format: str = "PDF", paper: str = "A6") -> return_pb2.Return:
        """Estimate and confirm at once."""
        return self.confirm(items, self.estimate(items), format=format, paper=paper)


def _items(items: dict[str, int], reason: str) -> list[return_pb2.ReturnItem]:
    return [
        return_pb2.ReturnItem(order_line_id=line, quantity=quantity, reason_code=reason)
        for line, quantity in items.items()
    ]
