from _typeshed import Incomplete
from sendback_sdk.carriers import Carrier as Carrier
from sendback_sdk.channels import Channel as Channel
from sendback_sdk.events import Event as Event, Rule as Rule
from sendback_sdk.platforms import Platform as Platform

PROJECT: str
ENTRY_POINTS: str
hookspec: Incomplete
hookimpl: Incomplete

@hookspec
def sendback_carriers() -> list[type[Carrier]]: ...
@hookspec
def sendback_platforms() -> list[type[Platform]]: ...
@hookspec
def sendback_channels() -> list[type[Channel]]: ...
@hookspec
def sendback_rules() -> list[Rule]: ...
@hookspec
def sendback_event(event: Event) -> None: ...
