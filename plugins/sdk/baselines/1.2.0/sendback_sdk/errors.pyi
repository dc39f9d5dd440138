from _typeshed import Incomplete

class PluginError(Exception): ...

class Declined(PluginError):
    text: Incomplete
    def __init__(self, text: str) -> None: ...

class TryLater(PluginError):
    text: Incomplete
    after: Incomplete
    def __init__(self, text: str = '', *, after: float | None = None) -> None: ...

class Misconfigured(PluginError):
    text: Incomplete
    def __init__(self, text: str) -> None: ...

class OutcomeUnknown(PluginError):
    text: Incomplete
    def __init__(self, text: str = '') -> None: ...
