# ours: kept current by mlops-maturity upgrade
"""Drift as a picture: the columns that moved most, reference beside current."""

from __future__ import annotations

import html
import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import InvalidTable
from .files import write_whole

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .drift import ColumnDrift, DriftReport

PICTURES = (".html", ".png", ".svg")
MOST_COLUMNS = 12
MOST_VALUES = 8
ACROSS = 3
STYLE = """
body { font-family: sans-serif; margin: 2rem }
td, th { padding: .2rem .8rem; text-align: left }
svg { max-width: 100%; height: auto }
"""
COLOURS = ("#4477aa", "#ee6677")


def check_picture(path: Path) -> None:
    """Refuse a picture that is none of the formats.

    Raises:
        InvalidTable: names the suffixes.
    """
    if path.suffix not in PICTURES:
        raise InvalidTable(f"{path}: no picture", f"give it a suffix of {', '.join(PICTURES)}")


def draw(report: DriftReport, reference: pd.DataFrame, current: pd.DataFrame, path: Path) -> None:
    """Draw the most drifted columns to `path`, whole or not at all."""
    check_picture(path)
    ranked = sorted(report.columns, key=lambda one: (not one.drift, -one.effect))[:MOST_COLUMNS]
    figure = _figure(ranked, reference, current)
    kind = "svg" if path.suffix == ".html" else path.suffix[1:]
    stream = io.BytesIO()
    undated = {"Date": None} if kind == "svg" else None
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")
        figure.savefig(stream, format=kind, dpi=110, metadata=undated)
    content = stream.getvalue()
    if path.suffix == ".html":
        content = _page(report, content.decode()).encode()
    write_whole(path, content)


def _figure(
    columns: Sequence[ColumnDrift], reference: pd.DataFrame, current: pd.DataFrame
) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    down = max(1, -(-len(columns) // ACROSS))
    figure = Figure(figsize=(4 * ACROSS, 2.6 * down), layout="constrained")
    FigureCanvasAgg(figure)
    for place, column in enumerate(columns, 1):
        axes = figure.add_subplot(down, ACROSS, place)
        sides = (reference[column.name], current[column.name])
        if column.kind in ("number", "integer"):
            _histogram(axes, sides)
        else:
            _bars(axes, sides)
        word = "drift" if column.drift else "quiet"
        figures = f"effect {column.effect:.2f}, p {column.p_value:.1g}"
        axes.set_title(f"{_plain(column.name)}: {word}, {figures}", fontsize=9)
        axes.tick_params(labelsize=7)
    if columns:
        figure.axes[0].legend(("reference", "current"), fontsize=7)
    return figure


def _histogram(axes: Axes, sides: Sequence[pd.Series[Any]]) -> None:
    import numpy as np

    values = [side.dropna().to_numpy() for side in sides]
    every = np.concatenate(values)
    if not len(every):
        return
    low, high = float(every.min()), float(every.max())
    # As wide as the numbers can be told apart: bins between neighbours have no width.
    span = high - low if high - low > abs(high) * 1e-9 else max(1.0, abs(high) * 1e-9)
    edges = (low + span * np.linspace(0, 1, 31)).tolist()
    for one, colour in zip(values, COLOURS, strict=True):
        weights = np.full(len(one), 1 / max(1, len(one)))
        axes.hist(one, edges, weights=weights, histtype="step", color=colour, linewidth=1.5)


def _bars(axes: Axes, sides: Sequence[pd.Series[Any]]) -> None:
    import pandas as pd

    texts = [side.astype("object").where(side.notna(), "(missing)").astype(str) for side in sides]
    names = list(pd.concat(texts).value_counts().index[:MOST_VALUES])
    for offset, text, colour in zip((-0.2, 0.2), texts, COLOURS, strict=True):
        shares = text.value_counts(normalize=True).reindex(names, fill_value=0.0)
        axes.bar([place + offset for place in range(len(names))], shares, 0.4, color=colour)
    axes.set_xticks(range(len(names)), [_plain(name)[:12] for name in names], rotation=40)


def _plain(text: str) -> str:
    """Text that matplotlib does not take for mathematics, and XML not for control."""
    shown = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
    return shown.replace("$", r"\$")


def _page(report: DriftReport, svg: str) -> str:
    rows = "\n".join(
        f"<tr><td>{html.escape(one.name)}</td><td>{'drift' if one.drift else 'quiet'}</td>"
        f"<td>{one.effect:.3f}</td><td>{one.p_value:.2g}</td><td>{html.escape(one.note)}</td></tr>"
        for one in report.columns
    )
    verdict = ", ".join(map(html.escape, report.drifted)) or "none"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Drift</title>
<style>{STYLE}</style></head>
<body><h1>Drift</h1>
<p>{report.reference_rows:,} rows of reference, {report.current_rows:,} current rows.
Columns that drifted: {verdict}.</p>
<table><tr><th>column</th><th>verdict</th><th>effect</th><th>p</th><th>change</th></tr>
{rows}</table>
{svg[svg.index("<svg") :]}</body></html>
"""
