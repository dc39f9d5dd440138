from typing import Annotated

import typer
from rich.text import Text
from sendback.v1.event_pb2 import Event
from sendback.v1.event_service_pb2 import ListEventsRequest

from sendback_cli.cells import cell
from sendback_cli.desk import desk_of
from sendback_cli.options import Limit, Types
from sendback_cli.screen import Screen

_COLUMNS = ("create_time", "type", "subject.id", "actor", "cause", "attributes")


def listed(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(help="Only of this return, parcel, order …")] = "",
    types: Types = None,
    limit: Limit = 50,
    oldest: Annotated[bool, typer.Option("--oldest", help="The first ones, in place of the latest.")] = False,
) -> None:
    """Lists what happened of late, in the order in which it happened."""
    desk = desk_of(context)
    request = ListEventsRequest(subject_id=subject, types=types or [])
    some = desk.pages if oldest else desk.latest
    desk.screen.many(some(desk.client.events.ListEvents, request, "events", limit), _COLUMNS)


def follow(
    context: typer.Context,
    types: Types = None,
    resume: Annotated[str, typer.Option(help="Behind this resume_token; from the beginning without.")] = "",
    stop_at_end: Annotated[bool, typer.Option("--stop-at-end", help="End when all is told.")] = False,
) -> None:
    """Tells events as they happen, without gap or repetition, also when the line breaks in between. Ctrl-C ends it."""
    desk = desk_of(context)
    try:
        for event in desk.client.watch_events(resume, types or (), stop_at_end=stop_at_end):
            _tell(desk.screen, event)
    except KeyboardInterrupt:
        raise typer.Exit from None


def _tell(screen: Screen, event: Event) -> None:
    if screen.as_json:
        screen.line(event)
        return
    line = Text(cell(event, "create_time"), style="dim")
    line.append(f"  {event.type:<24}", style="bold").append(f" {event.subject.id}", style="none")
    attributes = cell(event, "attributes")
    screen.out.print(line.append(f"  {attributes}", style="dim") if attributes else line)


COMMANDS = {"list": listed, "follow": follow}
