"""How long returns are in each state of the two tracks."""

from array import array
from collections.abc import Iterator, Sequence

from sendback_service.rules.apportionment import round_half_up
from sendback_service.rules.returned import Milestones
from sendback_service.rules.states import Resolution, Shipment

STATES: tuple[Shipment | Resolution, ...] = (*Shipment, Resolution.OPEN, Resolution.ACTION_REQUIRED)

Stay = tuple[Shipment | Resolution, int | None]
_Span = tuple[int, int]


class Stays:
    """Stays in one state: the lengths of those that have ended, in microseconds, and how many last."""

    def __init__(self) -> None:
        self._ended = array("q")
        self.lasting = 0

    def add(self, length: int | None) -> None:
        if length is None:
            self.lasting += 1
        else:
            self._ended.append(length)

    def __len__(self) -> int:
        return len(self._ended)

    def percentiles(self, *percents: int) -> tuple[int, ...]:
        """Between two stays they are interpolated, as in spreadsheets: the 50th is the median."""
        lengths = sorted(self._ended)
        return tuple(_percentile(lengths, percent) for percent in percents)


def stays(reached: Milestones) -> Iterator[Stay]:
    """Every state that the return was in, with the length of the stay; None while it lasts. A state that was come back
    to is there once, with the sum."""
    yield from _shipment(reached)
    yield from _resolution(reached)


def _shipment(reached: Milestones) -> Iterator[Stay]:
    until = reached.ended
    backwards = (
        (Shipment.INSPECTED, reached.inspected),
        (Shipment.DELIVERED, reached.delivered),
        (Shipment.SHIPPED, reached.shipped),
        (Shipment.CREATED, reached.made),
    )
    for state, since in backwards:
        # News that came late, such as a scan of a parcel that had arrived, moves nothing back.
        if since is not None and (until is None or since < until or state is Shipment.CREATED):
            yield state, None if until is None else until - since
            until = since


def _resolution(reached: Milestones) -> Iterator[Stay]:
    """Until the return ended, somebody had to act or nobody had."""
    end = reached.ended
    busy = any(to is None for _, to in reached.work) and end is None
    last = max((to for _, to in reached.work if to is not None), default=reached.made) if end is None else end
    spans = [(max(since, reached.made), min(last if to is None else to, last)) for since, to in reached.work]
    acted = sum(to - since for since, to in _merged([span for span in spans if span[0] < span[1]]))
    if busy:
        yield Resolution.ACTION_REQUIRED, None
    elif acted:
        yield Resolution.ACTION_REQUIRED, acted
    if end is None and not busy:
        yield Resolution.OPEN, None
    elif end is not None and end - reached.made > acted:
        yield Resolution.OPEN, end - reached.made - acted


def _merged(spans: Sequence[_Span]) -> list[_Span]:
    """Several matters at a time are one stay."""
    merged: list[_Span] = []
    for since, to in sorted(spans):
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(to, merged[-1][1]))
        else:
            merged.append((since, to))
    return merged


def _percentile(lengths: Sequence[int], percent: int) -> int:
    if not lengths:
        return 0
    below, rest = divmod((len(lengths) - 1) * percent, 100)
    if not rest:
        return lengths[below]
    return lengths[below] + round_half_up((lengths[below + 1] - lengths[below]) * rest, 100)
