"""A file that a person keeps: whole before, or whole after."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = ["write_whole"]

_MODE = 0o644


def write_whole(path: Path, text: str) -> None:
    """Write `text` to `path`, through a file beside it that takes its place in one step.

    A link is followed; the mode of a file that was there stays. Folders are made where they miss.
    What is no ordinary file, such as a pipe, is written into.

    Raises:
        OSError: the place cannot be written; what was there is untouched.
    """
    with suppress(FileNotFoundError):
        path.stat()  # A loop of links is an error of the place here, and none of `resolve`.
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else _MODE
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(mode)
        beside.replace(path)
    except BaseException:
        beside.unlink()
        raise
