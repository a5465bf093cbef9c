# ours: kept current by mlops-maturity upgrade
"""A world apart for a replay: the same project and rows, other state, and no server."""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from ..errors import InvalidSettings, Refused
from ..monitoring.alerts import ADDRESS, REPLAY
from ..release.waiting import ENVIRONMENT
from ..tracking.opening import TABLES
from ..tracking.place import ALONE, DATABASE, state
from .stop import VARIABLE

LINKED = ("data", "tests", "src", "pyproject.toml")
ROOT = "PROJECT_ROOT"
OTHERS = (ADDRESS, ENVIRONMENT, VARIABLE)
"""Variables that tell of production: whom it tells, where it runs, whether it is stopped."""

_LOG = re.compile(r"(?ms)^(\[log\][^\n]*$(?:(?!^\[).)*?^folder\s*=)[^\n]*")


@contextmanager
def held(root: Path) -> Iterator[None]:
    """The world for one replay alone, as long as the block runs and its process lives.

    Raises:
        Refused: another replay of the project runs; nothing was done.
    """
    # Beside the world, which may be deleted meanwhile.
    lock = state(root) / "replay.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise Refused("another replay runs here", "wait for it, or end it") from None
        yield


def made(root: Path, fresh: bool = False) -> Path:
    """The folder of the replay, with the settings of now; called before the seam is imported.

    Args:
        root: the project's folder.
        fresh: whether an earlier replay is forgotten, and not gone on with.

    Raises:
        InvalidSettings: the log would be that of production; nothing was done.
    """
    text = _own_log((root / "settings.toml").read_text(encoding="utf-8"))
    place = state(root) / "replay"
    if fresh:
        shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    for name in LINKED:
        link = place / name
        if not link.is_symlink() and (root / name).exists():
            link.symlink_to(root / name)
    (place / "settings.toml").write_text(text, encoding="utf-8")
    own = str(state(root).absolute() / DATABASE)
    os.environ.update({ROOT: str(place), ALONE: "1", REPLAY: "1", TABLES: own})
    for name in OTHERS:
        os.environ.pop(name, None)
    return place


def _own_log(text: str) -> str:
    """Settings with the log inside the world, wherever that of production lies.

    Raises:
        InvalidSettings: it cannot be told apart.
    """
    found = _LOG.sub(r'\1 ""', text)
    if tomllib.loads(found).get("log", {}).get("folder"):
        raise InvalidSettings(
            "a replay must not write into log.folder", "give it a line of its own below [log]"
        )
    return found
