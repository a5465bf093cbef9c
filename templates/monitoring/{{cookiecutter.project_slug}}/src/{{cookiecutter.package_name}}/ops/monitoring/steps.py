# ours: kept current by mlops-maturity upgrade
"""The step of the pipeline that keeps what a version learnt from, as a profile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..steps import Step
from ..tracking.place import RELEASE
from .champion import FILE, made, told
from .options import read_monitoring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..pipeline.pipeline import Pipeline
    from .options import Monitoring


def keep_profile(work: Pipeline) -> Pipeline:
    """Profiles of rows and answers, beside the model file."""
    from ..training import split

    assert work.rows is not None
    assert work.trained is not None
    older, newer, _ = split(work.rows, work.settings.train.holdout)
    found = made(work.settings, work.trained.estimator, older, newer)
    limits, count = read_monitoring(work.settings), len(found.features.windows)
    work.kept.text(told(found, limits.hours), f"{RELEASE}/{FILE}")
    said = f"{count} windows of the time of training"
    return replace(work, said=said, notes=(*work.notes, *_note(work, limits, count)))


def _note(work: Pipeline, limits: Monitoring, count: int) -> Iterator[str]:
    """What is not known without a window to compare with."""
    if not count:
        of, key = f"{limits.hours:g} hours", "hours"
        if not work.settings.data.time:
            of, key = f"{limits.rows:,} rows", "rows"
        yield (
            f"no window of {of} holds enough rows to tell what is usual: live drift is found late;"
            f" see [monitoring] {key}"
        )


PROFILE: Step[Pipeline] = Step("profile", keep_profile)
"""Comes before the step that registers."""
