"""A brand's colour where people have to read: contrast as WCAG 2 counts it."""

from colorsys import hls_to_rgb, rgb_to_hls
from re import fullmatch

WHITE, INK = "#ffffff", "#1f2933"
CARD, DARK_CARD = WHITE, "#1f252c"
TEXT, SHAPE = 4.5, 3.0
_STEPS = 100


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white); colours as `#rrggbb`."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(ground: str) -> str:
    """What is best written in on it."""
    return max((WHITE, INK), key=lambda ink: contrast(ink, ground))


def seen_on(color: str, ground: str, least: float) -> str:
    """The colour, made darker on a light ground and lighter on a dark one until it stands out; its hue stays."""
    hue, lightness, saturation = rgb_to_hls(*_parts(color))
    goal = 0.0 if _luminance(ground) > 0.5 else 1.0
    for step in range(_STEPS + 1):
        moved = lightness + (goal - lightness) * step / _STEPS
        found = _hex(*hls_to_rgb(hue, moved, saturation))
        if contrast(found, ground) >= least:
            return found
    return ink_on(ground)


def ground_on(color: str, page: str) -> str:
    """For a button: it stands out from the page, and what is written on it can be read."""
    ground = seen_on(color, page, SHAPE)
    if contrast(ink_on(ground), ground) >= TEXT:
        return ground
    return seen_on(ground, WHITE if _luminance(page) > 0.5 else INK, TEXT)


def color_or(color: str, otherwise: str = INK) -> str:
    """What is no colour is none: it would stand in a style sheet."""
    return color.lower() if fullmatch(r"#[0-9a-fA-F]{6}", color) else otherwise


def _luminance(color: str) -> float:
    red, green, blue = (_linear(part) for part in _parts(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _parts(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _hex(*parts: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
