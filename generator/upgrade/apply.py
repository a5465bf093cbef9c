"""Carry out a plan, go on after a conflict, give up, and recover from an interruption."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from generator.errors import Refused, Undecided
from generator.record import FOLDER
from generator.upgrade.checkout import Checkout
from generator.upgrade.edit import Version
from generator.upgrade.guards import check
from generator.upgrade.index import hold_index, write_index
from generator.upgrade.journal import Journal, Print, Step, clear, lock, stage_of, sync
from generator.upgrade.plan import Plan
from generator.upgrade.restore import restore
from generator.upgrade.stage import prepare

__all__ = ["Outcome", "abort", "apply", "ensure_idle", "recover", "resume"]

UNDER_WAY = "settle the conflicts, then: mlops-maturity upgrade --continue (or --abort)"


@dataclass(frozen=True)
class Outcome:
    """What was done to a project.

    Attributes:
        level: level before.
        to: level after.
        kept: files of the user that were moved aside, each to a name ending in `.kept`.
    """

    level: int
    to: int
    kept: tuple[str, ...] = ()


def apply(plan: Plan) -> None:
    """Carry out `plan`: wholly, or up to the conflicts that a person must settle, or not at all.

    Raises:
        Refused: a guard says no, or the disk does; the project is as it was.
    """
    project = plan.checkout.project
    with lock(project):
        ensure_idle(project)
        check(plan)
        if plan.is_empty:
            return
        try:
            journal = prepare(plan)
            _carry_out(plan.checkout, journal, waits=bool(plan.conflicts))
        except BaseException as error:
            restore(plan.checkout)
            if isinstance(error, OSError):
                raise _unwritable(error) from None
            raise


def resume(project: Path) -> Outcome:
    """Finish an upgrade whose conflicts are settled.

    Raises:
        Refused: none is under way, or nothing of it is left.
        Undecided: conflicts are left.
    """
    project = project.resolve()
    checkout = Checkout.open(project)
    with _locked(project):
        journal = _waiting(project)
        _check_settled(checkout, journal)
        try:
            journal = replace(journal, state="finishing")
            journal.save()
            _finish(checkout, journal)
        except OSError as error:
            raise _unwritable(error, "run it again") from None
    return Outcome(journal.level, journal.to)


def abort(project: Path) -> Outcome:
    """Bring back every file, its permissions and the folders as they were before the upgrade.

    Raises:
        Refused: none is under way.
    """
    project = project.resolve()
    checkout = Checkout.open(project)
    with _locked(project):
        journal = _waiting(project)
        kept = restore(checkout)
    return Outcome(journal.to, journal.level, tuple(kept))


def recover(project: Path) -> str | None:
    """Undo, or finish, what an interrupted upgrade left; what was done, for people, or none.

    Raises:
        Refused: another process is upgrading the project, or git is missing.
    """
    project = project.resolve()
    if not stage_of(project).is_dir() or stage_of(project).is_symlink():
        return None
    with lock(project):
        journal = Journal.load(project)
        if journal is None:
            clear(project)
            return None
        if journal.state == "waiting":
            return None
        checkout = Checkout.open(project)
        way = f"from level {journal.level} to {journal.to}"
        if journal.state == "finishing":
            _finish(checkout, journal)
            return f"an interrupted upgrade {way} was finished"
        kept = restore(checkout)
        also = f"; your later changes are in {', '.join(kept)}" if kept else ""
        return f"an interrupted upgrade {way} was undone: all files are as before{also}"


def ensure_idle(project: Path) -> None:
    """Refuse while an upgrade waits for a person.

    Raises:
        Refused: one does.
    """
    if Journal.load(project.resolve()) is not None:
        raise Refused("an upgrade is under way in this project", hint=UNDER_WAY)


def _locked(project: Path) -> AbstractContextManager[None]:
    if not (project / FOLDER).is_dir():
        raise Refused("no upgrade is under way here", hint="begin one: mlops-maturity upgrade")
    return lock(project)


def _waiting(project: Path) -> Journal:
    journal = Journal.load(project)
    if journal is None:
        raise Refused("no upgrade is under way here", hint="begin one: mlops-maturity upgrade")
    return journal


def _carry_out(checkout: Checkout, journal: Journal, *, waits: bool) -> None:
    steps = [step for step in journal.steps if not (waits and step.last)]
    with hold_index(checkout):
        if checkout.staged([step.path for step in steps]) != {
            step.path: step.index_before for step in steps if step.index_before
        }:
            raise Refused("git's index changed meanwhile", hint="run it again")
        for step in sorted(steps, key=lambda step: (step.last, step.after is None)):
            _replace(journal, step)
        _sync_folders(journal)
        write_index(checkout, {step.path: step.index_after for step in steps})
    if waits:
        replace(journal, state="waiting").save()
    else:
        journal.close()


def _replace(journal: Journal, step: Step) -> None:
    """Put a file in its place, if the place is still as it was."""
    place = journal.project / step.path
    if Print.of(place) != step.before:
        raise Refused(f"{step.path} changed meanwhile", hint="run it again")
    if step.after:
        place.parent.mkdir(parents=True, exist_ok=True)
        journal.staged(step, "after").replace(place)
    elif step.before:
        place.unlink()
        _remove_empty(journal.project, step.path)


def _remove_empty(project: Path, path: str) -> None:
    """Remove the folders above `path` that hold nothing any more."""
    for parent in PurePosixPath(path).parents[:-1]:
        try:
            (project / parent).rmdir()
        except OSError:
            return


def _sync_folders(journal: Journal) -> None:
    for path in (".", *(path for path, _ in journal.folders), *journal.made):
        if (journal.project / path).is_dir():
            sync(journal.project / path)


def _finish(checkout: Checkout, journal: Journal) -> None:
    """Write the record and end; safe to repeat."""
    steps = [step for step in journal.steps if step.last]
    with hold_index(checkout):
        for step in steps:
            if Print.of(journal.project / step.path) != step.after:
                journal.staged(step, "after").replace(journal.project / step.path)
        _sync_folders(journal)
        write_index(checkout, {step.path: step.index_after for step in steps})
    journal.close()


def _check_settled(checkout: Checkout, journal: Journal) -> None:
    project = journal.project
    paths = [step.path for step in journal.steps]
    marked = [path for path in paths if _has_markers(project / path)]
    staged = checkout.staged(paths)
    unmerged = [path for path in staged if any(node.stage for node in staged[path])]
    if marked:
        raise Undecided(
            f"conflict markers are left in {', '.join(marked)}",
            hint="edit the marked lines, git add the files, and run it again",
        )
    if unmerged:
        raise Undecided(
            f"not settled in git's index: {', '.join(unmerged)}",
            hint=f"say which is right: git add (or git rm) {' '.join(unmerged)}",
        )
    clean = [step for step in journal.steps if not step.conflict and not step.last]
    undone = [step for step in clean if Print.of(project / step.path) == step.before]
    if clean and len(undone) == len(clean):
        raise Refused(
            "nothing of the upgrade is left in the work tree",
            hint="end it with: mlops-maturity upgrade --abort",
        )
    for step in journal.steps:
        if step.last and Print.of(project / step.path) not in (step.before, step.after):
            raise Refused(f"{step.path} changed meanwhile", hint=f"git checkout -- {step.path}")


def _has_markers(place: Path) -> bool:
    return place.is_file() and not place.is_symlink() and Version(place.read_bytes()).has_markers


def _unwritable(error: OSError, hint: str = "the project is as it was") -> Refused:
    said = error.strerror or str(error)
    return Refused(f"{error.filename}: {said}" if error.filename else said, hint=hint)
