# ours: kept current by mlops-maturity upgrade
"""A model file from a person, registered beside those of the pipeline."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tracking.origin import who
from ..tracking.place import RELEASE, client
from ..tracking.runs import begun
from .versions import CHECKS, METRICS, SHA, register, versions

if TYPE_CHECKING:
    from ..settings import Settings


def register_file(settings: Settings, content: bytes, card: Mapping[str, Any]) -> int:
    """Register a file that a handover has checked; returns the number of the version.

    One that is registered already keeps its number.
    """
    for known in versions(settings):
        if known.tags.get(SHA) == card["sha256"] and not known.failed:
            return known.number
    with begun(settings, "handover") as run:
        run.figures(card["metrics"], card["params"])
        with client(settings) as mlflow, tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "model.skops").write_bytes(content)
            (Path(folder) / "model.json").write_text(json.dumps(card, indent=2), encoding="utf-8")
            mlflow.log_artifacts(run.run_id, folder, RELEASE)
        tags = {
            SHA: card["sha256"],
            METRICS: json.dumps(card["metrics"]),
            CHECKS: json.dumps({"handover": True}),
            "data_sha256": card["data_sha256"],
            "window": json.dumps(card["window"]),
            "holdout": json.dumps(card["holdout"]),
            "created": card["created"],
            "who": who(),
            "kind": "handover",
        }
        run.tag(tags)
        run.end("FINISHED")
    return register(settings, run.run_id, "", tags).number
