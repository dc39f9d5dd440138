"""How much one customer may return: what there was lately, and whether more is allowed."""

from sendback_service.rules.policy import Limits
from sendback_service.rules.values import frozen


@frozen
class History:
    """A customer's returns of the days that the limits look back on, without declined, cancelled and expired ones:
    how many, and what their goods were worth together per currency, before fees and delivery."""

    returns: int = 0
    values: tuple[tuple[str, int], ...] = ()


NO_HISTORY = History()


def is_limited(limits: Limits) -> bool:
    return bool(limits.days and (limits.returns or limits.values))


def reached(limits: Limits, history: History, currency: str, more: int = 0) -> str:
    """The limit that a return worth `more` would go beyond; empty where it keeps within all of them. With nothing
    more, a value that is used up counts as reached."""
    if not is_limited(limits):
        return ""
    if limits.returns and history.returns >= limits.returns:
        return "limits.returns"
    largest = dict(limits.values).get(currency)
    if largest is not None and dict(history.values).get(currency, 0) + max(1, more) > largest:
        return "limits.values"
    return ""
