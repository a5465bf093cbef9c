"""Reasons not to begin an upgrade; each is found before anything is written."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from generator.errors import Refused
from generator.record import FOLDER
from generator.upgrade.checkout import Checkout, on_disk
from generator.upgrade.edit import Edit, Version
from generator.upgrade.plan import Plan

__all__ = ["check", "check_disk"]

COMMIT = "commit or stash your changes there, then run it again"


def check(plan: Plan) -> None:
    """Refuse a plan that cannot be carried out without risk to what others wrote.

    Raises:
        Refused: the first reason found.
    """
    checkout = plan.checkout
    edits = [*plan.edits, *plan.record]
    head = checkout.git.line("rev-parse", "HEAD")
    if head != checkout.head:
        raise Refused("HEAD moved while the plan was made", hint="run it again")
    _check_index(checkout, [edit.path for edit in edits])
    modes = checkout.keeps_modes()
    for edit in edits:
        _check_parents(checkout.project, edit.path)
        check_disk(checkout.project, edit, modes=modes)
        if edit.before and edit.before.has_markers:
            raise Refused(
                f"{edit.path} holds conflict markers", hint="settle the conflict and commit"
            )
    _check_names(checkout.project, [edit.path for edit in edits if edit.before is None])


def check_disk(project: Path, edit: Edit, *, modes: bool) -> Version | None:
    """The file on disk, which must be as HEAD has it.

    Args:
        project: the project's folder.
        edit: what is planned for the path.
        modes: whether the exec bit counts.

    Raises:
        Refused: it differs.
    """
    place = project / edit.path
    disk = on_disk(place)
    if edit.before is None:
        if disk is not None:
            raise Refused(
                f"{edit.path} is in the way: a file of yours that git does not know lies there",
                hint="move it away, or commit it so that it can be merged",
            )
        return None
    if disk is None:
        raise Refused(f"{edit.path} is gone from the work tree", hint=COMMIT)
    same = edit.before.content in (disk.content, disk.lf().content)
    if not same or (modes and disk.executable != edit.before.executable):
        raise Refused(f"{edit.path} has changes that are not committed", hint=COMMIT)
    return disk


def _check_index(checkout: Checkout, paths: list[str]) -> None:
    nodes = checkout.nodes(paths)
    staged = checkout.staged(paths)
    for path in paths:
        now = staged.get(path, ())
        if any(node.stage for node in now):
            raise Refused(f"{path} is unmerged in git's index", hint="settle that merge and commit")
        folder = path in nodes and nodes[path].mode == "040000"
        if not folder and now != ((nodes[path],) if path in nodes else ()):
            raise Refused(f"{path} has staged changes", hint=COMMIT)


def _check_parents(project: Path, path: str) -> None:
    """Every folder above `path` must be a plain one, of this repository."""
    for parent in reversed(PurePosixPath(path).parents[:-1]):
        place = project / parent
        if place.is_symlink():
            raise Refused(
                f"{parent} is a symbolic link; {path} is not written through it",
                hint="make it a folder, commit, and run it again",
            )
        if not os.path.lexists(place):
            return
        if not place.is_dir():
            raise Refused(
                f"{parent} is a file, and {path} needs a folder there",
                hint="move it away, commit, and run it again",
            )
        if (place / ".git").exists() and parent.as_posix() != FOLDER:
            raise Refused(
                f"{parent} is a repository of its own; {path} is not written into it",
                hint="move it away, commit, and run it again",
            )


def _check_names(project: Path, paths: Iterable[str]) -> None:
    """A new name must differ from its neighbours by more than case or composition."""
    for path in paths:
        folder = project
        for part in PurePosixPath(path).parts:
            names = [it.name for it in folder.iterdir()] if folder.is_dir() else []
            twins = [name for name in names if name != part and _folded(name) == _folded(part)]
            if twins and part not in names:
                raise Refused(
                    f"{path} would differ from {folder.relative_to(project) / twins[0]} "
                    "by case or accents only",
                    hint="rename yours, commit, and run it again",
                )
            folder = folder / part


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
