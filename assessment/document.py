"""A TOML file that a person wrote: read with care, and able to say on which line a key stands."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ValidationError

from assessment.errors import InvalidFile

__all__ = [
    "MAX_BYTES",
    "Document",
    "closest",
    "misfit",
    "parse_document",
    "read_document",
    "read_text",
    "shipped",
]

MAX_BYTES = 1_000_000
"""Largest file that is read, in bytes."""

_POSITION = re.compile(r" \(at line (\d+), column \d+\)$")
_PLAIN = {
    "Cannot overwrite a value": "a key stands here for the second time",
    "Invalid value": "this value is no TOML; text needs quotes",
}


@dataclass(frozen=True)
class Document:
    """What a file says, and its text for finding lines.

    Attributes:
        name: the path as the user gave it.
        text: the whole text.
        data: the parsed tables.
    """

    name: str
    text: str
    data: dict[str, object]

    def place(self, key: str) -> str:
        """`name:line` of the first line that sets `key`, or the name where none is found."""
        quoted = rf"""["']?{re.escape(key)}["']?"""
        pattern = rf"^[ \t]*(?:{quoted}[ \t]*[=.]|\[[^\]\n]*{quoted}[ \t]*[\].])"
        found = re.search(pattern, self.text, re.MULTILINE)
        if found is None:
            return self.name
        return f"{self.name}:{self.text.count(chr(10), 0, found.start()) + 1}"


def read_document(path: Path, example: str) -> Document:
    """Read the TOML file at `path`.

    Args:
        path: file to read, at most `MAX_BYTES` large.
        example: a line that such a file may hold; used in hints.

    Raises:
        InvalidFile: it cannot be read, is too big, empty, not UTF-8 or not TOML.
    """
    return parse_document(str(path), read_text(path, example), example)


def parse_document(name: str, text: str, example: str) -> Document:
    """What the text of a TOML file says.

    Raises:
        InvalidFile: it is not TOML.
    """
    try:
        # With a line end behind it, a fault in the last line has a place.
        data = tomllib.loads(f"{text}\n")
    except RecursionError:
        raise InvalidFile(
            f"{name}: nested too deeply", f"it needs lines such as: {example}"
        ) from None
    except ValueError as error:
        raise _not_toml(name, str(error), example) from None
    return Document(name, text, data)


def read_text(path: Path, example: str, most: int = MAX_BYTES) -> str:
    """Read the text of a file of at most so many bytes with the same care.

    Raises:
        InvalidFile: it cannot be read, is too big, empty or not UTF-8.
    """
    content = _content(path, most)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidFile(f"{path}:{line}: not UTF-8 text", "save the file as UTF-8") from None
    if not text.strip():
        raise InvalidFile(f"{path}: the file is empty", f"it may begin with: {example}")
    return text


def shipped(name: str) -> bytes:
    """Content of a data file of this package."""
    return (files("assessment") / name).read_bytes()


def closest(word: str, words: Iterable[str]) -> str | None:
    """The one of `words` that `word` was probably meant to be."""
    by_fold = {known.casefold(): known for known in words}
    found = get_close_matches(word.casefold()[:80], by_fold, n=1, cutoff=0.5)
    return by_fold[found[0]] if found else None


def misfit(place: str, error: ValidationError, model: type[BaseModel]) -> InvalidFile:
    """Say the first fault that `model` found, with the form that its field describes."""
    fault = error.errors(include_url=False, include_context=False)[0]
    key = str(fault["loc"][0]) if fault["loc"] else ""
    if fault["type"] == "extra_forbidden":
        near = closest(key, model.model_fields)
        known = ", ".join(model.model_fields)
        hint = f"did you mean {near}?" if near else f"known: {known}"
        return InvalidFile(f"{place}: there is no {key[:40]!r} here", hint)
    if not key:
        return InvalidFile(f"{place}: a table is needed here", "write name = value lines")
    shown = repr(fault["input"])
    shown = shown if len(shown) <= 40 else f"{shown[:40]}…"
    field = model.model_fields.get(key)
    return InvalidFile(
        f"{place}: {key} = {shown} does not fit",
        f"{key} is {field.description}" if field and field.description else str(fault["msg"]),
    )


def _content(path: Path, most: int) -> bytes:
    try:
        with open(path, "rb", opener=_opened) as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        what = "a link to nothing" if path.is_symlink() else "there is no such file"
        raise InvalidFile(f"{path}: {what}", "give the path of an existing file") from None
    except IsADirectoryError:
        raise InvalidFile(f"{path}: this is a folder", "give the path of a file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidFile(f"{path}: cannot be read: {reason.lower()}", "check the path") from None
    if len(content) > most:
        raise InvalidFile(
            f"{path}: larger than {most / 1e6:.0f} MB", "give answers, facts or a report, not data"
        )
    return content


def _opened(name: str, flags: int) -> int:
    """Open a file; a pipe into which nobody writes is empty, and not waited for."""
    descriptor = os.open(name, flags | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    return descriptor


def _not_toml(name: str, message: str, example: str) -> InvalidFile:
    found = _POSITION.search(message)
    place = f"{name}:{found[1]}" if found else name
    reason = _POSITION.sub("", message).removesuffix(" (at end of document)").partition(": ")[0]
    plain = _PLAIN.get(reason) or f"not valid TOML: {reason[:1].lower()}{reason[1:120]}"
    hint = (
        "keep one of the two lines" if "second time" in plain else f"a line looks like: {example}"
    )
    return InvalidFile(f"{place}: {' '.join(plain.split())}", hint)
