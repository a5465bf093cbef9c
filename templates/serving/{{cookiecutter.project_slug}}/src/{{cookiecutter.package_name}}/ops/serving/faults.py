# ours: kept current by mlops-maturity upgrade
"""Why a request cannot be answered, in words for its sender."""

from __future__ import annotations

import json
import math
import re

MALFORMED, INVALID, TOO_LARGE = 400, 422, 413


class Unanswerable(Exception):
    """A request that cannot be answered.

    Attributes:
        status: of HTTP.
        reason: why, without a value of the request, so that a log may hold it.
        detail: the value, or what the model says about it.
        row: number of the record, from 1.
        column: name of the column.
        hint: what to do about it.
    """

    def __init__(
        self,
        status: int,
        message: str,
        row: int | None = None,
        column: str | None = None,
        hint: str = "",
        detail: str = "",
    ) -> None:
        super().__init__(f"{message}: {detail}" if detail else message)
        self.status, self.reason, self.detail = status, message, detail
        self.row, self.column, self.hint = row, column, hint


class Unpredictable(Unanswerable):
    """A record that fits, and that the model cannot answer all the same."""


def not_finite(body: bytes) -> tuple[int | None, str | None]:
    """Row and column of the first NaN or Infinity, in a body that is JSON but for these."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None, None
    for row, record in enumerate(found if isinstance(found, list) else [found], 1):
        for name, value in record.items() if isinstance(record, dict) else ():
            if isinstance(value, float) and not math.isfinite(value):
                return row, name
    return None, None


def in_words(text: str) -> str:
    """What msgspec says, in words that know no Python."""
    words = {"str": "text", "float": "number", "int": "number", "bool": "boolean"}
    plain = re.sub(r"\b(str|float|int|bool)\b", lambda found: words[found[0]], text)
    return f"{plain[:1].lower()}{plain[1:]}".replace("`", "")
