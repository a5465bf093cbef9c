"""A plan, laid out on the stage: every file before and after, and the journal that names them."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath

from generator.errors import Refused
from generator.upgrade.checkout import Checkout, Node
from generator.upgrade.edit import Edit, Version
from generator.upgrade.guards import check_disk
from generator.upgrade.index import store_blobs
from generator.upgrade.journal import Journal, Print, Step, open_stage, sync, write_synced
from generator.upgrade.plan import Plan

__all__ = ["prepare"]


def prepare(plan: Plan) -> Journal:
    """Stage `plan` and write its journal; from then on it is carried out or restored.

    Raises:
        Refused: a file changed since the plan was made.
        OSError: the stage cannot be written.
    """
    project = plan.checkout.project
    edits = [*plan.edits, *plan.record]
    stage = open_stage(project)
    nodes = _nodes(plan.checkout, edits)
    now = plan.checkout.staged([edit.path for edit in edits])
    modes = plan.checkout.keeps_modes()
    steps = []
    for at, edit in enumerate(edits):
        disk = check_disk(project, edit, modes=modes)
        before = _stage_before(project / edit.path, stage / "before" / str(at))
        after = _stage_after(edit, disk, before, stage / "after" / str(at))
        index = now.get(edit.path, ())
        last = edit in plan.record
        steps.append(Step(edit.path, before, after, index, nodes[edit.path], edit.conflict, last))
    for folder in ("before", "after"):
        sync(stage / folder)
    folders, made = _folders(project, edits)
    journal = Journal(project, "applying", plan.level, plan.to, tuple(steps), folders, made)
    journal.save()
    return journal


def _nodes(checkout: Checkout, edits: list[Edit]) -> dict[str, tuple[Node, ...]]:
    """What the index is to hold at each path, its contents already in the repository."""
    wanted: dict[str, list[tuple[int, Version]]] = {}
    for edit in edits:
        clean = [(0, edit.after)] if edit.after else []
        wanted[edit.path] = list(edit.stages) if edit.conflict else clean
    contents = {
        f"{at}.{stage}": version.content
        for at, versions in enumerate(wanted.values())
        for stage, version in versions
    }
    oids = store_blobs(checkout, contents)
    return {
        path: tuple(Node(version.mode, oids[f"{at}.{stage}"], stage) for stage, version in versions)
        for at, (path, versions) in enumerate(wanted.items())
    }


def _stage_before(place: Path, copy: Path) -> Print | None:
    found = Print.of(place)
    if found is None:
        return None
    write_synced(copy, place.read_bytes(), found.mode)
    if Print.of(copy) != found or Print.of(place) != found:
        raise Refused(f"{place} changed meanwhile", hint="run it again")
    return found


def _stage_after(
    edit: Edit, disk: Version | None, before: Print | None, copy: Path
) -> Print | None:
    if edit.after is None:
        return None
    version = edit.after
    if disk and edit.before and disk.content != edit.before.content:
        version = version.crlf()
    write_synced(copy, version.content, _mode(before, version))
    return Print.of(copy)


def _mode(before: Print | None, version: Version) -> int:
    if before is None:
        return 0o755 if version.executable else 0o644
    plain = before.mode & ~0o111
    if not version.executable:
        return plain
    was = before.mode & 0o111
    return before.mode if was else plain | (plain & 0o444) >> 2


def _folders(
    project: Path, edits: list[Edit]
) -> tuple[tuple[tuple[str, int], ...], tuple[str, ...]]:
    """Folders above the edited paths: those that exist, with their bits, and those that do not."""
    above = {
        parent.as_posix() for edit in edits for parent in PurePosixPath(edit.path).parents[:-1]
    }
    there = [path for path in sorted(above) if os.path.lexists(project / path)]
    modes = [(path, stat.S_IMODE((project / path).lstat().st_mode)) for path in there]
    return tuple(modes), tuple(sorted(above.difference(there)))
