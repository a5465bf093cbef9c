"""Our service and MLflow's with the same version, and what they answer."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

import pandas as pd

JSON = "application/json"


@dataclass(frozen=True)
class Both:
    """Our service and MLflow's, with the same version.

    Attributes:
        ours: address of the service.
        theirs: address of `mlflow models serve`.
        rows: features of some rows.
    """

    ours: str
    theirs: str
    rows: pd.DataFrame


def ask(
    address: str, body: bytes | None, kind: str = JSON, path: str = "/invocations"
) -> tuple[int, Any]:
    """Status, and what the body of the answer says."""
    asked = urllib.request.Request(address + path, body, {"Content-Type": kind})
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, json.loads(answer.read().strip() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, None


def records(rows: pd.DataFrame) -> dict[str, Any]:
    return {"dataframe_records": json.loads(rows.to_json(orient="records"))}
