"""Routes between the wire and the domain."""

from collections.abc import Iterable

from sendback.v1 import carrier_service_pb2 as pb
from sendback.v1 import return_pb2
from sendback_sdk import LabelFormat

from sendback_service.api.times import stamp
from sendback_service.route_versions import Routing
from sendback_service.routing import Route, Share


def routes_of(messages: Iterable[pb.Route]) -> tuple[Route, ...]:
    return tuple(_route(message) for message in messages)


def routing_message(routing: Routing, warnings: Iterable[str]) -> pb.Routing:
    message = pb.Routing(
        merchant_id=routing.merchant_id,
        version=routing.version,
        routes=[_message(route) for route in routing.routes],
        note=routing.note,
        actor=routing.actor,
        cause=routing.cause,
        etag=str(routing.version),
        warnings=warnings,
    )
    if routing.create_time is not None:
        message.create_time.CopyFrom(stamp(routing.create_time))
    return message


def format_of(kind: int) -> LabelFormat:
    """PDF unless set."""
    return LabelFormat(return_pb2.LabelFormat.Kind.Name(kind)) if kind else LabelFormat.PDF


def _route(message: pb.Route) -> Route:
    return Route(
        places=tuple(
            tuple(Share(share.account, share.weight or 1) for share in place.shares)
            for place in message.places
        ),
        countries=frozenset(message.region_codes),
        merchants=frozenset(message.merchant_ids),
        formats=frozenset(format_of(kind) for kind in message.formats if kind),
        min_grams=message.min_weight_grams,
        max_grams=message.max_weight_grams,
    )


def _message(route: Route) -> pb.Route:
    return pb.Route(
        places=[
            pb.RoutePlace(shares=[pb.RouteShare(account=s.account, weight=s.weight) for s in place])
            for place in route.places
        ],
        region_codes=sorted(route.countries),
        merchant_ids=sorted(route.merchants),
        formats=[getattr(return_pb2.LabelFormat, format) for format in sorted(route.formats)],
        min_weight_grams=route.min_grams,
        max_weight_grams=route.max_grams,
    )
