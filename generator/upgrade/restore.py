"""Back to before: files, permissions, folders and index, from what the journal names."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from generator.upgrade.checkout import Checkout
from generator.upgrade.index import drop_own_lock, hold_index, write_index
from generator.upgrade.journal import Journal, Print, Step, clear, sync

__all__ = ["restore"]


def restore(checkout: Checkout) -> tuple[str, ...]:
    """Bring the project back to before its upgrade; safe to repeat after an interruption.

    A file that is neither as before nor as the upgrade left it was written by someone since, and
    is moved aside. Only the files of a conflict are the upgrade's own, whatever was made of them.

    Returns:
        the names that such files have now.
    """
    journal = Journal.load(checkout.project)
    if journal is None:
        clear(checkout.project)
        return ()
    _restore_folders(journal)
    kept = [_restore_file(journal, step) for step in reversed(journal.steps)]
    for path in sorted(journal.made, reverse=True):
        with suppress(OSError):
            (journal.project / path).rmdir()
    for path in (".", *(path for path, _ in journal.folders)):
        sync(journal.project / path)
    _restore_index(checkout, journal)
    journal.close()
    return tuple(sorted(filter(None, kept)))


def _restore_folders(journal: Journal) -> None:
    for path, mode in journal.folders:
        folder = journal.project / path
        if not folder.is_dir():
            _aside(folder)
            folder.mkdir()
            folder.chmod(mode)


def _restore_file(journal: Journal, step: Step) -> str | None:
    place = journal.project / step.path
    now = Print.of(place)
    if now == step.before:
        return None
    foreign = now is not None and now != step.after
    mine = step.conflict and now is not None and now.sha256
    kept = _aside(place) if foreign and not mine else None
    if step.before:
        journal.staged(step, "before").replace(place)
    else:
        place.unlink(missing_ok=True)
    return kept and Path(kept).relative_to(journal.project).as_posix()


def _aside(place: Path) -> str | None:
    """Move what lies at `place` to a free name beside it."""
    if not os.path.lexists(place):
        return None
    number, name = 1, f"{place}.kept"
    while os.path.lexists(name):
        number += 1
        name = f"{place}.{number}.kept"
    place.rename(name)
    return name


def _restore_index(checkout: Checkout, journal: Journal) -> None:
    drop_own_lock(checkout)
    now = checkout.staged([step.path for step in journal.steps])
    entries = {
        step.path: step.index_before
        for step in journal.steps
        if now.get(step.path, ()) != step.index_before
    }
    if entries:
        with hold_index(checkout):
            write_index(checkout, entries)
