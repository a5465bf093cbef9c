"""An upgrade under way: its lock, its stage inside the project, and how each path was and will be.

`.mlops-maturity/upgrade/` holds a copy of every file before and after. While `journal.json` is
there the upgrade is neither done nor undone; taking it away is what ends it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from generator.errors import Refused
from generator.record import FOLDER
from generator.upgrade.checkout import Node

__all__ = [
    "Journal",
    "Print",
    "Step",
    "clear",
    "lock",
    "open_stage",
    "stage_of",
    "sync",
    "write_synced",
]

JOURNAL = "journal.json"
PID = "pid"

State = Literal["applying", "waiting", "finishing"]


@dataclass(frozen=True)
class Print:
    """What tells a file on disk from another: digest of the bytes and permission bits."""

    sha256: str
    mode: int

    @classmethod
    def of(cls, place: Path) -> Print | None:
        """The print of what lies at `place`, or none; what is no plain file has an empty one."""
        try:
            mode = place.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not stat.S_ISREG(mode):
            return cls("", 0)
        return cls(sha256(place.read_bytes()).hexdigest(), stat.S_IMODE(mode))


@dataclass(frozen=True)
class Step:
    """What happens to one path, on disk and in the index.

    Attributes:
        path: relative to the project.
        before: print of the file before, or none.
        after: print of the file after, or none.
        index_before: what the index holds before.
        index_after: what it holds after.
        conflict: whether a person must decide.
        last: whether it belongs to the record, which comes last.
    """

    path: str
    before: Print | None
    after: Print | None
    index_before: tuple[Node, ...]
    index_after: tuple[Node, ...]
    conflict: bool
    last: bool


@dataclass(frozen=True)
class Journal:
    """The whole of an upgrade under way.

    Attributes:
        project: the project's folder.
        state: `applying` (else restored), `waiting` for a person, or `finishing` (else finished).
        level: level of the project before.
        to: level after.
        steps: one per path; where they stand is their name on the stage.
        folders: folders that were there before, with their permission bits.
        made: folders that were not.
    """

    project: Path
    state: State
    level: int
    to: int
    steps: tuple[Step, ...]
    folders: tuple[tuple[str, int], ...]
    made: tuple[str, ...]

    @classmethod
    def load(cls, project: Path) -> Journal | None:
        """The journal of `project`, or none.

        Raises:
            Refused: it cannot be read.
        """
        path = stage_of(project) / JOURNAL
        try:
            data = json.loads(path.read_bytes())
            steps = tuple(_step(step) for step in data["steps"])
            folders = tuple((str(name), int(mode)) for name, mode in data["folders"])
            rest = {key: data[key] for key in ("state", "level", "to")}
            made = tuple(data["made"])
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValueError, KeyError, TypeError):
            raise Refused(
                f"{path} cannot be read",
                hint="bring the project back with git, then remove that folder",
            ) from None
        return cls(project=project, steps=steps, folders=folders, made=made, **rest)

    def save(self) -> None:
        """Write it, in one step."""
        data = asdict(self)
        del data["project"]
        stage = stage_of(self.project)
        write_synced(stage / f"{JOURNAL}.part", json.dumps(data).encode())
        (stage / f"{JOURNAL}.part").replace(stage / JOURNAL)
        sync(stage)

    def close(self) -> None:
        """End the upgrade: take the journal away, then the stage."""
        stage = stage_of(self.project)
        (stage / JOURNAL).unlink(missing_ok=True)
        sync(stage)
        clear(self.project)

    def staged(self, step: Step, side: Literal["before", "after"]) -> Path:
        """Where the copy of a step's file lies."""
        return stage_of(self.project) / side / str(self.steps.index(step))


def stage_of(project: Path) -> Path:
    """The folder of an upgrade under way."""
    return project / FOLDER / "upgrade"


@contextmanager
def lock(project: Path) -> Iterator[None]:
    """Keep every other process from upgrading `project`; a dead process holds no lock.

    Raises:
        Refused: another process is at it.
    """
    folder = os.open(project / FOLDER, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                f"another process{_owner(project)} is upgrading {project}",
                hint="wait until it has ended",
            ) from None
        yield
    finally:
        os.close(folder)


def open_stage(project: Path) -> Path:
    """Make an empty stage that git does not see, marked with this process.

    Raises:
        Refused: something else lies there.
    """
    stage = stage_of(project)
    if stage.is_symlink() or (stage.exists() and not stage.is_dir()):
        raise Refused(f"{stage} is no folder", hint="move it away and run it again")
    clear(project)
    for side in ("before", "after", "blobs"):
        (stage / side).mkdir(parents=True)
    write_synced(stage / ".gitignore", b"*\n")
    write_synced(stage / PID, f"{os.getpid()}\n".encode())
    return stage


def clear(project: Path) -> None:
    """Remove a stage without a journal."""
    shutil.rmtree(stage_of(project), ignore_errors=True)


def write_synced(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file of the stage so that it outlives a loss of power."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(mode)


def sync(folder: Path) -> None:
    """Make the names in `folder` outlive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _owner(project: Path) -> str:
    try:
        return f" ({int((stage_of(project) / PID).read_text(encoding='ascii'))})"
    except (OSError, ValueError):
        return ""


def _step(data: dict[str, Any]) -> Step:
    prints = {side: Print(**data[side]) if data[side] else None for side in ("before", "after")}
    nodes = {
        side: tuple(Node(**node) for node in data[side]) for side in ("index_before", "index_after")
    }
    return Step(**{**data, **prints, **nodes})
