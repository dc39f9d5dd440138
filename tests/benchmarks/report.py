"""The figures as people read them: a table, a page's part, a picture."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from rich.console import Console
from rich.table import Table

from tests.benchmarks.calls import CONCURRENCY
from tests.benchmarks.figures import CALLS, TARGETS, Figures

_HEAD = (
    "call",
    "database",
    "at a time",
    "per second",
    "p50 ms",
    "p95 ms",
    "server CPU µs",
    "database CPU µs",
    "÷ echo",
)
_REACHED = ("figure", "measured", "target", "met")
_DRAWN = ("document", "ms", "the library alone", "ms")
# What a document is held against: the same kind as the library draws it by itself.
_ALONE = {
    "label_pdf": "bare_pdf",
    "label_png": "",
    "label_zpl": "",
    "insert_pdf": "bare_qr_png",
    "insert_png": "bare_qr_png",
    "insert_svg": "bare_qr_svg",
    "insert_zpl": "",
}
_WIDTH, _ROW, _LEFT, _BAR = 1200, 34, 330, 560
_COLORS = {"second": "#2f7d4f", "first": "#5b8fb9", "missed": "#b9503f"}


def rows(figures: Figures) -> Iterator[list[str]]:
    for database in ("sqlite", "postgres"):
        for name in CALLS:
            for concurrency in CONCURRENCY:
                key = f"{name}_{database}_{concurrency}"
                if f"{key}_per_second" in figures:
                    yield [
                        name,
                        database,
                        str(concurrency),
                        f"{figures[f'{key}_per_second']:,.0f}",
                        f"{figures[f'{key}_p50_ms']:.2f}",
                        f"{figures[f'{key}_p95_ms']:.2f}",
                        f"{figures[f'{key}_cpu_us']:,.0f}",
                        f"{figures[f'{key}_database_cpu_us']:,.0f}" if database == "postgres" else "–",
                        f"{figures[f'{key}_ratio']:.2f}" if f"{key}_ratio" in figures else "–",
                    ]


def targets(figures: Figures) -> Iterator[list[str]]:
    for target in TARGETS:
        if target.figure in figures:
            value = figures[target.figure]
            bound = f"{'≤' if target.most else '≥'} {target.first:g}" + (
                f", then {target.then:g}" if target.then is not None else ""
            )
            yield [target.figure, f"{value:.3g}", bound, target.met(value)]


def drawn(figures: Figures) -> Iterator[list[str]]:
    for name, alone in _ALONE.items():
        if (key := f"document_{name}_ms") in figures:
            bare = f"{figures[f'document_{alone}_ms']:.2f}" if alone else "–"
            yield [name, f"{figures[key]:.2f}", alone or "–", bare]


def shown(figures: Figures, machine: str) -> None:
    console = Console(width=130)
    for head, lines in reversed(_tables(figures)):
        table = Table(*head)
        for line in lines:
            table.add_row(*line)
        console.print(table)
    console.print(machine)


def _tables(figures: Figures) -> list[tuple[Sequence[str], Iterator[list[str]]]]:
    """The most important one first."""
    return [(_REACHED, targets(figures)), (_DRAWN, drawn(figures)), (_HEAD, rows(figures))]


def page(figures: Figures, machine: str) -> str:
    """The tables in Markdown."""
    parts = [f"Measured by `make bench` on: {machine}.", ""]
    for head, lines in _tables(figures):
        parts += [_marked(head), _marked(["---"] * len(head)), *map(_marked, lines), ""]
    return "\n".join(parts)


def picture(figures: Figures, machine: str, file: Path) -> None:
    """One bar a target: how much of it was reached, the line being the target."""
    found = [target for target in TARGETS if target.figure in figures]
    image = Image.new("RGB", (_WIDTH, _ROW * len(found) + 110), "white")
    draw = ImageDraw.Draw(image)
    font, small = ImageFont.load_default(17), ImageFont.load_default(13)
    draw.text((20, 14), "Sendback: reached of each target (the line is the first target)", "black", font)
    top = 56
    line = _LEFT + _BAR // 2
    for place, target in enumerate(found):
        value, y = figures[target.figure], top + place * _ROW
        part = target.first / max(value, 1e-9) if target.most else value / target.first
        part = 2.0 if value <= 0 else min(part, 2.0)
        draw.text((20, y + 4), target.figure, "black", font)
        draw.rectangle((_LEFT, y, _LEFT + _BAR * part / 2, y + _ROW - 10), _COLORS[target.met(value)])
        bound = f"{value:.3g}  (target {'at most' if target.most else 'at least'} {target.first:g})"
        draw.text((_LEFT + _BAR + 16, y + 4), bound, "black", font)
    draw.line((line, top - 6, line, top + len(found) * _ROW - 4), "black", 2)
    draw.text((20, top + len(found) * _ROW + 14), machine, "#444444", small)
    image.save(file)


def _marked(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
