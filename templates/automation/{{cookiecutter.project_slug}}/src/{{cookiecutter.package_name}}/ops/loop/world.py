# ours: kept current by mlops-maturity upgrade
"""A world apart for a replay: the same project and rows, other state, and no server."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ..tracking.place import ALONE, state

LINKED = ("data", "tests", "src", "pyproject.toml")
ROOT = "PROJECT_ROOT"


def made(root: Path, fresh: bool) -> Path:
    """The folder of the replay, with the settings of now; called before the seam is imported.

    Args:
        root: the project's folder.
        fresh: whether an earlier replay is forgotten, and not gone on with.
    """
    place = state(root) / "replay"
    if fresh:
        shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    for name in LINKED:
        link = place / name
        if not link.is_symlink() and (root / name).exists():
            link.symlink_to(root / name)
    shutil.copy2(root / "settings.toml", place)
    os.environ[ROOT], os.environ[ALONE] = str(place), "1"
    return place
