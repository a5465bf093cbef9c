# ours: kept current by mlops-maturity upgrade
"""One record of the log: what was asked, what was answered, by which version."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec

CHAMPION, CHALLENGER = "champion", "challenger"
_UNSAFE = re.compile(r'[\\"\x00-\x1f]')


class Record(msgspec.Struct, omit_defaults=True, gc=False):
    """A record.

    Attributes:
        id: of the request, and the number of the record in it from 0: `request/0`.
        time: of the answer, in ISO 8601, UTC.
        version: of the model.
        features: values in the order of the model's columns.
        prediction: none where the model could not answer.
        key: what the sender calls it.
        score: of the second of two classes.
        scores: by class, where there are more.
        variant: `champion` or `challenger`.
        error: why there is no prediction.
        experiment: id of the comparison that runs, of both of its versions.
        ms: milliseconds that answering took, together with what was answered with it.
    """

    id: str
    time: str
    version: str
    features: Mapping[str, Any]
    prediction: Any = None
    key: str | int | float | None = None
    score: float | None = None
    scores: Mapping[str, float] | None = None
    variant: str = CHAMPION
    error: str | None = None
    experiment: str | None = None
    ms: float | None = None

    @property
    def joined_by(self) -> str:
        """What its label is known by: the key as text, or the id where there is none."""
        return self.id if self.key is None else as_text(self.key)

    @property
    def moment(self) -> datetime:
        """Its time, in UTC.

        Raises:
            ValueError: it is no time.
        """
        found = datetime.fromisoformat(self.time)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def as_text(key: str | int | float) -> str:
    """A key as text: 7.0 is 7, whatever a table made of it."""
    return str(int(key)) if isinstance(key, float) and key.is_integer() else str(key)


_encoder = msgspec.json.Encoder()
_encode = _encoder.encode
_decode = msgspec.json.Decoder(Record).decode


def encoded(records: Iterable[Record]) -> list[bytes]:
    """A line for each record."""
    return [_encode(one) for one in records]


def encoded_together(records: Sequence[Record]) -> bytes:
    """The lines of all records, each with its newline."""
    return _encoder.encode_lines(records)


@cache
def row_maker(names: tuple[str, ...]) -> Callable[[tuple[Any, ...]], Any]:
    """Makes of a row what is encoded as the features of a record, which no dictionary is as fast.

    Args:
        names: of the columns, in the order of the values in a row.
    """
    if any(_UNSAFE.search(name) for name in names):  # such a name is no alias of a field
        return lambda row: dict(zip(names, row, strict=True))
    fields = {f"c{place}": name for place, name in enumerate(names)}
    kind = msgspec.defstruct("Row", [(one, Any) for one in fields], rename=fields, gc=False)
    return lambda row: kind(*row)


def decoded(lines: Iterable[bytes]) -> Iterator[Record]:
    """The records in lines; a line that is none, as a full disk leaves it, is passed over."""
    for line in lines:
        try:
            yield _decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue


def of_request(
    request: str,
    time: str,
    version: str,
    names: Sequence[str],
    values: Sequence[tuple[Any, ...]],
    answers: Sequence[Mapping[str, Any]],
    variant: str = CHAMPION,
) -> list[Record]:
    """The records of one request.

    Args:
        request: its id.
        time: of the answer.
        version: that answered.
        names: of the columns, in the order of the values.
        values: of the features, one tuple for each record.
        answers: one for each record, as the service gives them.
        variant: `champion` or `challenger`.
    """
    return [
        Record(
            id=f"{request}/{place}",
            time=time,
            version=version,
            features=dict(zip(names, row, strict=True)),
            prediction=answer["prediction"],
            key=answer.get("key"),
            score=answer.get("score"),
            scores=answer.get("scores"),
            variant=variant,
        )
        for place, (row, answer) in enumerate(zip(values, answers, strict=True))
    ]
