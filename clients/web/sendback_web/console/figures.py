"""Figures of a period: what came back, why, which products, from where, and how long it took."""

from datetime import date, timedelta
from typing import Any

from babel.dates import format_timedelta
from google.protobuf.duration_pb2 import Duration
from google.type.date_pb2 import Date
from sendback.v1.figures_pb2 import StateTime, Tally
from sendback.v1.returns_service_pb2 import GetFiguresRequest
from sendback_client import SendbackError
from starlette.responses import Response

from sendback_web.console import names
from sendback_web.console.charts import bars
from sendback_web.console.places import country
from sendback_web.console.visit import Visit
from sendback_web.words import N_

_USUAL_DAYS = 90
_NO_PERIOD = N_("Choose a first and a last day, the last no earlier than the first, within ten years.")
_SHOWN = 50


async def show(visit: Visit) -> Response:
    first, last = _period(visit)
    request = GetFiguresRequest(first_date=_date(first), last_date=_date(last))
    try:
        found = await visit.desk.returns.GetFigures(request)
    except SendbackError as refused:
        if refused.code.name != "INVALID_ARGUMENT":
            raise
        return visit.show(
            "figures.html", status=422, first=first, last=last, found=None, trouble=visit.say(_NO_PERIOD)
        )
    return visit.show(
        "figures.html",
        first=first,
        last=last,
        found=found,
        trouble="",
        parts=_parts(visit, found),
        times=[_time(visit, state) for state in found.state_times],
        names=names,
    )


def _parts(visit: Visit, found: Any) -> list[dict[str, Any]]:
    """Each list with its chart."""
    regions = [(tally, country(tally.key, visit.words.locale)) for tally in found.by_region]
    told = (
        (N_("By reason"), "reason", [(tally, _title(visit, tally)) for tally in found.by_reason]),
        (N_("By product"), "product", [(tally, _title(visit, tally)) for tally in found.by_product[:_SHOWN]]),
        (N_("By country"), "country", regions),
    )
    return [
        {
            "title": title,
            "id": name,
            "rows": rows,
            "chart": bars([(text, int(tally.unit_count)) for tally, text in rows]),
        }
        for title, name, rows in told
        if rows
    ]


def _title(visit: Visit, tally: Tally) -> str:
    return tally.title or tally.key or visit.say(N_("No reason given"))


def _time(visit: Visit, state: StateTime) -> dict[str, Any]:
    which = state.WhichOneof("state")
    family: Any = names.SHIPMENTS if which == "shipment" else names.RESOLUTIONS
    name = family.get(getattr(state, str(which)))
    return {
        "name": name,
        "state": state,
        "median": _long(visit, state.median) if state.return_count else "–",
        "most": _long(visit, state.ninetieth_percentile) if state.return_count else "–",
    }


def _long(visit: Visit, duration: Duration) -> str:
    return str(format_timedelta(timedelta(seconds=duration.seconds), locale=visit.words.locale))


def _period(visit: Visit) -> tuple[date, date]:
    said = visit.request.query_params
    today = visit.today().date()
    last = _day(said.get("last", ""), today)
    return _day(said.get("first", ""), last - timedelta(days=_USUAL_DAYS)), last


def _day(text: str, default: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return default
    return found if 1970 < found.year < 9999 else default


def _date(day: date) -> Date:
    return Date(year=day.year, month=day.month, day=day.day)
