# ours: kept current by mlops-maturity upgrade
"""The body of a request, read strictly: records whose values are of the kinds that were promised.

msgspec reads bytes straight into typed records, one field for each column. Fields have plain names
of their own; where a column's name cannot be an alias of one, records are read as dictionaries
first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from .faults import INVALID, MALFORMED, TOO_LARGE, Unanswerable, in_words, not_finite

if TYPE_CHECKING:
    from ..model_file import Model
    from ..schema import Column

WHOLE = 2.0**53 - 1
"""Beyond it, whole numbers that differ can be the same float64."""

_TYPES: dict[str, type] = {"number": float, "integer": float, "boolean": bool}
_KINDS = {"number": "number", "integer": "whole number", "boolean": "boolean"}
_PLACE = re.compile(r" - at `\$(?:\[(\d+)\])?(?:\.(.*))?`$", re.DOTALL)
_UNSAFE = re.compile(r'[\\"\x00-\x1f]')
_FIELD = re.compile(r"field `(.*)`", re.DOTALL)
_WANTED = "a record, or an array of records: objects with a field for each column"


@dataclass(frozen=True)
class Questions:
    """The records of a request.

    Attributes:
        values: of the features in their order, one tuple for each record.
        keys: what the records are called by their sender; none where there is no key column.
        unseen: by place of the record, columns whose category training did not know.
    """

    values: Sequence[tuple[Any, ...]]
    keys: Sequence[Any] | None
    unseen: Mapping[int, list[str]]


class Reader:
    """Reads bodies for one model."""

    def __init__(self, model: Model, most_rows: int, refuse_unseen: bool) -> None:
        self.features = model.features
        self._most_rows = most_rows
        self._refuse_unseen = refuse_unseen
        self._known = [
            (place, frozenset(column.categories))
            for place, column in enumerate(self.features)
            if column.categories
        ]
        self._whole = [
            place for place, column in enumerate(self.features) if column.kind == "integer"
        ]
        names = [column.name for column in self.features]
        beside = beside_features(model)
        self._key = (
            len(names) + beside.index(key) if (key := model.card.get("key")) in beside else None
        )
        self._names: list[str] = [*names, *beside]
        self._is_plain = not any(_UNSAFE.search(name) for name in self._names)
        record = self._record()
        self._decoder = msgspec.json.Decoder(list[record] | record)  # type: ignore[valid-type]
        self._type = list[record] | record  # type: ignore[valid-type]

    def read(self, body: bytes) -> Questions:
        """The questions in a body: one record, or an array of them.

        Raises:
            Unanswerable: it is no JSON, or a record does not fit; names row and column.
        """
        try:
            found = self._decoder.decode(body) if self._is_plain else self._converted(body)
        except msgspec.ValidationError as error:
            raise self._misfit(str(error)) from None
        except RecursionError:
            raise Unanswerable(INVALID, "it is nested too deeply", hint=self._hint()) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            special = b"NaN" in body or b"Infinity" in body
            row, column = not_finite(body) if special else (None, None)
            hint = "JSON has no NaN or Infinity; null is missing" if special else _WANTED
            said = f"the body is no JSON: {error}"
            raise Unanswerable(MALFORMED, said, row, column, hint) from None
        records = found if isinstance(found, list) else [found]
        self._check_count(len(records))
        rows = [msgspec.structs.astuple(one) for one in records]
        keys = None if self._key is None else [row[self._key] for row in rows]
        width = len(self.features)
        values = rows if width == len(self._names) else [row[:width] for row in rows]
        self._check_whole(values)
        return Questions(values, keys, self._unseen(values))

    def _record(self) -> type[msgspec.Struct]:
        fields: list[Any] = [
            (f"c{place}", _type(column))
            if not column.nullable
            else (f"c{place}", _type(column) | None, None)
            for place, column in enumerate(self.features)
        ]
        for place in range(len(fields), len(self._names)):
            fields.append((f"c{place}", str | int | float | None, None))
        names = {f"c{place}": name for place, name in enumerate(self._names)}
        return msgspec.defstruct(
            "Record",
            fields,
            rename=names if self._is_plain else None,
            forbid_unknown_fields=True,
            kw_only=True,
            gc=False,
        )

    def _converted(self, body: bytes) -> Any:
        """Records by way of dictionaries, for names that are no alias of a field."""
        found = msgspec.json.decode(body)
        fields = {name: f"c{place}" for place, name in enumerate(self._names)}
        if isinstance(found, list):
            plain: Any = [_renamed(one, fields) for one in found]
        else:
            plain = _renamed(found, fields)
        return msgspec.convert(plain, self._type)

    def _misfit(self, said: str) -> Unanswerable:
        place = _PLACE.search(said)
        text = said[: place.start()] if place else said
        row = int(place[1]) + 1 if place and place[1] else None
        column = self._shown(place[2]) if place and place[2] is not None else None
        named = _FIELD.search(text)
        if named is not None:
            column = self._shown(named[1])
            if text.startswith("Object missing"):
                return Unanswerable(
                    INVALID, "the column is missing", row or 1, column, self._hint()
                )
            return Unanswerable(INVALID, "there is no such column", row or 1, column, self._hint())
        if column is None:
            return Unanswerable(
                INVALID, f"{in_words(text)}; wanted is {_WANTED}", row, None, self._hint()
            )
        return Unanswerable(INVALID, in_words(text), row or 1, column, self._promise(column))

    def _shown(self, name: str) -> str:
        """The column's name for a field's; of an unknown one the name as it was sent."""
        if self._is_plain:
            return name
        if name.startswith("?"):
            return name[1:]
        return self._names[int(name[1:])]

    def _hint(self) -> str:
        names = [column.name for column in self.features]
        shown = [name if name.isidentifier() else repr(name) for name in names]
        return f"the model takes: {', '.join(shown)}"

    def _promise(self, name: str) -> str:
        column = next((one for one in self.features if one.name == name), None)
        if column is None:
            return "it is a text or a number"
        null = " or null" if column.nullable else ""
        return f"it is a {_KINDS.get(column.kind, 'text')}{null}"

    def _check_count(self, count: int) -> None:
        if count == 0:
            raise Unanswerable(INVALID, "there is no record", hint="send at least one")
        if count > self._most_rows:
            raise Unanswerable(
                TOO_LARGE, f"{count} records are too many", hint=f"at most {self._most_rows}"
            )

    def _check_whole(self, values: Sequence[tuple[Any, ...]]) -> None:
        for place in self._whole:
            for number, row in enumerate(values, 1):
                value = row[place]
                if value is not None and (value % 1 or abs(value) > WHOLE):
                    raise Unanswerable(
                        INVALID,
                        f"no whole number between {-WHOLE:.0f} and {WHOLE:.0f}",
                        number,
                        self._names[place],
                        detail=f"{value:g}",
                    )

    def _unseen(self, values: Sequence[tuple[Any, ...]]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for place, known in self._known:
            for number, row in enumerate(values):
                if row[place] is None or row[place] in known:
                    continue
                if self._refuse_unseen:
                    raise Unanswerable(
                        INVALID,
                        "no category that training knew",
                        number + 1,
                        self._names[place],
                        'known ones stand under categories; [serving] unseen = "answer" takes all',
                        repr(row[place][:40]),
                    )
                found.setdefault(number, []).append(self._names[place])
        return found


def beside_features(model: Model) -> list[str]:
    """What a record may tell beside the features: its key, and its time, which no model sees."""
    names = {column.name for column in model.features}
    told = (model.card.get("key"), model.card.get("time"))
    return [name for name in told if name and name not in names]


def to_array(values: Sequence[tuple[Any, ...]], features: Sequence[Column]) -> np.ndarray:
    """The values as a frame of `conform` has them, without the frame; shape (n, features).

    Numbers and booleans are float64 and NaN where missing; with a text among the features the
    whole is of type object, and a missing text is None.
    """
    numbers = [place for place, column in enumerate(features) if column.is_number]
    if len(numbers) == len(features):
        return np.array(values, dtype="float64")
    table = np.empty((len(values), len(features)), dtype="object")
    table[:] = values
    if numbers:
        table[:, numbers] = table[:, numbers].astype("float64")
    return table


def _type(column: Column) -> Any:
    return _TYPES.get(column.kind, str)


def _renamed(record: Any, fields: dict[str, str]) -> Any:
    if not isinstance(record, dict):
        return record
    return {fields.get(name, f"?{name}"): value for name, value in record.items()}
