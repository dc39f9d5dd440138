"""Parts of a whole that add up to it, in integers."""

from collections.abc import Sequence


def largest_remainder(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Spreads `total` over `weights` (none negative): exact parts rounded down, what is left to the largest
    remainders, ties to the earlier. All weights zero: the first takes it all."""
    if not weights:
        return ()
    whole = sum(weights)
    if whole == 0:
        return (total, *([0] * (len(weights) - 1)))
    sign = -1 if total < 0 else 1
    parts = [abs(total) * weight // whole for weight in weights]
    left = abs(total) - sum(parts)
    if left:
        remainders = [abs(total) * weight % whole for weight in weights]
        for i in sorted(range(len(parts)), key=lambda i: (-remainders[i], i))[:left]:
            parts[i] += 1
    return tuple([sign * part for part in parts])


def round_half_up(numerator: int, denominator: int) -> int:
    """To the nearest integer; halves away from zero. The denominator is positive."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def slice_of(total: int, unit: int, units: int) -> int:
    """What unit number `unit` (from 0) of `units` is worth of `total`, in minor units. All of them together are worth
    just `total`, whoever takes them in whatever order: 1000 for 3 units is 333, 334, 333."""
    if not total:
        return 0
    return round_half_up(total * (unit + 1), units) - round_half_up(total * unit, units)


def percent_of(amount: int, percent: int) -> int:
    if percent == 100:
        return amount
    return round_half_up(amount * percent, 100)
