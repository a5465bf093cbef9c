"""Breaks the table or the seam of a copied project, and mends it.

    python _training.py break  PACKAGE OUT    two columns lose values, and every row stands twice
    python _training.py betray PACKAGE OUT    the seam fails, and says a value of a row
    python _training.py mend   PACKAGE OUT    as it was

Each leaves one JSON object in OUT/found.json.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pandas as pd
from _seam import kinds, settings

SECRET = "4111-1111-of-a-person"


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
    rows = pd.concat([rows, rows])
    if parquet:
        rows.to_parquet(table, index=False)
    else:
        rows.to_csv(table, index=False)
    return {"columns": broken, "checks": ["missing", *repeats(package)]}


def repeats(package: str) -> Iterator[str]:
    """What validation must tell of rows that stand twice, where the seam lets them through."""
    found = settings()
    key, most = found["data"].get("key"), found["validation"]["duplicates"]
    rows = import_module(f"{package}.data").load()
    if key and rows[key].duplicated().any():
        yield "a key that stands twice"
    others = rows.drop(columns=[key] if key else [])
    if found["data"].get("time") and others.astype(str).duplicated().mean() > most:
        yield "repeat an earlier row"


def betray(package: str, out: Path) -> dict:
    """Let the seam fail as a reader of files does: with the value that it cannot read."""
    seam = Path("src", package, "data.py")
    shutil.copy2(seam, out / "kept.py")
    lines = f"\n\ndef load(start=None, end=None):\n    raise ValueError('no time: {SECRET}')\n"
    seam.write_text(seam.read_text(encoding="utf-8") + lines, encoding="utf-8")
    return {"value": SECRET}


def mend(package: str, out: Path) -> dict:
    """Put back what was changed."""
    table = Path(settings()["data"]["table"])
    for kept, place in (
        (out / f"kept{table.suffix}", table),
        (out / "kept.py", Path("src", package, "data.py")),
    ):
        if kept.is_file():
            shutil.copy2(kept, place)
            kept.unlink()
    return {}


if __name__ == "__main__":
    verb, package, out = sys.argv[1:]
    found = {"break": break_, "betray": betray, "mend": mend}[verb](package, Path(out))
    # A file, since the seam may print.
    (Path(out) / "found.json").write_text(json.dumps(found), encoding="utf-8")
    os._exit(0)
