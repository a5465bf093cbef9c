"""Files that the tool and the project's owner both write, merged by their structure."""

from __future__ import annotations

from generator.errors import Refused
from generator.upgrade.edit import Version

__all__ = ["merge_shared"]

MARK = "\ufeff"


def merge_shared(
    path: str, base: Version | None, yours: Version, theirs: Version
) -> tuple[Version, tuple[str, ...]]:
    """Carry what the templates changed over to `yours`: TOML by key, other files by line.

    An untouched file becomes the templates' file, byte for byte.

    Returns:
        the merged file and notes for people.

    Raises:
        Refused: `yours` cannot be read.
    """
    executable = theirs.executable if base and base.executable == yours.executable else None
    executable = yours.executable if executable is None else executable
    before = base or Version(b"")
    if base == theirs:
        return yours, ()
    if yours.content in (before.content, theirs.content) and base:
        return Version(theirs.content, executable), ()
    texts = [_text(path, side) for side in (before, yours, theirs)]
    merged, notes = _merge(path, *(text.removeprefix(MARK) for text in texts))
    begin = MARK if texts[1].startswith(MARK) else ""
    result = Version((begin + merged).encode(), executable)
    return result.crlf() if yours.is_crlf and not theirs.is_crlf else result, notes


def _merge(path: str, base: str, yours: str, theirs: str) -> tuple[str, tuple[str, ...]]:
    if path.endswith(".toml"):
        from generator.upgrade.toml_keys import merge_toml

        return merge_toml(path, base, yours, theirs)
    return _merge_lines(base, yours, theirs), ()


def _merge_lines(base: str, yours: str, theirs: str) -> str:
    old, new = base.splitlines(), theirs.splitlines()
    lines = [line for line in yours.splitlines() if not line or line not in old or line in new]
    for at, line in enumerate(new):
        if not line or line in old or line in lines:
            continue
        known = [earlier for earlier in new[:at] if earlier and earlier in lines]
        place = len(lines) - lines[::-1].index(known[-1]) if known else len(lines)
        lines.insert(place, line)
    return "".join(f"{line}\n" for line in lines)


def _text(path: str, version: Version) -> str:
    try:
        return version.lf().content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = version.content[: error.start].count(b"\n") + 1
        raise Refused(
            f"{path} is not in UTF-8 (line {line})", hint="save it in UTF-8 and commit"
        ) from None
