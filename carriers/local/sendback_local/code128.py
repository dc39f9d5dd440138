"""The bars of a Code 128, as runs of modules."""

from collections.abc import Iterator

from barcode.codex import Code128


def modules(text: str) -> str:
    """Ones are bars, zeros are gaps, without the quiet zones."""
    return "".join(Code128(text).build())


def bars(text: str) -> Iterator[tuple[int, int]]:
    """Each bar's first module and width."""
    row = modules(text)
    start = None
    for place, module in enumerate(row + "0"):
        if module == "1" and start is None:
            start = place
        elif module == "0" and start is not None:
            yield start, place - start
            start = None
