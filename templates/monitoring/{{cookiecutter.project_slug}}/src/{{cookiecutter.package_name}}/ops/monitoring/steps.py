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
    from ..pipeline.pipeline import Pipeline


def keep_profile(work: Pipeline) -> Pipeline:
    """Profiles of rows and answers, beside the model file."""
    from ..training import split

    assert work.rows is not None
    assert work.trained is not None
    older, newer, _ = split(work.rows, work.settings.train.holdout)
    found = made(work.settings, work.trained.estimator, older, newer)
    text = told(found, read_monitoring(work.settings).hours)
    work.kept.text(text, f"{RELEASE}/{FILE}")
    return replace(work, said=f"{len(found.features.windows)} windows of the time of training")


PROFILE: Step[Pipeline] = Step("profile", keep_profile)
"""Comes before the step that registers."""
