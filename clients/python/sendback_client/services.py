"""The services of sendback.v1 on a channel."""

from typing import Any

from sendback.v1.carrier_service_pb2_grpc import CarrierServiceStub
from sendback.v1.credit_service_pb2_grpc import CreditServiceStub
from sendback.v1.event_service_pb2_grpc import EventServiceStub
from sendback.v1.label_service_pb2_grpc import LabelServiceStub
from sendback.v1.merchant_service_pb2_grpc import MerchantServiceStub
from sendback.v1.message_service_pb2_grpc import MessageServiceStub
from sendback.v1.order_service_pb2_grpc import OrderServiceStub
from sendback.v1.portal_service_pb2_grpc import PortalServiceStub
from sendback.v1.returns_service_pb2_grpc import ReturnsServiceStub

STUBS: dict[str, Any] = {
    "portal": PortalServiceStub,
    "returns": ReturnsServiceStub,
    "labels": LabelServiceStub,
    "orders": OrderServiceStub,
    "merchants": MerchantServiceStub,
    "messages": MessageServiceStub,
    "carriers": CarrierServiceStub,
    "events": EventServiceStub,
    "credit": CreditServiceStub,
}


def attach(client: object, channel: Any) -> None:
    """Gives the client an attribute for every service."""
    for name, stub in STUBS.items():
        setattr(client, name, stub(channel))
