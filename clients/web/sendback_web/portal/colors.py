"""The brand's colour on our pages: whatever a merchant chose, what is written in or on it can be read (WCAG 1.4.3)."""

import re
from dataclasses import dataclass

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_LEGIBLE = 4.6
# The darkest of the light grounds, the lightest of the dark ones, and the dark scheme's paper, as in site.css.
_PAPER, _DARK_PAPER, _DARK = "#f4f3f0", "#22252b", "#1b1d22"
_BLACK, _WHITE = "#000000", "#ffffff"
_STEP = 0.04

Channels = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """CSS colours: `brand` fills buttons, `on_brand` is written on it, `text` and `dark_text` are the brand as writing
    on light and dark paper, the tints are grounds of each."""

    brand: str
    on_brand: str
    text: str
    tint: str
    dark_text: str
    dark_tint: str


def palette(color: str) -> Palette | None:
    """None where the brand has no colour of its own."""
    if not _HEX.fullmatch(color):
        return None
    tint, dark_tint = _mixed(color, _WHITE, 0.92), _mixed(color, _DARK, 0.85)
    return Palette(
        brand=color.lower(),
        on_brand=_WHITE if contrast(color, _WHITE) >= contrast(color, _BLACK) else _BLACK,
        text=_towards(color, _BLACK, (_PAPER, tint)),
        tint=tint,
        dark_text=_towards(color, _WHITE, (_DARK_PAPER, dark_tint)),
        dark_tint=dark_tint,
    )


def contrast(one: str, other: str) -> float:
    """From 1, the same, to 21, black on white."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _towards(color: str, end: str, grounds: tuple[str, ...]) -> str:
    """As near to the colour as can be read on each of the grounds."""
    share = 0.0
    found = color
    while min(contrast(found, ground) for ground in grounds) < _LEGIBLE and share < 1:
        share = min(1.0, share + _STEP)
        found = _mixed(color, end, share)
    return found


def _mixed(color: str, other: str, share: float) -> str:
    mixed = (a + (b - a) * share for a, b in zip(_channels(color), _channels(other), strict=True))
    return "#" + "".join(f"{round(c * 255):02x}" for c in mixed)


def _channels(color: str) -> Channels:
    return int(color[1:3], 16) / 255, int(color[3:5], 16) / 255, int(color[5:7], 16) / 255


def _luminance(color: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
