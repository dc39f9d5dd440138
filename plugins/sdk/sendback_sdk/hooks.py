"""The hooks. A plugin's module implements those it needs; the host calls each plugin's by itself."""

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from sendback_sdk.carriers import Carrier
    from sendback_sdk.channels import Channel
    from sendback_sdk.events import Event, Rule
    from sendback_sdk.platforms import Platform

PROJECT = "sendback"
ENTRY_POINTS = "sendback"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def sendback_carriers() -> "list[type[Carrier]]":  # type: ignore[empty-body]
    """Carrier classes that accounts can be configured with."""


@hookspec
def sendback_platforms() -> "list[type[Platform]]":  # type: ignore[empty-body]
    """Platform classes that accounts can be configured with."""


@hookspec
def sendback_channels() -> "list[type[Channel]]":  # type: ignore[empty-body]
    """Channel classes that accounts can be configured with."""


@hookspec
def sendback_rules() -> "list[Rule]":  # type: ignore[empty-body]
    """Rules asked about every line that somebody wants to return."""


@hookspec
def sendback_event(event: "Event") -> None:
    """Told of every event, at least once, in the order of the feed. An observer that raises hurts only itself."""
