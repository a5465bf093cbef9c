"""Pieces of Markdown, and text that stays text in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assessment.report.words import shown

__all__ = ["LONGEST", "block", "bold", "folded", "inert", "listed", "table"]

LONGEST = 240
"""Characters of a single text that are shown."""

_SIGNS = re.compile(r"[\\`*_\[\]<>|~$@&#:!^%]")
_CALLS = frozenset("@#:!$%&~^")
_ADDRESS = re.compile(r"\b(?:www\.|gh-)", re.IGNORECASE)
_BREAK = "&#8203;"
"""A space without width: it parts what would be read together, such as the @ and a name."""


def inert(text: str) -> str:
    """The text on one line, without a sign that Markdown, HTML or the host would act on.

    Signs become character references, which Markdown takes for text. The host looks for mentions,
    references, addresses and emoji in what Markdown has made, so these are parted as well.
    """
    plain = " ".join(shown(text).split())
    if len(plain) > LONGEST:
        plain = f"{plain[:LONGEST]}…"
    return _ADDRESS.sub(lambda found: found[0] + _BREAK, _SIGNS.sub(_reference, plain))


def bold(text: str) -> str:
    """The text, inert and in bold."""
    return f"**{inert(text)}**"


def listed(texts: Iterable[str]) -> str:
    """Texts in a row, inert."""
    return inert(", ".join(texts))


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of cells that are Markdown already."""
    head = tuple(columns)
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def folded(title: str, lines: Iterable[str]) -> str:
    """Lines that a click on the title shows; the empty line makes them Markdown again."""
    body = "\n".join(lines)
    return f"<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"


def block(lines: Iterable[str]) -> str:
    """Commands to copy, in a fence that is longer than any in them."""
    text = "\n".join(shown(line) for line in lines)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sh\n{text}\n{fence}"


def _reference(found: re.Match[str]) -> str:
    sign, text, after = found[0], found.string, found.end()
    calls = sign in _CALLS and after < len(text) and not text[after].isspace()
    return f"&#{ord(sign)};{_BREAK if calls else ''}"
