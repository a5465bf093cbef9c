"""Breaks the table of a copied project, and mends it.

    python _training.py break PACKAGE OUT    two columns lose values that they must have
    python _training.py mend  PACKAGE OUT    as it was

Each leaves one JSON object in OUT/found.json.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import pandas as pd
from _seam import kinds, settings


def break_(package: str, out: Path) -> dict:
    """Write a table that breaks a promise; the old one is kept in OUT."""
    data = settings()["data"]
    table = Path(data["table"])
    kept = out / f"kept{table.suffix}"
    shutil.copy2(table, kept)
    table.unlink()  # it may be a link to the owner's own
    parquet = table.suffix == ".parquet"
    rows = pd.read_parquet(kept) if parquet else pd.read_csv(kept, dtype="str")
    promised = {one["name"]: one for one in data["schema"]}
    strict = [name for name, _ in kinds(data) if not promised[name].get("nullable")]
    broken = strict[:2] or [kinds(data)[0][0]]
    for name in broken:
        rows[name] = rows[name].astype("object")
        rows.loc[rows.index % 2 == 0 if strict else rows.index >= 0, name] = None
    if parquet:
        rows.to_parquet(table, index=False)
    else:
        rows.to_csv(table, index=False)
    return {"columns": broken, "check": "missing"}


def mend(package: str, out: Path) -> dict:
    """Put the table back."""
    table = Path(settings()["data"]["table"])
    shutil.copy2(out / f"kept{table.suffix}", table)
    return {}


if __name__ == "__main__":
    verb, package, out = sys.argv[1:]
    found = {"break": break_, "mend": mend}[verb](package, Path(out))
    # A file, since the seam may print.
    (Path(out) / "found.json").write_text(json.dumps(found), encoding="utf-8")
    os._exit(0)
