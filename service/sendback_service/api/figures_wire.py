"""Figures between the use case and the wire. Titles are in the caller's language."""

from collections.abc import Mapping
from datetime import date, timedelta

from google.protobuf.duration_pb2 import Duration
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money
from sendback.v1 import figures_pb2, return_pb2
from sendback.v1 import returns_service_pb2 as pb

from sendback_service.api.money import money_message
from sendback_service.api.times import stamp, time_of
from sendback_service.figures import Figures
from sendback_service.refusal import invalid
from sendback_service.returns import Filter
from sendback_service.rules.figures import Tally, most, together
from sendback_service.rules.policy import Reason
from sendback_service.rules.state_durations import Stays
from sendback_service.rules.states import Decision, Resolution, Shipment
from sendback_service.text.addresses import country
from sendback_service.text.words import language_for, words

_MOST_PRODUCTS = 1000
_MICROSECOND = timedelta(microseconds=1)


def date_of(message: Date, field: str) -> date:
    try:
        return date(message.year, message.month, message.day)
    except ValueError:
        raise invalid(field, "give a whole date: year, month and day") from None


def filter_of(request: pb.ListReturnsRequest | pb.ExportReturnsRequest) -> Filter:
    return Filter(
        order_id=getattr(request, "order_id", ""),
        decisions=tuple(Decision(return_pb2.Decision.State.Name(d)) for d in request.decisions if d),
        created_from=time_of(request, "created_from_time"),
        created_before=time_of(request, "created_before_time"),
    )


def figures_message(figures: Figures, language: str) -> figures_pb2.Figures:
    book, reasons = figures.book, {reason.code: reason for reason in figures.reasons}
    products = most(book.by_product, _MOST_PRODUCTS)
    message = figures_pb2.Figures(
        time_zone=figures.period.time_zone,
        from_time=stamp(figures.period.start),
        before_time=stamp(figures.period.end),
        total=_tally("", "", book.total),
        by_reason=[
            _tally(code, _reason_title(reasons, code, language), tally)
            for code, tally in most(book.by_reason, len(book.by_reason))
        ],
        by_product=[_tally(key, tally.title, tally) for key, tally in products],
        by_region=[
            _tally(code, country(code, words(language)), tally)
            for code, tally in most(book.by_region, len(book.by_region))
        ],
        state_times=[_state_time(state, stays) for state, stays in book.stays.items()],
    )
    shown = {key for key, _ in products}
    others = [tally for key, tally in book.by_product.items() if key not in shown]
    if others:
        message.other_products.CopyFrom(_tally("", "", together(others)))
    return message


def _tally(key: str, title: str, tally: Tally) -> figures_pb2.Tally:
    return figures_pb2.Tally(
        key=key,
        title=title,
        return_count=tally.returns,
        unit_count=tally.units,
        refunded=_amounts(tally.refunded),
        credited=_amounts(tally.credited),
        label_costs=_amounts(tally.label_costs),
        label_count=tally.labels,
        priced_label_count=tally.priced_labels,
    )


def _amounts(amounts: Mapping[str, int]) -> list[Money]:
    return [money_message(minor, currency) for currency, minor in sorted(amounts.items())]


def _reason_title(reasons: Mapping[str, Reason], code: str, language: str) -> str:
    """In the merchant's own words, in the language that comes nearest; a reason of an older policy by its code."""
    if code not in reasons:
        return code
    titles = dict(reasons[code].titles)
    return titles.get(language_for(language)) or titles.get("en") or next(iter(titles.values()), code)


def _state_time(state: Shipment | Resolution, stays: Stays) -> figures_pb2.StateTime:
    message = figures_pb2.StateTime(
        shipment=state if isinstance(state, Shipment) else None,
        resolution=state if isinstance(state, Resolution) else None,
        return_count=len(stays),
        present_count=stays.lasting,
    )
    if len(stays):
        median, ninetieth = stays.percentiles(50, 90)
        message.median.CopyFrom(_duration(median))
        message.ninetieth_percentile.CopyFrom(_duration(ninetieth))
    return message


def _duration(micros: int) -> Duration:
    message = Duration()
    message.FromTimedelta(micros * _MICROSECOND)
    return message
