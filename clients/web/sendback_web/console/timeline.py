"""What happened to a return, its parcels and its payments: each event with its author and time."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from google.protobuf.timestamp_pb2 import Timestamp
from sendback.v1.event_pb2 import Event
from sendback.v1.event_service_pb2 import ListEventsRequest
from sendback.v1.return_pb2 import Return
from sendback_client import SendbackError

from sendback_web.console import names
from sendback_web.console.visit import Visit
from sendback_web.words import N_

_PAGE = 200
_MOST_SUBJECTS = 12
_BUYER, _SERVICE, _CARRIER = N_("the buyer"), N_("the service"), N_("a message from outside")
# Attributes that tell people something; the others are for programs.
_TELLING = ("tracking_number", "account", "provider_reference", "note", "why", "attempt")
_MACHINES = {"timer": _SERVICE, "effect": _SERVICE, "webhook": _CARRIER}


@dataclass(frozen=True, slots=True)
class Moment:
    """`title` is a sentence of the catalogue where the type is known, else the type."""

    time: Timestamp
    title: str
    author: str
    details: tuple[str, ...]


async def timeline(visit: Visit, found: Return) -> list[Moment]:
    """Oldest first; empty where the key may not read events."""
    parcels, settlements = (p.id for p in found.parcels), (s.id for s in found.settlements)
    subjects = [found.id, *parcels, *settlements][:_MOST_SUBJECTS]
    try:
        lists = await asyncio.gather(*(_events(visit, subject) for subject in subjects))
    except SendbackError as refused:
        if refused.reason != "SCOPE_MISSING":
            raise
        return []
    events = {event.id: event for listed in lists for event in listed}
    titles = {unit.order_line_id: unit.title for unit in found.units}
    return [_moment(visit, event, titles) for event in sorted(events.values(), key=_age)]


async def _events(visit: Visit, subject: str) -> list[Event]:
    """All of them: a return of many units has some for each, and what matters most may come last."""
    found: list[Event] = []
    request = ListEventsRequest(subject_id=subject, page_size=_PAGE)
    while True:
        listed = await visit.desk.events.ListEvents(request)
        found += listed.events
        if not listed.next_page_token:
            return found
        request.page_token = listed.next_page_token


def _age(event: Event) -> tuple[int, int, str]:
    return event.create_time.seconds, event.create_time.nanos, event.resume_token


def _moment(visit: Visit, event: Event, titles: Mapping[str, str]) -> Moment:
    title = names.EVENTS.get(event.type, event.type)
    told = event.attributes
    shown = (
        titles.get(told["order_line_id"], "") if "order_line_id" in told else "",
        *(told.get(n, "") for n in _TELLING),
    )
    return Moment(
        event.create_time, title, author(visit, event.actor, event.cause), tuple(filter(None, shown))
    )


def author(visit: Visit, actor: str, cause: str) -> str:
    """A person by the name that their calls carry; keys by their id."""
    key, _, person = actor.partition("/")
    if person:
        return person
    if actor == "buyer":
        return visit.say(_BUYER)
    machine = _MACHINES.get(cause)
    return visit.say(machine) if machine else key or visit.say(_SERVICE)
