"""TOML merged by key, so that the user's comments, order and layout stay."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, MutableMapping, MutableSequence
from dataclasses import dataclass, field
from typing import Any

import tomlkit
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from tomlkit.exceptions import TOMLKitError

from generator.errors import Refused

__all__ = ["merge_toml"]

MISSING: Any = object()
Keys = tuple[str, ...]


def merge_toml(path: str, base: str, yours: str, theirs: str) -> tuple[str, tuple[str, ...]]:
    """Carry what the templates changed from `base` to `theirs` over to `yours`.

    What the user changed or removed stays so; where the templates changed it too, a note says so.

    Returns:
        the merged text and the notes.

    Raises:
        Refused: `yours` is no valid TOML, or is laid out in a way that cannot be kept.
    """
    plain = _parse(path, yours)
    wanted, notes = _Merge(path), _Merge(path)
    wanted.table((), tomllib.loads(base), plain, tomllib.loads(theirs))
    document = tomlkit.parse(yours)
    try:
        notes.table((), tomllib.loads(base), document, tomlkit.parse(theirs))
        text = tomlkit.dumps(document)
        same = tomllib.loads(text) == plain
    except (TOMLKitError, tomllib.TOMLDecodeError, ValueError, TypeError, KeyError):
        same = False
    if not same:
        raise Refused(
            f"{path} is laid out in a way that cannot be kept",
            hint="write each table once, with its sub-tables right after it, and commit",
        )
    return text, tuple(wanted.notes)


def _parse(path: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(
            f"{path} is no valid TOML: {_where(str(error))}", hint="repair the line and commit"
        ) from None


def _where(said: str) -> str:
    """The place of a mistake, without a word of the file."""
    return said[said.rfind("(") + 1 :].rstrip(")") if "(at " in said else "at its end"


@dataclass
class _Merge:
    """One pass over a document; the same steps for plain values and for tomlkit's."""

    path: str
    notes: list[str] = field(default_factory=list)

    def table(
        self,
        keys: Keys,
        base: Mapping[str, Any],
        yours: MutableMapping[str, Any],
        theirs: Mapping[str, Any],
    ) -> None:
        for key in [key for key in base if key not in theirs]:
            if key in yours and yours[key] == base[key]:
                del yours[key]
            elif isinstance(base[key], dict) and isinstance(yours.get(key), MutableMapping):
                self.table((*keys, key), base[key], yours[key], {})
        for key in theirs:
            self.value((*keys, key), base.get(key, MISSING), yours, theirs[key])

    def value(self, keys: Keys, base: Any, yours: MutableMapping[str, Any], theirs: Any) -> None:
        key = keys[-1]
        mine = yours.get(key, MISSING)
        if theirs == base:
            if mine is MISSING:
                self.note(keys, "removed by you, stays removed")
        elif mine is MISSING:
            if base is MISSING:
                yours[key] = theirs
            else:
                self.note(keys, f"removed by you, stays removed{_listed(base, theirs)}")
        elif isinstance(theirs, Mapping) and isinstance(mine, MutableMapping):
            self.table(keys, base if isinstance(base, dict) else {}, mine, theirs)
        elif _are_items(theirs, mine):
            self.items(keys, base if isinstance(base, list) else [], mine, theirs)
        elif mine == base:
            yours[key] = theirs
        elif mine != theirs:
            self.note(keys, "changed by you and by the templates; yours is kept")

    def items(
        self, keys: Keys, base: Iterable[str], yours: MutableSequence[str], theirs: Iterable[str]
    ) -> None:
        names = _names([list(base), list(yours), list(theirs)])
        old, new = ({names[item]: item for item in side} for side in (base, theirs))
        for at in range(len(yours) - 1, -1, -1):
            if old.get(names[yours[at]]) == yours[at] and names[yours[at]] not in new:
                del yours[at]
        have = {names[item]: at for at, item in enumerate(yours)}
        for name, item in new.items():
            if name in have:
                mine = yours[have[name]]
                if mine == item:
                    continue
                if mine == old.get(name):
                    yours[have[name]] = item
                else:
                    self.note(keys, f"your {mine} is kept; the templates have {item}")
            elif name in old:
                self.note(keys, f"{item}: removed by you, stays removed, but the level lists it")
            else:
                yours.append(item)

    def note(self, keys: Keys, text: str) -> None:
        self.notes.append(f"{self.path}: {'.'.join(keys)}: {text}")


def _are_items(theirs: Any, mine: Any) -> bool:
    return all(
        isinstance(side, list) and all(isinstance(item, str) for item in side)
        for side in (theirs, mine)
    )


def _listed(base: Any, theirs: Any) -> str:
    """Requirements that the templates added to what the user removed."""
    added = sorted(set(_strings(theirs)) - set(_strings(base)))
    return f", but the level lists {', '.join(added)}" if added else ""


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [str(value)]
    if isinstance(value, Mapping):
        value = value.values()
    return [text for part in value for text in _strings(part)] if _holds(value) else []


def _holds(value: Any) -> bool:
    return not isinstance(value, str) and isinstance(value, Iterable)


def _names(sides: list[list[str]]) -> dict[str, str]:
    """What each item is known by: a requirement by its normalised name, other text by itself.

    Where a list names a requirement twice, its marker tells the two apart.
    """
    parsed = {item: _requirement(item) for side in sides for item in side}
    twice = {
        name
        for side in sides
        for name, count in Counter(parsed[item][0] for item in side).items()
        if count > 1
    }
    return {
        item: f"{name} ; {marker}" if name in twice else name
        for item, (name, marker) in parsed.items()
    }


def _requirement(item: str) -> tuple[str, str]:
    try:
        requirement = Requirement(item)
    except InvalidRequirement:
        return item, ""
    return canonicalize_name(requirement.name), str(requirement.marker or "")
