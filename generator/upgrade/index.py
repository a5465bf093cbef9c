"""Git's index, changed for a few paths in one step; all other entries stay as they are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from generator.errors import Refused
from generator.git import Git
from generator.upgrade.checkout import Checkout, Node
from generator.upgrade.journal import stage_of

__all__ = ["drop_own_lock", "hold_index", "store_blobs", "write_index"]

DRAFT = "index.mlops-maturity"


@contextmanager
def hold_index(checkout: Checkout) -> Iterator[None]:
    """Hold git's own lock on the index; one that a dead upgrade of this project left is ours.

    Raises:
        Refused: another git process holds it.
    """
    held, mark = _lock_of(checkout)
    try:
        if not _take(held, mark):
            raise Refused(
                "another git process is at work in this repository",
                hint=f"wait until it has ended; if there is none, remove {held}",
            )
        yield
    finally:
        drop_own_lock(checkout)


def drop_own_lock(checkout: Checkout) -> None:
    """Remove git's lock on the index if this project's upgrade made it, and drafts of the index."""
    held, mark = _lock_of(checkout)
    if _read(held) == mark:
        held.unlink()
    for draft in held.parent.glob(f"{DRAFT}*"):
        draft.unlink(missing_ok=True)


def store_blobs(checkout: Checkout, contents: Mapping[str, bytes]) -> dict[str, str]:
    """Put contents into the repository; name to object id, for names that are safe file names."""
    folder = stage_of(checkout.project) / "blobs"
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    below = os.fsencode(folder.relative_to(checkout.top.resolve()))
    listed = b"".join(b"%s/%s\n" % (below, name.encode()) for name in contents)
    oids = checkout.git.run(
        "hash-object", "-w", "--no-filters", "--stdin-paths", data=listed
    ).split()
    return dict(zip(contents, (oid.decode() for oid in oids), strict=True))


def write_index(checkout: Checkout, entries: Mapping[str, tuple[Node, ...]]) -> None:
    """Make the index hold exactly `entries` at their paths; its lock must be held."""
    if not entries:
        return
    part = checkout.index.with_name(f"{DRAFT}.{os.getpid()}")
    shutil.copyfile(checkout.index, part)
    shutil.copymode(checkout.index, part)
    lines = [_line(checkout, path, nodes) for path, nodes in entries.items()]
    git = Git(checkout.top, {"GIT_INDEX_FILE": os.fspath(part)})
    try:
        git.run("update-index", "-z", "--index-info", data=b"".join(lines))
        part.replace(checkout.index)
    finally:
        part.unlink(missing_ok=True)


def _lock_of(checkout: Checkout) -> tuple[Path, bytes]:
    mark = f"mlops-maturity upgrade {checkout.project}\n".encode()
    return checkout.index.with_name("index.lock"), mark


def _line(checkout: Checkout, path: str, nodes: tuple[Node, ...]) -> bytes:
    raw = os.fsencode(checkout.prefix + path)
    lines = [b"0 %s\t%s\0" % (checkout.nothing.encode(), raw)]
    for node in nodes:
        lines.append(f"{node.mode} {node.oid} {node.stage}\t".encode() + raw + b"\0")
    return b"".join(lines)


def _take(held: Path, mark: bytes) -> bool:
    """Make the lock with its mark in it at once, so that a crash leaves none of unknown origin."""
    part = held.with_name(f"{DRAFT}.{os.getpid()}.mark")
    part.write_bytes(mark)
    try:
        os.link(part, held)
    except FileExistsError:
        return _read(held) == mark
    except OSError:
        return _take_without_links(held, mark)
    finally:
        part.unlink()
    return True


def _take_without_links(held: Path, mark: bytes) -> bool:
    try:
        with held.open("xb") as file:
            file.write(mark)
    except FileExistsError:
        return _read(held) == mark
    return True


def _read(path: Path) -> bytes | None:
    with suppress(OSError):
        return path.read_bytes()
    return None
