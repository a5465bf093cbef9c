"""What an upgrade would do to a project: base, yours and theirs, worked out without writing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version as Release

from generator.create import project_files
from generator.errors import InvalidChoice, InvalidRecord, Refused
from generator.layers import Layer
from generator.record import BASE, RECORD, Record, read_record, write_files
from generator.render import RenderedTree
from generator.upgrade.checkout import Checkout
from generator.upgrade.edit import Change, Edit, Version
from generator.upgrade.ours import plan_ours
from generator.upgrade.owned import plan_shared, plan_yours
from generator.upgrade.sides import gather

__all__ = ["Plan", "plan_upgrade"]


@dataclass(frozen=True)
class Plan:
    """The way from what a project is to what it would be.

    Attributes:
        checkout: the project and the commit that the plan was made for.
        level: level of the project.
        to: level that it is raised to.
        changes: one line per path, for people.
        notes: what else a person should know.
        edits: the bytes, for every path that changes.
        record: the edits of the tool's own files; they come last.
    """

    checkout: Checkout
    level: int
    to: int
    changes: tuple[Change, ...]
    notes: tuple[str, ...]
    edits: tuple[Edit, ...]
    record: tuple[Edit, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written."""
        return not self.edits and not self.record

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Paths that a person must decide on."""
        return tuple(edit.path for edit in self.edits if edit.conflict)

    def view(self) -> dict[str, object]:
        """The plan as plain data."""
        return {
            "from": self.level,
            "to": self.to,
            "changes": [vars(change) for change in self.changes],
            "conflicts": list(self.conflicts),
            "notes": list(self.notes),
        }


def plan_upgrade(project: Path, layers: tuple[Layer, ...], to: int | None = None) -> Plan:
    """Work out what raising `project` to level `to` would change; by default the next level.

    The same level means the templates of today.

    Raises:
        InvalidRecord: `project` is none that the tool made, or its record was touched.
        InvalidChoice: there is no such level, or it is a lower one.
        Refused: git, the repository or a shared file is not fit for it.
    """
    project = project.resolve()
    old = read_record(project)
    level = _target(old, layers, to)
    checkout = Checkout.open(project)
    theirs, record = project_files(layers, level, old.context)
    _check_release(old, record)
    sides = gather(checkout, old, theirs, layers)
    own = _record_edits(checkout, theirs, record)
    parts = [plan_ours(sides, level), plan_shared(sides), plan_yours(sides)]
    edits = sorted((edit for part in parts for edit in part.edits), key=lambda edit: edit.path)
    changes = sorted((line for part in parts for line in part.changes), key=lambda line: line.path)
    notes = [note for part in parts for note in part.notes]
    if any(edit.path == "pyproject.toml" for edit in edits) and (project / "uv.lock").exists():
        notes.append("uv.lock is stale now and never merged: run `uv lock`")
    return Plan(checkout, old.level, level, tuple(changes), tuple(notes), tuple(edits), own)


def _target(old: Record, layers: tuple[Layer, ...], to: int | None) -> int:
    if to is None:
        higher = sorted({layer.manifest.since for layer in layers} - set(range(old.level + 1)))
        if not higher:
            raise InvalidChoice(
                f"the project is at level {old.level}, and no higher one has layers yet",
                hint=f"for newer templates of the same level: --to {old.level}",
            )
        return higher[0]
    if to < old.level:
        raise InvalidChoice(
            f"the project is at level {old.level}; an upgrade never lowers it to {to}",
            hint="what a level brought can be taken back with git revert",
        )
    return to


def _check_release(old: Record, record: Record) -> None:
    if Release(old.tool) > Release(record.tool):
        raise InvalidRecord(
            f"the project was written by mlops-maturity {old.tool}, newer than this {record.tool}",
            hint="upgrade the tool: uv tool upgrade mlops-maturity",
        )


def _record_edits(checkout: Checkout, theirs: RenderedTree, record: Record) -> tuple[Edit, ...]:
    """The edits of record and base, which must lie in HEAD as they lie on disk."""
    before = checkout.versions(checkout.nodes((RECORD, BASE)))
    for path in (RECORD, BASE):
        on_disk = (checkout.project / path).read_bytes()
        if path not in before or before[path].content != on_disk:
            raise Refused(
                f"{path} is not in HEAD as it lies on disk",
                hint="commit the project first, or the last upgrade: git add --all . && git commit",
            )
    after = {path: Version.of(file) for path, file in write_files(theirs, record).items()}
    return tuple(
        Edit(path, before[path], after[path])
        for path in (BASE, RECORD)
        if before[path].content != after[path].content
    )
