"""The report as JSON, and back."""

from __future__ import annotations

import json
import re
from functools import cache

from pydantic import ValidationError

from assessment.document import shipped
from assessment.errors import InvalidFile
from assessment.report.model import SCHEMA_VERSION, Report

__all__ = ["MAX_BYTES", "from_json", "json_schema", "to_json"]

MAX_BYTES = 20_000_000
"""Largest report that is read."""

_HINT = "give a file that assess --format json wrote"
_UNSEEN = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class _Twice(ValueError):
    """A name stands twice in an object; the text is the name."""


def to_json(report: Report) -> str:
    """The report as JSON text, indented by two, without a newline at its end.

    Signs that steer a terminal or turn the direction of a text are escaped.
    """
    text = report.model_dump_json(indent=2)
    return _UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def from_json(text: str, name: str) -> Report:
    """The report that `to_json` wrote.

    Args:
        text: of the file.
        name: of the file, for errors.

    Raises:
        InvalidFile: it is no JSON, no report, or one of another version.
    """
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
    except _Twice as error:
        raise InvalidFile(f"{name}: {str(error)[:40]!r} stands twice in an object", _HINT) from None
    except (ValueError, RecursionError) as error:
        place = f"{name}:{error.lineno}" if isinstance(error, json.JSONDecodeError) else name
        raise InvalidFile(f"{place}: not valid JSON", _HINT) from None
    version = data.get("schema_version") if isinstance(data, dict) else None
    if version is None:
        raise InvalidFile(f"{name}: no report", _HINT)
    if type(version) is not int or version != SCHEMA_VERSION:
        shown = str(version)[:20]
        raise InvalidFile(
            f"{name}: a report of version {shown!r}; this tool reads version {SCHEMA_VERSION}",
            "use the version of mlops-maturity that wrote it, or assess the answers again",
        )
    try:
        return Report.model_validate_json(text, strict=True)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, fault["loc"])) or "text"
        said = f"{where[:80]}: {fault['msg'][:1].lower()}{fault['msg'][1:80]}"
        raise InvalidFile(f"{name}: {' '.join(said.split())}", _HINT) from None


@cache
def json_schema() -> str:
    """The JSON Schema of a report, as text; it ships with the package."""
    return shipped("report/schema.json").decode()


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """The object of these pairs, none of which may hide another one."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key)
        found[key] = value
    return found


def _refused(constant: str) -> None:
    """NaN and the infinities are Python's own, not JSON's."""
    raise ValueError(constant)
