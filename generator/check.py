"""Is a project still what its record says, and are there newer templates for it?"""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from generator.create import project_files
from generator.layers import Layer
from generator.record import Entry, Record, read_base, read_record

__all__ = ["Finding", "State", "check"]

State = Literal["edited", "missing", "outdated"]


@dataclass(frozen=True)
class Finding:
    """One generated file that is not as it could be.

    Attributes:
        state: `edited` or `missing` in the project, or `outdated` beside today's templates.
        path: relative path.
        layer: the layer that brought it.
    """

    state: State
    path: str
    layer: str


def check(project: Path, layers: tuple[Layer, ...]) -> tuple[Record, tuple[Finding, ...]]:
    """Compare the project's files with its record, and its base with today's templates.

    Files that belong to the project's owner, and shared ones, may be edited; only files of ours
    are compared.

    Raises:
        InvalidRecord: `project` is none that the tool made.
    """
    record = read_record(project)
    found = [
        Finding(state, path, entry.layer)
        for path, entry in record.files.items()
        if (state := _state(project / path, entry)) is not None
    ]
    return record, (*found, *_outdated(project, record, layers))


def _state(path: Path, entry: Entry) -> State | None:
    if entry.owner == "yours":
        return None
    if path.is_symlink() or not path.is_file():
        return "missing"
    if entry.owner == "shared":
        return None
    mode = "755" if path.stat().st_mode & stat.S_IXUSR else "644"
    # Line ends of another system are no edit.
    content = path.read_bytes().replace(b"\r\n", b"\n")
    same = hashlib.sha256(content).hexdigest() == entry.sha256
    return None if same and mode == entry.mode else "edited"


def _outdated(project: Path, record: Record, layers: tuple[Layer, ...]) -> list[Finding]:
    base = read_base(project, record)
    tree, _ = project_files(layers, record.level, record.context)
    today = tree.owned_by("ours", "shared")
    return [
        Finding("outdated", path, (today.get(path) or base[path]).layer)
        for path in sorted({*base, *today})
        if path not in base or path not in today or base[path].content != today[path].content
    ]
