# ours: kept current by mlops-maturity upgrade
"""Tensors of the Open Inference Protocol: columns of records, and the outputs of a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from .faults import INVALID, MALFORMED, Unanswerable, in_words
from .questions import beside_features

if TYPE_CHECKING:
    from ..model_file import Model
    from ..schema import Column

_FLOATS, _WHOLE = ("FP64", "FP32"), ("INT64", "INT32")
_TAKEN = {"number": (*_FLOATS, *_WHOLE), "integer": (*_WHOLE, *_FLOATS), "boolean": ("BOOL",)}
_VALUES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(_FLOATS, (float, int)),
    **dict.fromkeys(_WHOLE, (int,)),
    "BOOL": (bool,),
    "BYTES": (str,),
}
_DATATYPES = {"i": "INT64", "u": "INT64", "f": "FP64", "b": "BOOL"}
KEY = ("BYTES", *_WHOLE, *_FLOATS)
"""Datatypes in which a key is taken, or a time."""


class Tensor(msgspec.Struct):
    """A column of a request."""

    name: str
    shape: list[int]
    datatype: str
    data: list[Any]


class Output(msgspec.Struct):
    """An output that is asked for."""

    name: str


class Asked(msgspec.Struct):
    """A request: tensors, what its sender calls it, and the outputs that it wants."""

    inputs: list[Tensor]
    id: str | None = None
    outputs: list[Output] | None = None


_decode = msgspec.json.Decoder(Asked).decode


def asked(body: bytes) -> Asked:
    """The request in a body.

    Raises:
        Unanswerable: it is no JSON, or no request.
    """
    try:
        return _decode(body)
    except msgspec.ValidationError as error:
        raise Unanswerable(INVALID, in_words(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unanswerable(MALFORMED, f"the body is no JSON: {error}") from None


def records(model: Model, tensors: Sequence[Tensor]) -> list[dict[str, Any]]:
    """The records whose columns the tensors are.

    Raises:
        Unanswerable: a tensor does not fit; names the column.
    """
    columns = {one.name: _values(model, one) for one in tensors}
    if len(columns) != len(tensors):
        raise Unanswerable(INVALID, "a tensor is there twice")
    if len({len(values) for values in columns.values()}) > 1:
        raise Unanswerable(INVALID, "the tensors are not of the same length")
    rows = zip(*columns.values(), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def taken(column: Column) -> tuple[str, ...]:
    """Datatypes in which a column is taken, the usual one first."""
    return _TAKEN.get(column.kind, ("BYTES",))


def outputs(model: Model) -> dict[str, tuple[str, list[int]]]:
    """Datatype and shape of each output by its name."""
    classes = getattr(model.estimator, "classes_", None)
    if classes is None:
        return {"prediction": ("FP64", [-1])}
    kind = np.asarray(classes).dtype.kind
    found = {"prediction": (_DATATYPES.get(kind, "BYTES"), [-1])}
    if hasattr(model.estimator, "predict_proba"):
        two = len(classes) == 2
        found["score" if two else "scores"] = ("FP64", [-1] if two else [-1, len(classes)])
    return found


def output(name: str, datatype: str, answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """An output as it is sent: its values one after the other."""
    shape, data = [len(answers)], [one[name] for one in answers]
    if name == "scores":
        shape, data = [*shape, len(data[0])], [value for one in data for value in one.values()]
    return {"name": name, "shape": shape, "datatype": datatype, "data": data}


def _values(model: Model, tensor: Tensor) -> list[Any]:
    kinds = {column.name: taken(column) for column in model.features}
    kinds |= dict.fromkeys(beside_features(model), KEY)
    if tensor.name not in kinds:
        known = f"the model takes: {', '.join(kinds)}"
        raise Unanswerable(INVALID, "there is no such column", None, tensor.name, known)
    if tensor.datatype not in kinds[tensor.name]:
        said = f"its datatype is none of {', '.join(kinds[tensor.name])}"
        raise Unanswerable(INVALID, said, None, tensor.name)
    found = list(_flat(tensor.data))
    if tensor.shape not in ([len(found)], [len(found), 1]):
        said = f"its shape is not that of its data, which is [{len(found)}]"
        raise Unanswerable(INVALID, said, None, tensor.name)
    for row, value in enumerate(found, 1):
        if value is not None and type(value) not in _VALUES[tensor.datatype]:
            raise Unanswerable(INVALID, f"it is no {tensor.datatype}", row, tensor.name)
    return found


def _flat(data: Sequence[Any]) -> Iterator[Any]:
    """The values; those of shape [n, 1] may be nested."""
    for one in data:
        yield one[0] if isinstance(one, list) and len(one) == 1 else one
