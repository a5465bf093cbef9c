# ours: kept current by mlops-maturity upgrade
"""A page by Evidently: a window of the log beside the rows that the champion learnt from.

It is there to be looked at; what raises an alarm is decided in `thresholds.py`. Both sides are
sampled, since its time and its page grow with rows. Each column is given a method: left to itself,
Evidently takes a chi-square test that holds the reference for exact and finds drift in samples of
one distribution.
"""

from __future__ import annotations

import os
import warnings
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..drift import SKIPPED
from ..errors import Undecided
from ..files import write_whole
from ..predictions.reading import frames
from .series import Window, folder

if TYPE_CHECKING:
    import pandas as pd

    from ..model_file import Model
    from ..schema import Column
    from ..settings import Settings

MOST_ROWS = 5_000
METHODS = {True: ("wasserstein", 0.1), False: ("jensenshannon", 0.1)}
"""Method and limit of numbers, and of everything else."""


def write_report(settings: Settings, champion: Model, window: Window) -> Path:
    """Write the page of a window; returns where it is.

    Raises:
        Undecided: there are no rows on one of the sides.
    """
    columns = [column for column in champion.features if column.kind not in SKIPPED]
    start, end = datetime.fromisoformat(window.start), window.until
    current = _sampled(settings, frames(settings, columns, start, end), columns)
    reference = _sampled(settings, [_learnt(settings, champion)], columns)
    if current.empty or reference.empty:
        raise Undecided("there are no rows to report on", "see [log] days")
    path = folder(settings) / "reports" / f"{end:%Y%m%dT%H%M%SZ}-version-{window.version}.html"
    write_whole(path, _page(reference, current, columns).encode())
    return path


def _page(reference: pd.DataFrame, current: pd.DataFrame, columns: list[Column]) -> str:
    os.environ.setdefault("DO_NOT_TRACK", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from evidently import DataDefinition, Dataset, Report
        from evidently.metrics import ValueDrift
        from evidently.tests import lt

        numbers = [column.name for column in columns if column.is_number]
        others = [column.name for column in columns if not column.is_number]
        sides = DataDefinition(numerical_columns=numbers, categorical_columns=others)
        metrics = []
        for column in columns:
            method, limit = METHODS[column.is_number]
            metrics.append(
                ValueDrift(column=column.name, method=method, threshold=limit, tests=[lt(limit)])
            )
        both = [Dataset.from_pandas(rows, data_definition=sides) for rows in (current, reference)]
        return str(Report(metrics).run(*both).get_html_str(as_iframe=False))


def _learnt(settings: Settings, champion: Model) -> pd.DataFrame:
    """The rows that it learnt from, as the seam gives them now."""
    from ..rows import labelled_rows, parse_moment

    window = champion.card["window"]
    start, end = (parse_moment(settings, window[side]) for side in ("start", "end"))
    return labelled_rows(settings, start, end).features


def _sampled(settings: Settings, parts: Any, columns: list[Column]) -> pd.DataFrame:
    """At most so many rows, chosen by chance; columns without a value are left out."""
    import pandas as pd

    names = [column.name for column in columns]
    kept = pd.DataFrame(columns=names)
    seen = 0
    for part in parts:
        # A row of the whole has the same chance wherever it lies.
        seen += len(part)
        fresh = part[names].sample(
            min(len(part), round(MOST_ROWS * len(part) / seen)), random_state=settings.train.seed
        )
        old = kept.sample(min(len(kept), MOST_ROWS - len(fresh)), random_state=settings.train.seed)
        kept = pd.concat([one for one in (old, fresh) if len(one)] or [kept])
    return kept.reset_index(drop=True)
