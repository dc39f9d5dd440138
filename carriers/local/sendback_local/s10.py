"""Tracking numbers of UPU standard S10: service indicator, eight digits, check digit, issuing country."""

_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def check_digit(serial: int) -> int:
    """Of a serial of up to eight digits: 47312482 gives 9."""
    total = sum(int(digit) * weight for digit, weight in zip(f"{serial:08d}", _WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: 0, 11: 5}.get(check, check)


def tracking_number(service: str, serial: int, country: str) -> str:
    """`RB473124829GB` for service RB, serial 47312482, country GB."""
    return f"{service}{serial:08d}{check_digit(serial)}{country}"
