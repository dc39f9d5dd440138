"""Where a Chromium is that pages and letters are looked at in."""

import os
import shutil

# The one that has no window to draw pages as well, and takes less of the processor for it, comes first.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def executable() -> str:
    """SENDBACK_CHROMIUM says where; else the first that is found, empty where there is none."""
    found = (shutil.which(name) for name in NAMES)
    return os.environ.get("SENDBACK_CHROMIUM") or next(filter(None, found), "")
