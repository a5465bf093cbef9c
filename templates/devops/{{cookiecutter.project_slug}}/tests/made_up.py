# ours: kept current by mlops-maturity upgrade
"""Rows made up from the schema, for tests where the real table must not be."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROWS = 600
NUMBERS = ("integer", "number")
LETTERS = ("a", "b", "c")


def made_up(settings: dict[str, Any], rows: int = ROWS) -> pd.DataFrame:
    """A table that fits the schema and whose target follows from its features, with noise."""
    data, chance = settings["data"], np.random.default_rng(0)
    table: dict[str, Any] = {}
    signal = chance.normal(size=rows)
    for column in data["schema"]:
        name = column["name"]
        if name == data.get("time"):
            table[name] = pd.date_range("2020-01-01", periods=rows, freq="h")
        elif name == data.get("key"):
            keys = np.arange(1, rows + 1)
            table[name] = keys if column["kind"] in NUMBERS else keys.astype(str)
        elif name == data["target"]:
            table[name] = None
        else:
            table[name] = _feature(column, signal + chance.normal(scale=0.3, size=rows), chance)
    task, target = settings["project"]["task"], data["target"]
    kind = next(one for one in data["schema"] if one["name"] == target)
    table[target] = _label(task, kind, signal + chance.normal(scale=0.3, size=rows))
    return pd.DataFrame(table)


def write(table: pd.DataFrame, path: Path) -> None:
    """As CSV or Parquet, by the suffix."""
    if path.suffix == ".parquet":
        table.to_parquet(path, index=False)
    else:
        table.to_csv(path, index=False)


def _feature(column: dict[str, Any], signal: np.ndarray, chance: np.random.Generator) -> Any:
    kind = column["kind"]
    if kind == "time":
        return pd.Timestamp("2020-01-01") + pd.to_timedelta((signal * 24).round(), unit="h")
    if kind == "boolean":
        values: Any = signal > 0
    elif kind == "integer":
        values = (signal * 10).round().astype(int)
    elif kind == "number":
        values = signal
    else:
        known = column.get("categories") or LETTERS
        values = np.array(known, dtype=object)[(np.abs(signal * 2).astype(int)) % len(known)]
    if not column.get("nullable"):
        return values
    return pd.Series(values).astype(object).where(chance.random(len(signal)) > 0.1, None)


def _label(task: str, column: dict[str, Any], signal: np.ndarray) -> Any:
    if task == "regression":
        return (signal * 10).round().astype(int) if column["kind"] == "integer" else signal
    if column["kind"] == "boolean":
        return signal > 0
    known = column.get("categories") or LETTERS[:2]
    places = np.digitize(signal, np.quantile(signal, np.linspace(0, 1, len(known) + 1)[1:-1]))
    if column["kind"] in NUMBERS:
        return places
    return np.array(known, dtype=object)[places]
