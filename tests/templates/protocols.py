"""The same rows as MLflow's protocol and the open one ask for them."""

from __future__ import annotations

from typing import Any

from tests.templates.live_world import FEATURES

NAMES = [str(one["name"]) for one in FEATURES]
ROW = [2.0, 3, True, "red"]


def split(*rows: list[Any], **more: Any) -> dict[str, Any]:
    return {"dataframe_split": {"columns": NAMES, "data": list(rows), **more}}


def tensor(name: str, datatype: str, data: Any, shape: Any = None) -> dict[str, Any]:
    return {"name": name, "datatype": datatype, "shape": shape or [len(data)], "data": data}


TENSORS = [
    tensor("x", "FP64", [2.0, 0.5]),
    tensor("n", "INT64", [3, None]),
    tensor("b", "BOOL", [[True], [False]], [2, 1]),
    tensor("c", "BYTES", ["red", None]),
]
