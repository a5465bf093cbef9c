"""One file of a project before and after an upgrade."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from generator.layers import Owner
from generator.render import File

__all__ = ["Change", "Edit", "Version"]

Action = Literal["add", "change", "delete", "keep", "conflict"]

MARKERS = tuple(
    re.compile(rb"^" + re.escape(sign) + rb"(?: |\r?$)", re.MULTILINE)
    for sign in (b"<" * 7, b">" * 7)
)


@dataclass(frozen=True)
class Version:
    """What a path holds on one side.

    Attributes:
        content: the bytes.
        executable: whether its owner may run it.
    """

    content: bytes
    executable: bool = False

    @classmethod
    def of(cls, file: File) -> Version:
        """The version that a rendered file is."""
        return cls(file.content, file.executable)

    @property
    def mode(self) -> str:
        """The mode that git keeps for it."""
        return "100755" if self.executable else "100644"

    @property
    def sha256(self) -> str:
        """Digest of the bytes."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def is_crlf(self) -> bool:
        """Whether every line ends with CR LF."""
        count = self.content.count(b"\r\n")
        return count > 0 and count == self.content.count(b"\n")

    @property
    def has_markers(self) -> bool:
        """Whether it holds the marks of an open conflict."""
        return all(marker.search(self.content) for marker in MARKERS)

    def lf(self) -> Version:
        """The same with LF at the end of each line."""
        return Version(self.content.replace(b"\r\n", b"\n"), self.executable)

    def crlf(self) -> Version:
        """The same with CR LF at the end of each line."""
        return Version(self.lf().content.replace(b"\n", b"\r\n"), self.executable)


@dataclass(frozen=True)
class Edit:
    """What an upgrade does to the bytes of one path.

    Attributes:
        path: relative to the project.
        before: as HEAD has it, or none.
        after: as it will be, or none; in a conflict with marks around what is open.
        stages: base, yours and theirs of a conflict, each with its path, as git's index keeps them.
        conflict: whether a person must decide.
    """

    path: str
    before: Version | None
    after: Version | None
    stages: tuple[tuple[int, Version], ...] = ()
    conflict: bool = False


@dataclass(frozen=True)
class Change:
    """One line of a plan, for people.

    Attributes:
        path: relative to the project.
        action: what happens to it.
        owner: whose file it is.
        reason: why, where it is not plain.
    """

    path: str
    action: Action
    owner: Owner
    reason: str = ""
