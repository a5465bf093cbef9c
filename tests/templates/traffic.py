"""Traffic and labels made up: what a service would have written, and what was true."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

Part = Callable[[str], ModuleType]
HOUR = timedelta(hours=1)
KEYS = range(2000)


def tag(live: Part, settings: Any, number: int, name: str, value: str) -> None:
    place = live("tracking.place")
    with place.client(settings) as mlflow:
        mlflow.set_model_version_tag(place.PROJECT, str(number), name, value)


def model_file(live: Part, settings: Any, number: int) -> Path:
    """The file of a version, as it lies in the project."""
    run = live("registry.versions").version(settings, number).run_id
    found: Path = settings.root / ".state/artifacts" / run / "artifacts/release/model.skops"
    return found


def asked(
    live: Part, settings: Any, version: int, answers: Iterable[float | None], at: Any, **more: Any
) -> None:
    """Write a record for each answer, with keys 0, 1, …, that came at a moment."""
    record, segments = live("predictions.record"), live("predictions.segments")
    place = live("predictions.place").predictions_folder(settings)
    found = [
        record.Record(
            **{"id": f"{version}/{at}/{key}", "time": at.isoformat(), "version": str(version)},
            **{"features": {}, "prediction": answer, "key": key},
            **{"error": None if answer is not None else "it broke", **more},
        )
        for key, answer in enumerate(answers)
    ]
    log = segments.Log(place)
    log.append(record.encoded(found))
    log.close()


def noisy(scale: float, seed: int) -> list[float]:
    """Answers to the keys, whose truth is their number."""
    return (np.array(KEYS) + np.random.default_rng(seed).normal(0, scale, len(KEYS))).tolist()


def truth(live: Part, settings: Any, known: Any) -> None:
    rows = pd.DataFrame({"key": KEYS, "label": np.array(KEYS) * 1.0, "known": known})
    live("predictions.labels").add(settings, rows, known)
