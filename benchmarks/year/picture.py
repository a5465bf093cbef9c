"""The error of each level over the year, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.year.told import NAMES

COLORS = ("#999999", "#999999", "#0072b2", "#e69f00", "#009e73")


def draw(found: Sequence[dict[str, Any]], path: Path) -> None:
    """One line for each level; releases are marked. Level 1 answers as level 0 does."""
    import pandas as pd
    from matplotlib.figure import Figure

    metric = found[0]["metric"]
    figure = Figure(figsize=(11, 5), layout="constrained")
    axes = figure.subplots()
    for level, one in enumerate(found):
        if level == 1:
            continue
        ends = pd.to_datetime([window["end"] for window in one["windows"]])
        values = [window["metrics"][metric] for window in one["windows"]]
        name = "0 and 1: never trained again" if level == 0 else NAMES[level]
        axes.plot(ends, values, color=COLORS[level], label=name, linewidth=2 if level == 4 else 1.3)
        for release in one["releases"][1:]:
            when = pd.Timestamp(release["when"]).tz_localize(None)
            axes.plot(when, 0, marker="^", color=COLORS[level], clip_on=False, zorder=3)
    axes.set_ylim(bottom=0)
    axes.set(ylabel=metric, title="Error of each window; triangles: another version answers")
    axes.legend(frameon=False, loc="upper left")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)
