# ours: kept current by mlops-maturity upgrade
"""A step of the pipeline: odd batches are left out, and which these were stands on the version."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np

from ..pipeline.reproduction import AGAIN
from ..rows import labelled_rows, parse_moment, show_moment
from .batches import batch_of, sort
from .limits import read_limits

if TYPE_CHECKING:
    import pandas as pd

    from ..pipeline.pipeline import Pipeline
    from ..settings import Settings

TAG, SPANS = "quarantine", "left_out"
MOST = 4000
"""Characters of a tag."""


def quarantine(work: Pipeline) -> Pipeline:
    """Leave out the rows of odd batches: nothing is learnt of them, and nothing judged by them.

    What is odd depends on the champion; so a version that is trained again leaves out what it did.
    """
    assert work.rows is not None
    if (told := os.environ.get(AGAIN)) is not None:
        tags = {TAG: "", SPANS: "[]", **json.loads(told)}
        odd, said = _inside(work.settings, work.rows.clock, json.loads(tags[SPANS])), tags[TAG]
    else:
        odd, said = _odd(work)
    if not odd.any():
        return replace(work, said="no batch is odd")
    spans = json.dumps(_spans(work.rows.clock, odd))
    tags = {**work.tags, TAG: said[:MOST], SPANS: spans if len(spans) <= MOST else "[]"}
    rows = work.rows.part(work.rows.labels.notna() & ~odd)
    notes = (*work.notes, f"left out, in quarantine: {said[:MOST]}")
    return replace(
        work, rows=rows, tags=tags, notes=notes, said=f"{int(odd.sum()):,} rows are left out"
    )


def _odd(work: Pipeline) -> tuple[np.ndarray, str]:
    """Whether each row of the window lies in an odd batch, and what is odd about these.

    All rows up to the window's end are told apart: those before it say what is usual.
    """
    assert work.rows is not None
    limits = read_limits(work.settings.root)
    found = sort(
        work.settings, labelled_rows(work.settings, None, work.window[1], work.known), limits
    )
    inside = batch_of(work.settings, work.rows.clock, limits)
    here = np.isin(found.batches, inside)
    said = (f"{start}: {why}" for start, why in found.why.items())
    return np.isin(inside, found.batches), "; ".join(compress(said, here))


def _spans(clock: pd.Series[Any], odd: np.ndarray) -> list[list[str]]:
    """First and last moments of the rows that are left out, as few as there can be."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], odd, [False]]).astype("int8")))
    return [
        [show_moment(clock.iloc[first]), show_moment(clock.iloc[after - 1])]
        for first, after in zip(edges[::2], edges[1::2], strict=True)
    ]


def _inside(settings: Settings, clock: pd.Series[Any], spans: list[list[str]]) -> np.ndarray:
    """Whether each row lies in a span."""
    found = np.zeros(len(clock), dtype=bool)
    for first, last in spans:
        ends = (parse_moment(settings, first), parse_moment(settings, last))
        found |= ((clock >= ends[0]) & (clock <= ends[1])).to_numpy()
    return found
