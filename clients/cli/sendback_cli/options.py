"""Options that several commands take."""

from typing import Annotated

import typer

Limit = Annotated[int, typer.Option("--limit", "-n", min=0, help="How many at most; 0 for all.")]
Etag = Annotated[str, typer.Option(help="Only if nothing changed since this etag was read.")]
RequestId = Annotated[
    str, typer.Option("--request-id", help="Names this request, so that the same again does nothing more.")
]
Note = Annotated[str, typer.Option("--note", help="Why; kept with the event.")]
To = Annotated[str, typer.Option("--to", help="A file, or a folder to save it in.")]
Since = Annotated[str, typer.Option("--since", help="From this day or time on.")]
Until = Annotated[str, typer.Option("--until", help="Before this day or time.")]
Types = Annotated[
    list[str] | None, typer.Option("--type", "-t", help="Only events of this type; may be given again.")
]
