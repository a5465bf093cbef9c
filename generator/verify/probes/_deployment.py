"""Traffic for two versions of a project, with its labels; and answers that failed.

    python _deployment.py ask  PACKAGE OUT    records that training never saw, with their labels
    python _deployment.py fail PACKAGE OUT    the version named in OUT/version could not answer

Each leaves one JSON object in OUT/found.json.
"""

import json
import os
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pandas as pd
from _judging import TRUTH
from _monitoring import write
from _seam import settings
from _serving import plain, record

ASKED = 800
FAILED = 300


def ask(package: str, out: Path) -> dict:
    """Records and labels, drawn with replacement where there are few rows."""
    data = settings()["data"]
    rows = pd.read_parquet(out / TRUTH)
    rows = rows.sample(ASKED, replace=len(rows) < ASKED, random_state=0)
    kind = next(one["kind"] for one in data["schema"] if one["name"] == data["target"])
    return {
        "records": [record(row, data) for row in rows.to_dict("records")],
        "labels": [plain(label, kind) for label in rows[data["target"]]],
        "key": data.get("key"),
    }


def fail(package: str, out: Path) -> dict:
    """Write records of answers that failed, as the service does."""
    made = import_module(f"{package}.ops.predictions.record").Record
    version = (out / "version").read_text(encoding="utf-8")
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    names = [f"failed/{place}" for place in range(FAILED)]
    told = [
        made(id=one, time=time, version=version, features={}, error="it broke") for one in names
    ]
    write(package, told)
    return {"failed": FAILED}


if __name__ == "__main__":
    verb, package, out = sys.argv[1:]
    found = {"ask": ask, "fail": fail}[verb](package, Path(out))
    # A file, since the seam may print.
    (Path(out) / "found.json").write_text(json.dumps(found), encoding="utf-8")
    # The work is done: threads of libraries have aborted while the interpreter came down.
    os._exit(0)
