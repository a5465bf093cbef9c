"""The plan for files that the project's owner has a hand in: yours and shared ones."""

from __future__ import annotations

from dataclasses import dataclass, field

from generator.upgrade.edit import Action, Change, Edit, Version
from generator.upgrade.shared import merge_shared
from generator.upgrade.sides import Sides

__all__ = ["Part", "absence", "plan_shared", "plan_yours", "removal"]


@dataclass
class Part:
    """A part of a plan while it grows."""

    sides: Sides
    edits: list[Edit] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def keep(self, path: str, reason: str) -> None:
        """Say that `path` stays as it is, and why."""
        self.changes.append(Change(path, "keep", self.sides.owner(path), reason))

    def edit(self, path: str, after: Version | None, reason: str = "") -> None:
        """Bring `path` from HEAD's content to `after`."""
        before = self.sides.yours.get(path)
        if before == after:
            return
        action: Action = "add" if before is None else "delete" if after is None else "change"
        self.edits.append(Edit(path, before, after))
        self.changes.append(Change(path, action, self.sides.owner(path), reason))


def absence(sides: Sides, path: str) -> str | None:
    """Why a file that was generated once is none of the upgrade's business, if it is not."""
    if path in sides.yours:
        return None
    if path in sides.head:
        return "replaced by you with something that is no plain file; left alone"
    if sides.lies_on_disk(path):
        return "not under git, so it counts as yours; left alone"
    return "deleted by you; stays deleted"


def removal(part: Part, path: str) -> None:
    """Plan what to do with a file that the templates no longer have."""
    base, yours = part.sides.base.get(path), part.sides.yours.get(path)
    if base is None or yours is None:
        return
    if yours == Version.of(base):
        part.edit(path, None, "no longer part of the templates")
    else:
        part.keep(path, "no longer part of the templates; kept, since you edited it")


def plan_yours(sides: Sides) -> Part:
    """Files of the owner: created once, never merged."""
    part = Part(sides)
    for path in sides.paths("yours"):
        if path not in sides.theirs:
            continue
        if path in sides.base and path in sides.yours:
            if sides.yours[path] == Version.of(sides.base[path]):
                part.edit(path, Version.of(sides.theirs[path]))
        elif path in sides.old.files:
            continue
        elif path in sides.head or sides.lies_on_disk(path):
            part.keep(path, "there already, and yours; the template's is left out")
        else:
            part.edit(path, Version.of(sides.theirs[path]), "yours from now on")
    return part


def plan_shared(sides: Sides) -> Part:
    """Shared files: merged by structure."""
    part = Part(sides)
    for path in sides.paths("shared"):
        if path not in sides.theirs:
            removal(part, path)
            continue
        base, theirs = sides.base.get(path), Version.of(sides.theirs[path])
        reason = absence(sides, path)
        if reason is None:
            before = Version.of(base) if base else None
            merged, notes = merge_shared(path, before, sides.yours[path], theirs)
            part.edit(path, merged, "" if merged == theirs else "merged with your edits")
            part.notes.extend(notes)
        elif path in sides.old.files:
            needed = base is None or Version.of(base) != theirs
            part.keep(path, f"{reason}; the level changes it" if needed else reason)
        else:
            part.edit(path, theirs)
    return part
