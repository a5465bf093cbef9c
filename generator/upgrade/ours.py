"""The plan for files of ours: what goes into git's merge, and what is read out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from generator.errors import ProgramFailed
from generator.upgrade.edit import Action, Change, Edit, Version
from generator.upgrade.merge import Merged, Store, open_store
from generator.upgrade.owned import Part, absence, removal
from generator.upgrade.sides import Sides

__all__ = ["plan_ours"]


@dataclass
class _Input:
    """The three trees of a merge, by path, as they are gathered.

    The side of the templates never lacks a path that the base has, so that git cannot take the
    removal of one file and the arrival of another for a rename and move a user's edit there.

    Attributes:
        base: the files as they were rendered.
        theirs: the fresh render.
        yours: where the merge sees another content, or none, than HEAD has.
        crlf: paths whose lines the user ends with CR LF.
        moved: declared renames that are followed, new path to old.
        found: renames of the user, old path to new.
        done: paths of the templates that are not merged.
    """

    base: dict[str, Version] = field(default_factory=dict)
    theirs: dict[str, Version] = field(default_factory=dict)
    yours: dict[str, Version | None] = field(default_factory=dict)
    crlf: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)


def plan_ours(sides: Sides, level: int) -> Part:
    """Files of ours: merged by git, with the renames of the templates declared to it."""
    part = Part(sides)
    with open_store(sides.checkout) as store:
        into = _Input(found=_user_renames(sides, store))
        for path in sides.paths("ours"):
            if path in sides.base:
                _known(part, into, path)
        _arriving(part, into)
        if any(sides.yours.get(path) != version for path, version in into.theirs.items()):
            _read_out(part, into, _merge(sides, into, store, level))
    return part


def _user_renames(sides: Sides, store: Store) -> dict[str, str]:
    """Where files of ours went that HEAD has under another name, as git finds them."""
    gone = [
        path
        for path in sides.paths("ours")
        if path in sides.base and path not in sides.head and not sides.lies_on_disk(path)
    ]
    tree = sides.checkout.tree()
    if not gone or tree is None:
        return {}
    base = {path: Version.of(file) for path, file in sides.base.items()}
    store.commit("before", {**sides.yours, **base})
    store.commit("after", {}, tree=tree, parent="before")
    found = store.renames("before", "after")
    return {old: new for old, new in found.items() if old in gone}


def _known(part: Part, into: _Input, path: str) -> None:
    """Sort in a file that the base has."""
    sides = part.sides
    now = _name_now(sides, path)
    base = Version.of(sides.base[path])
    into.done.add(now)
    if now not in sides.theirs:
        removal(part, path)
        return
    theirs = Version.of(sides.theirs[now])
    if path in sides.yours:
        _follow(sides, into, path, now)
        into.base[now], into.theirs[now] = base, theirs
        if sides.yours[path].is_crlf and not (base.is_crlf or theirs.is_crlf):
            into.crlf.add(now)
            into.yours[now] = sides.yours[path].lf()
    elif path in into.found:
        into.base[path], into.theirs[now] = base, theirs
    else:
        more = "; the level changes it" if base != theirs else ""
        part.keep(path, f"{absence(sides, path)}{more}")


def _name_now(sides: Sides, path: str) -> str:
    """The path that the templates use today, where a declared rename can be followed."""
    now = sides.renamed.get(path, path)
    free = now not in sides.head and now not in sides.base
    follow = path not in sides.theirs and now in sides.theirs and free
    return now if follow else path


def _follow(sides: Sides, into: _Input, path: str, now: str) -> None:
    if now != path:
        into.moved[now] = path
        into.yours[path], into.yours[now] = None, sides.yours[path]


def _arriving(part: Part, into: _Input) -> None:
    """Sort in files that the templates bring; what is in their way is for the guards to refuse."""
    sides = part.sides
    arriving = [path for path in sides.theirs.owned_by("ours") if path not in into.done]
    above = {parent for path in arriving for parent in _parents(path)}
    walls = {path for path, node in sides.checkout.nodes(above).items() if node.mode != "040000"}
    for path in arriving:
        blocked = path in sides.head and path not in sides.yours
        if blocked or walls.intersection(_parents(path)):
            part.edit(path, Version.of(sides.theirs[path]))
        else:
            into.theirs[path] = Version.of(sides.theirs[path])


def _parents(path: str) -> list[str]:
    return [parent.as_posix() for parent in PurePosixPath(path).parents][:-1]


def _merge(sides: Sides, into: _Input, store: Store, level: int) -> Merged:
    fixed = {path: it for path, it in sides.yours.items() if sides.owner(path) != "ours"}
    store.commit("base", {**fixed, **into.base})
    store.commit("yours", into.yours, tree=sides.checkout.tree(), parent="base")
    store.commit("theirs", {**fixed, **into.theirs}, parent="base")
    return store.merge(f"theirs (level {level})")


def _read_out(part: Part, into: _Input, merged: Merged) -> None:
    """Turn what git made of it into edits."""
    sides = part.sides
    paths = {*merged.changed, *merged.conflicts, *into.moved}
    foreign = {path for path in paths if path not in sides.yours}
    heads = sides.checkout.versions(sides.checkout.nodes(foreign))
    _check_foreign(into, foreign & {*heads})
    before = {**sides.yours, **heads}
    for path in sorted(paths):
        _outcome(part, into, merged, path, before.get(path))
    for now, old in into.moved.items():
        part.edits.append(Edit(old, sides.yours[old], None))
        part.changes.append(Change(old, "delete", "ours", f"it is {now} now"))
    for old, new in into.found.items():
        if new in paths:
            part.notes.append(f"{old} is {new} since you renamed it; the change follows there")


def _check_foreign(into: _Input, foreign: set[str]) -> None:
    strange = foreign - {*into.found.values()}
    if strange:
        raise ProgramFailed(
            f"the merge would change {min(strange)}, which is none of the tool's files",
            hint="nothing was written; compare with: mlops-maturity diff",
        )


def _outcome(part: Part, into: _Input, merged: Merged, path: str, before: Version | None) -> None:
    seen = into.yours.get(path, before)
    after = merged.changed.get(path, seen)
    stages: Mapping[int, Version] = merged.conflicts.get(path, {})
    if after is None and seen is not None and not stages:
        part.changes.append(Change(path, "keep", "ours", "the merge lost it; yours is kept"))
        return
    if path in into.crlf:
        after = after.crlf() if after else None
        stages = {stage: version.crlf() for stage, version in stages.items()}
    if stages:
        part.edits.append(Edit(path, before, after, tuple(sorted(stages.items())), True))
        part.changes.append(Change(path, "conflict", "ours", _why(stages)))
    elif after != before and after is not None:
        part.edits.append(Edit(path, before, after))
        action: Action = "add" if before is None else "change"
        part.changes.append(Change(path, action, "ours", _reason(part.sides, into, path, after)))


def _why(stages: Mapping[int, Version]) -> str:
    names = {1: "base", 2: "yours", 3: "theirs"}
    there = " and ".join(names[stage] for stage in sorted(stages))
    return "you and the templates changed the same lines" if len(stages) == 3 else f"only {there}"


def _reason(sides: Sides, into: _Input, path: str, after: Version) -> str:
    theirs = sides.theirs.get(path)
    if theirs is None or after == Version.of(theirs):
        return ""
    old = into.moved.get(path)
    return f"was {old}; your edits follow" if old else "merged with your edits"
