"""What may be said of an error in a log: its kind and its place. Its text may hold what was in a row."""

import traceback
from pathlib import PurePath


def described(error: BaseException) -> str:
    """`KeyError at labels.py:71`: the innermost place that is ours, else the innermost."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "sendback_" in frame.filename] or list(frames)
    place = f" at {PurePath(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{place}"
