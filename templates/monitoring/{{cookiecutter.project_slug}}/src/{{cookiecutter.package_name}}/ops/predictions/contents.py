# ours: kept current by mlops-maturity upgrade
"""What the archive of predictions holds: one small file that decides, and a lock beside it.

A record lies in a segment or in a file of the archive, and `contents.json` says which of the two
counts. It is replaced by one write. What does not count any more is removed only while nobody
reads, so whoever began to read comes to the end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path

from ..errors import OpsError
from ..files import write_whole

ARCHIVE = "archive"
_CONTENTS, _READING = "contents.json", ".reading"


@dataclass(frozen=True)
class Contents:
    """What counts.

    Attributes:
        days: names of the files by day, such as `2013-01-01`.
        segments: names of the segments whose records lie in these files.
    """

    days: Mapping[str, list[str]] = field(default_factory=dict)
    segments: list[str] = field(default_factory=list)

    @property
    def files(self) -> set[str]:
        """Names of all files."""
        return {name for names in self.days.values() for name in names}


def contents(folder: Path) -> Contents:
    """What the archive in a folder of predictions holds.

    Raises:
        OpsError: the file that says so is damaged.
    """
    path = folder / ARCHIVE / _CONTENTS
    try:
        return Contents(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Contents()
    except (ValueError, TypeError):
        raise OpsError(f"{path} is damaged", "bring it back from a backup") from None


def put(folder: Path, holds: Contents) -> None:
    """Say what counts from now on."""
    write_whole(folder / ARCHIVE / _CONTENTS, json.dumps(asdict(holds)).encode())


@contextmanager
def reading(folder: Path) -> Iterator[Contents]:
    """What counts, of which nothing is removed until the end."""
    if not folder.is_dir():
        yield Contents()
        return
    (folder / ARCHIVE).mkdir(exist_ok=True)
    with (folder / ARCHIVE / _READING).open("a") as file:
        flock(file, LOCK_SH)
        yield contents(folder)


def clear(folder: Path, wait: bool = False) -> bool:
    """Remove what does not count any more, as soon as nobody reads.

    Args:
        folder: of the predictions.
        wait: for those who read; otherwise it is left for the next time.

    Returns:
        Whether it was removed.
    """
    with (folder / ARCHIVE / _READING).open("a") as file:
        try:
            flock(file, LOCK_EX if wait else LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return False
        holds = contents(folder)
        for name in holds.segments:
            (folder / name).unlink(missing_ok=True)
        for path in (folder / ARCHIVE).glob("*.parquet"):
            if path.name not in holds.files:
                path.unlink(missing_ok=True)
        if holds.segments:
            put(folder, Contents(holds.days))
    return True
