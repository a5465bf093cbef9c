# ours: kept current by mlops-maturity upgrade
"""A log of lines that is only ever appended to, in segments that one process each writes.

Lines are in the kernel's hands before an answer leaves: a process that is killed loses none that
was acknowledged. A machine that loses power may, unless each write is forced to the disk.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path

SUFFIX = ".jsonl"
LARGEST = 64_000_000
"""Bytes after which a segment is closed and another one begun; so is one of an earlier day."""

_DAY = 86_400

_NEWLINE = b"\n"
RIGHTS = 0o640


class Log:
    """Writes lines; each process has a segment of its own, and a child of a fork, too."""

    def __init__(self, folder: Path, sync: bool = False, largest: int = LARGEST) -> None:
        self._folder, self._sync, self._largest = folder, sync, largest
        self._file: int | None = None
        self._owner = 0
        self._size = 0
        self._day = 0.0
        self._torn = False

    def append(self, lines: Sequence[bytes]) -> None:
        """Write lines, none of which holds a newline, all by one call.

        Raises:
            OSError: as for `write`.
        """
        self.write(_NEWLINE.join([*lines, b""]) if lines else b"")

    def write(self, content: bytes) -> None:
        """Write whole lines by one call; the last one ends with a newline, too.

        Raises:
            OSError: they were not written, such as for want of space; later ones may be.
        """
        if not content:
            return
        file = self._opened()
        if self._torn:  # what was written by half ends here, and is no part of the next line
            content = _NEWLINE + content
        written = os.write(file, content)
        self._size += written
        self._torn = written < len(content)
        if self._torn:
            raise OSError(f"{written} of {len(content)} bytes were written")
        if self._sync:
            os.fsync(file)
        if self._size >= self._largest:
            self.close()

    def rest(self) -> None:
        """Let go of a segment of an earlier day, which else only the next write does."""
        if self._file is not None and not self._is_of_today():
            self.close()

    def close(self) -> None:
        """Write no more into this segment."""
        file, self._file = self._file, None
        if file is not None and self._owner == os.getpid():
            os.close(file)

    def _opened(self) -> int:
        if self._file is not None and self._owner == os.getpid():
            if self._is_of_today():
                return self._file
            self.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._owner, self._size, self._torn = os.getpid(), 0, False
        self._day = time.time() // _DAY
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{self._owner}-{secrets.token_hex(4)}{SUFFIX}"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._file = os.open(self._folder / name, flags, RIGHTS)
        flock(self._file, LOCK_EX)  # says that it is still written
        return self._file

    def _is_of_today(self) -> bool:
        return self._day == time.time() // _DAY


def segments(folder: Path) -> list[Path]:
    """The segments in a folder, oldest first."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def is_open(segment: Path) -> bool:
    """Whether a process still writes it."""
    with suppress(FileNotFoundError), segment.open("rb") as file:
        try:
            flock(file, LOCK_SH | LOCK_NB)
        except BlockingIOError:
            return True
    return False


def lines(segment: Path) -> Iterator[bytes]:
    """Its whole lines; what a killed process began and did not end is none."""
    with segment.open("rb") as file:
        for line in file:
            if line.endswith(_NEWLINE) and len(line) > 1:
                yield line[:-1]
