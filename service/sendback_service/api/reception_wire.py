"""What the warehouse says, between the wire and the values of the domain."""

from sendback.v1 import return_pb2
from sendback.v1 import returns_service_pb2 as pb

from sendback_service.api.times import stamp
from sendback_service.arrivals import Arrival
from sendback_service.reception import Contents, Extra, Finding, ReceivedParcel
from sendback_service.refusal import invalid
from sendback_service.rules.states import Disposition, Grade, Inspection, UnitKind


def received_of(m: pb.ReceiveParcelRequest) -> ReceivedParcel:
    if m.another_parcel and m.parcel_id:
        raise invalid("parcel_id", "another parcel has no id yet; leave it out")
    return ReceivedParcel(m.parcel_id, m.another_parcel, m.tracking_number)


def contents_of(m: pb.InspectUnitsRequest) -> Contents:
    return Contents(
        [_finding(finding) for finding in m.findings], [extra_of(goods) for goods in m.extra_goods]
    )


def extra_of(m: pb.ExtraGoods) -> Extra:
    return Extra(
        kind=UnitKind(return_pb2.UnitKind.Kind.Name(m.kind)),
        title=m.title,
        disposition=Disposition(return_pb2.Disposition.Kind.Name(m.disposition)),
        quantity=m.quantity or 1,
        note=m.note,
    )


def arrival_message(arrival: Arrival) -> pb.Arrival:
    return pb.Arrival(
        id=arrival.id,
        tracking_number=arrival.tracking_number,
        note=arrival.note,
        goods=[
            pb.ExtraGoods(
                kind=str(extra.kind),
                title=extra.title,
                quantity=extra.quantity,
                disposition=str(extra.disposition),
                note=extra.note,
            )
            for extra in arrival.goods
        ],
        return_id=arrival.return_id,
        create_time=stamp(arrival.create_time),
    )


def _finding(m: pb.UnitFinding) -> Finding:
    return Finding(
        line_id=m.order_line_id,
        unit=m.unit,
        result=Inspection(return_pb2.Inspection.State.Name(m.result)),
        grade=Grade(return_pb2.Grade.Level.Name(m.grade)) if m.grade else None,
        disposition=Disposition(return_pb2.Disposition.Kind.Name(m.disposition)) if m.disposition else None,
        note=m.note,
        images=tuple(m.image_ids),
    )
