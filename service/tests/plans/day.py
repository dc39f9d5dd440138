"""A day of a shop, in which everything is called that can be called: see `office` and `lives`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import grpc
from google.protobuf import message_factory
from google.protobuf.timestamp_pb2 import Timestamp
from sendback.v1 import merchant_pb2, policy_pb2
from sendback_client import money
from sendback_service.api.scopes import TABLE
from sendback_service.demo.world import Shop
from sendback_service.keys import KeyKind

from service.tests.plans.inside import Inside
from tests.fuzz.ground import key_of, with_all_scopes
from tests.rpcs import METHODS
from tests.shops import a_picture, a_shop, an_address, an_order, items

_CREDIT = policy_pb2.CreditTerms(enabled=True, moment="ON_REQUEST", expires_after_days=365)
ACCEPTED = {"result": "ACCEPTED", "grade": "A_RESELL", "disposition": "RESTOCK"}
PIECE = a_picture()
_ORDERS = 28
# Whatever is dearer needs staff's word.
_DEAR = policy_pb2.ApprovalTerms(above=[money(9_500, "EUR")])
POLICY = {"credit": _CREDIT, "approval": _DEAR}


@dataclass
class Day:
    """`about` is told who asks before each call; `passed` are the RPCs that were answered without an error. `opened` is
    the shop where it was there before."""

    world: Inside
    name: str
    about: Callable[[str], None]
    opened: Shop | None = None
    passed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        world = self.world
        orders = [
            an_order(f"{self.name}-{number}", customer_id=f"customer-{self.name}-{number % 3}")
            for number in range(_ORDERS)
        ]
        far_away = an_address(postal_code="97200", city="Fort-de-France")
        orders.append(an_order(f"{self.name}-far", ship_to=far_away))
        self.shop = self._shop(orders)
        self._keys = {
            KeyKind.MERCHANT: key_of(world, with_all_scopes(self.shop.id)),
            KeyKind.PORTAL: key_of(world, merchant_pb2.AccessKey(kind="PORTAL")),
            KeyKind.OPERATOR: world.installation.operator_key,
        }
        self._channel = grpc.insecure_channel(world.installation.target)
        self._orders = iter(range(_ORDERS))

    def _shop(self, orders: list[Any]) -> Shop:
        if self.opened is None:
            return a_shop(self.world, "plans", *orders, **POLICY)
        self.opened.client.import_orders(orders)
        return replace(self.opened, orders={order.number: order for order in orders})

    def pass_by(self, parts: Sequence[Callable[["Day"], None]]) -> None:
        for part in parts:
            part(self)
            self.settle()

    def settle(self) -> None:
        """What workers have to do, and what nobody listens to."""
        self.about("")
        self.world.stage.run()

    def ask(self, rpc: str, operator: bool = False, /, **fields: Any) -> Any:
        """`ReturnsService/GetReturn` and what is wanted of it; the last piece of a stream."""
        path = f"/sendback.v1.{rpc}"
        method = METHODS[path]
        request, answer = (
            message_factory.GetMessageClass(t) for t in (method.input_type, method.output_type)
        )
        options: dict[str, Any] = {
            "request_serializer": request.SerializeToString,
            "response_deserializer": answer.FromString,
        }
        given = {
            "metadata": (("authorization", f"Bearer {self._key(path, operator)}"),),
            "timeout": 2 if rpc == "LabelService/CreateLabel" else 60,
        }
        self.about(rpc)
        try:
            return self._sent(path, method, request(**fields), options, given)
        finally:
            self.about("")

    def _sent(self, path: str, method: Any, message: Any, options: Any, given: Any) -> Any:
        if method.client_streaming:
            answer = self._channel.stream_unary(path, **options)(iter([message]), **given)
        elif method.server_streaming:
            stream = self._channel.unary_stream(path, **options)(message, **given)
            answer = [next(stream)] if path.endswith("/WatchReturn") else list(stream)
            stream.cancel()
        else:
            answer = self._channel.unary_unary(path, **options)(message, **given)
        self.passed.add(path)
        return answer

    def _key(self, path: str, operator: bool) -> str:
        kinds = TABLE[path].kinds
        if operator or kinds == {KeyKind.OPERATOR}:
            return self._keys[KeyKind.OPERATOR]
        return self._keys[KeyKind.PORTAL if KeyKind.PORTAL in kinds else KeyKind.MERCHANT]

    def order(self) -> str:
        return f"ext-{self.name}-{next(self._orders)}"

    def make(self, **wanted: Any) -> Any:
        wanted.setdefault("items", items(l1=1, l2=1))
        order = wanted.pop("order_id", None) or self.order()
        return self.ask("ReturnsService/CreateReturn", order_id=order, **wanted)

    def on(self, verb: str, made: Any, **fields: Any) -> Any:
        return self.ask(f"ReturnsService/{verb}", return_id=made.id, **fields)

    def accepted(self, made: Any) -> Any:
        findings = [{"order_line_id": u.order_line_id, "unit": u.unit, **ACCEPTED} for u in made.units]
        return self.on("InspectUnits", made, findings=findings)

    def in_hours(self, hours: int) -> Timestamp:
        time = Timestamp()
        time.FromDatetime(self.world.clock.now + timedelta(hours=hours))
        return time
