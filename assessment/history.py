"""Earlier assessments: one line of JSON each, in a file beside the answers, only ever added to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assessment.document import read_text
from assessment.errors import InvalidFile
from assessment.levels import HIGHEST
from assessment.questions import Profile

__all__ = ["Entry", "append", "history_file", "read_history"]

_SUFFIX = ".history.jsonl"
_TEAM = "team"
_MOST = 100_000_000
_Level = Annotated[int, Field(ge=0, le=HIGHEST)]


class Entry(BaseModel):
    """One assessment.

    Attributes:
        date: in ISO 8601 with the offset.
        commit: of the repository that holds the answers, with `+` where it was not clean.
        bank: version of the questions.
        target: as people write it, such as `3+`.
        answers: code to the option, `unknown` or `not applicable`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: str
    commit: str | None
    tool_version: str
    bank: str
    profile: Profile
    quick: bool
    confirmed: _Level
    possible: _Level
    target: str | None
    answers: dict[str, int | Literal["unknown", "not applicable"]]


def history_file(answers: Sequence[Path]) -> Path:
    """Where the history of answers lies: beside their file, or beside the first one of a team."""
    stem = answers[0].stem if len(answers) == 1 else _TEAM
    return answers[0].with_name(f"{stem}{_SUFFIX}")


def append(path: Path, entry: Entry) -> None:
    """Add a line in one write; a line that was cut short before it stays by itself."""
    line = entry.model_dump_json().encode() + b"\n"
    with path.open("a+b") as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            line = line if file.read(1) == b"\n" else b"\n" + line
        size = file.seek(0, os.SEEK_END)
        try:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            # Half a line would stand in the way of every later reading.
            os.truncate(path, size)
            raise


def read_history(path: Path) -> tuple[Entry, ...]:
    """The entries, oldest first; none where there is no file, or nothing in it.

    Raises:
        InvalidFile: it cannot be read, or a line is no entry.
    """
    is_there = path.exists() or path.is_symlink()
    if not is_there or (path.is_file() and path.stat().st_size == 0):
        return ()
    text = read_text(path, "a line of JSON for each assessment", _MOST)
    entries = []
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        try:
            entries.append(Entry.model_validate_json(line, strict=True))
        except ValidationError:
            raise InvalidFile(
                f"{path}:{number}: no entry of a history", "remove the line; the others stay"
            ) from None
    return tuple(entries)
