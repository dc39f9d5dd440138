"""The four ways in which a call to the outside can end badly."""


class PluginError(Exception):
    """Only its four children are raised."""


class Declined(PluginError):
    """The answer is no, and will be no again. `text` is for staff; it must hold no secret."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class TryLater(PluginError):
    """Nothing happened; the same call may be made again, `after` so many seconds if the other side said so."""

    def __init__(self, text: str = "", *, after: float | None = None) -> None:
        super().__init__(text or "try later")
        self.text = text
        self.after = after


class Misconfigured(PluginError):
    """The settings are wrong (a key refused, an account unknown); no call can succeed until somebody mends them."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class OutcomeUnknown(PluginError):
    """The call was sent and no answer came that says what became of it."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text or "no answer")
        self.text = text
