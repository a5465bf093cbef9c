"""What a column holds, from its type or, where all is text, from its values.

A value keeps the form that it has in the user's table, so that later questions fit as they come:
`yes` stays a word and `0` a number; only `true` and `false` are truth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator.context import Kind
from generator.table.source import Source

__all__ = ["Typed", "types"]

# What stands for a missing number, truth or time in a text; as in the project's ops/schema.py.
WORDS = ("NA", "NaN", "nan", "null", "NULL", "None", "N/A")
# Beyond it, whole numbers that differ can be the same float64; as in ops/serving/questions.py.
WHOLE = 2**53 - 1
YEARS = (1678, 2261)  # what pandas holds in nanoseconds
AT_ONCE = 40

INTEGER = r"\s*-?(0|[1-9][0-9]*)\s*"
NUMBER = r"\s*-?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*"
INFINITE = r"\s*[+-]?inf(inity)?\s*"
TIME = (
    r"[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}"
    r"([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?)?"
)
OTHER_DATE = r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{2,4}([ T].*)?"
COMMA = r"\s*-?[0-9]+,[0-9]+\s*"

MOMENT = "(try_cast({c} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
COUNTS = {
    "filled": "count({c})",
    "words": f"count_if({{c}} IN {WORDS})",
    "booleans": "count_if(lower({c}) IN ('true', 'false'))",
    "integers": f"count_if(regexp_full_match({{c}}, '{INTEGER}'))",
    "vast": f"count_if(regexp_full_match({{c}}, '{INTEGER}')"
    f" AND abs(try_cast({{c}} AS DOUBLE)) > {WHOLE})",
    "numbers": f"count_if(regexp_full_match({{c}}, '{NUMBER}')"
    " AND isfinite(try_cast({c} AS DOUBLE)))",
    "infinite": f"count_if(regexp_full_match(lower({{c}}), '{INFINITE}'))",
    "times": f"count_if(regexp_full_match({{c}}, '{TIME}')"
    f" AND year({MOMENT}) BETWEEN {YEARS[0]} AND {YEARS[1]})",
    "dates": f"count_if(regexp_full_match({{c}}, '{OTHER_DATE}'))",
    "commas": f"count_if(regexp_full_match({{c}}, '{COMMA}'))",
}

INTEGERS = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")
NUMBERS = re.compile(r"FLOAT|DOUBLE|DECIMAL\(.*\)")
TIMES = re.compile(r"DATE|TIMESTAMP.*")
TEXTS = re.compile(r"VARCHAR|UUID|ENUM\(.*\)")


@dataclass(frozen=True)
class Typed:
    """A column as the project will read it.

    Attributes:
        kind: text where it is a category, too: that depends on how its values repeat; none where
            no table can hold it.
        expression: its value in SQL, over `raw`.
        remarks: what a person should know of it.
    """

    kind: Kind | None
    expression: str
    remarks: tuple[str, ...] = ()


def types(source: Source) -> list[Typed]:
    """The columns of a source, in order."""
    texts = [place for place, name in enumerate(source.types) if name == "VARCHAR"]
    counted: dict[int, dict[str, int]] = {}
    for start in range(0, len(texts), AT_ONCE):
        part = texts[start : start + AT_ONCE]
        asked = [form.replace("{c}", f"c{place}") for place in part for form in COUNTS.values()]
        told = iter(source.row(f"SELECT {', '.join(asked)} FROM raw"))
        for place in part:
            counted[place] = {name: next(told) or 0 for name in COUNTS}
    return [
        _of_text(source, place, counted[place])
        if place in counted
        else _of_type(source, place, name)
        for place, name in enumerate(source.types)
    ]


def _of_text(source: Source, place: int, counts: dict[str, int]) -> Typed:
    c = f"c{place}"
    values = counts["filled"] - counts["words"]
    bare = f"(CASE WHEN {c} NOT IN {WORDS} THEN {c} END)"
    if values and values == counts["times"]:
        declared = source.delimiter is None
        remarks = ("its times are stored as text; they are read as times",) if declared else ()
        return Typed("time", MOMENT.replace("{c}", bare), remarks)
    if values and source.delimiter is not None:
        if values == counts["booleans"]:
            truth = f"(CASE lower({c}) WHEN 'true' THEN true WHEN 'false' THEN false END)"
            return Typed("boolean", truth)
        if values == counts["integers"] and not counts["vast"]:
            return Typed("integer", f"try_cast(trim({bare}) AS BIGINT)")
        # A table that stays where it is is read by the project, which takes no infinite number.
        infinite = 0 if source.stays else counts["infinite"]
        if infinite < values == counts["numbers"] + infinite and not counts["vast"]:
            return _finite(f"try_cast({bare} AS DOUBLE)", infinite)
    return Typed("text", f"nullif({c}, '')", tuple(_text_remarks(source, counts, values)))


def _text_remarks(source: Source, counts: dict[str, int], values: int) -> Iterator[str]:
    numbers, dates = counts["numbers"], counts["dates"] + counts["times"]
    if counts["vast"]:
        yield f"it holds whole numbers beyond {WHOLE}, which no float tells apart: kept as text"
    elif values and numbers == values:
        yield "its numbers are stored as text: kept as text"
    elif 2 * dates > values > 0:
        yield "its dates are text of another form: write 2013-01-31 or 2013-01-31T10:00:00"
    elif 2 * numbers > values:
        yield f"mixed types, no number in {values - numbers:,} of {values:,} values: kept as text"
    elif 2 * counts["commas"] > values > 0:
        yield "its numbers have a decimal comma: write a point, or it stays text"
    if counts["words"] and values:
        yield (
            f"{counts['words']:,} values say NA or the like and count as a value of their own; "
            "leave a cell empty where it is missing"
        )


def _finite(value: str, infinite: int) -> Typed:
    told = (f"{infinite:,} infinite values count as missing",) if infinite else ()
    return Typed("number", f"(CASE WHEN isfinite({value}) THEN {value} END)", told)


def _of_type(source: Source, place: int, name: str) -> Typed:
    c = f"c{place}"
    if name == "BOOLEAN":
        return Typed("boolean", c)
    if INTEGERS.fullmatch(name):
        largest = source.row(f"SELECT max(abs({c}::DOUBLE)) FROM raw")[0] or 0
        if largest <= WHOLE:
            return Typed("integer", f"{c}::BIGINT")
        vast = f"it holds whole numbers beyond {WHOLE}, which no float tells apart: kept as text"
        return Typed("text", f"{c}::VARCHAR", (vast,))
    if NUMBERS.fullmatch(name):
        value = f"{c}::DOUBLE"
        return _finite(value, source.row(f"SELECT count_if(isinf({value})) FROM raw")[0] or 0)
    if TIMES.fullmatch(name):
        zoned = "TIMESTAMPTZ" in name or "WITH TIME ZONE" in name
        moment = f"try_cast({c} AS {'TIMESTAMPTZ' if zoned else 'TIMESTAMP'})"
        moment = f"({moment} AT TIME ZONE 'UTC')" if zoned else moment
        inside = f"year({moment}) BETWEEN {YEARS[0]} AND {YEARS[1]}"
        return Typed("time", f"(CASE WHEN {inside} THEN {moment} END)")
    if TEXTS.fullmatch(name):
        return Typed("text", f"nullif({c}::VARCHAR, '')")
    return Typed(None, "NULL")
