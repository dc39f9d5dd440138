"""The warehouse of the demo: whatever arrives is as it should be."""

from sendback.v1 import return_pb2, returns_service_pb2

from sendback_service.demo.world import Shop


def receive(shop: Shop, made: return_pb2.Return) -> None:
    returns = shop.client.returns
    returns.ReceiveParcel(returns_service_pb2.ReceiveParcelRequest(return_id=made.id))
    findings = [
        returns_service_pb2.UnitFinding(
            order_line_id=unit.order_line_id,
            unit=unit.unit,
            result=return_pb2.Inspection.ACCEPTED,
            grade=return_pb2.Grade.A_RESELL,
            disposition=return_pb2.Disposition.RESTOCK,
        )
        for unit in made.units
    ]
    returns.InspectUnits(returns_service_pb2.InspectUnitsRequest(return_id=made.id, findings=findings))
