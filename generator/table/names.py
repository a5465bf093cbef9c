"""Names of columns: data, never code, and different from each other to every reader."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence

from generator.context import is_printable
from generator.errors import InvalidTable

__all__ = ["check_names", "near", "same"]

LONGEST_NAME = 200


def check_names(names: Sequence[str]) -> None:
    """Refuse names that a project could not hold or tell apart.

    Raises:
        InvalidTable: names the first of them.
    """
    seen: dict[str, str] = {}
    for place, name in enumerate(names, 1):
        if not name.strip():
            raise InvalidTable(f"column {place} has no name", hint="give every column a name")
        if not is_printable(name):
            raise InvalidTable(
                f"the name of column {place}, {name!a}, holds a control character",
                hint="give it a name on one line",
            )
        if len(name) > LONGEST_NAME:
            raise InvalidTable(
                f"the name of column {place} has more than {LONGEST_NAME} characters",
                hint="does the first line name the columns?",
            )
        other = seen.setdefault(same(name), name)
        if other != name or name in names[: place - 1]:
            both = f"{name!r}" if other == name else f"{other!r} and {name!r}"
            raise InvalidTable(
                f"two columns are called {both} and cannot be told apart",
                hint="rename one of them",
            )


def same(name: str) -> str:
    """Equal for names that a person or a database takes for the same."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def near(name: str, names: Sequence[str]) -> str:
    """What to say of a name that is not there."""
    folded = {same(one): one for one in names}
    found = difflib.get_close_matches(same(name), folded, 1)
    if found:
        return f"did you mean {folded[found[0]]!r}?"
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return f"its columns: {', '.join(names[:20])}{more}"
