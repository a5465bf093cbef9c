# ours: kept current by mlops-maturity upgrade
"""Run the loop over rows of the past, in a world apart."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ..loop.replay import Window

LONGEST = 10**6
"""Most hours, or rows, of a window: a century after its start is still a date."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("--from", dest="start", required=True, help="first moment that is asked")
    parser.add_argument("--to", dest="end", required=True, help="first moment that is not")
    parser.add_argument("--every", type=float, default=24.0, help="hours, or rows, of a window")
    parser.add_argument("--fresh", action="store_true", help="from the beginning once more")
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    """Replay, window by window; one that was ended goes on. Ends with 0."""
    from ..loop.world import held
    from ..settings import read_settings, within

    within("--every", options.every, 0.001, LONGEST)
    root = read_settings().root
    with held(root):
        _replay(root, options)
    return 0


def _replay(root: Path, options: argparse.Namespace) -> None:
    from ..loop.limits import read_limits
    from ..loop.world import made
    from ..settings import read_settings

    read_limits(root)  # under wrong ones, nothing would be replayed
    settings = read_settings(made(root))
    if not settings.data.time:
        print("no time column: the order of rows counts as time", file=sys.stderr)
    from ..loop.replay import Replay, done, span

    if options.fresh:  # only once it is known that the new one can begin
        span(settings, options.start, options.end, options.every)
        settings = read_settings(made(root, fresh=True))
    metric = settings.metric.name
    replayed = False
    for window in Replay(settings, options.start, options.end, options.every).run():
        replayed = True
        if options.format == "text":
            _show(window, metric)
    if not replayed:
        print("it was replayed before, to its end; --fresh begins anew", file=sys.stderr)
    if options.format == "json":
        told = [asdict(window) for window in done(settings)]
        print(json.dumps({"schema_version": 1, "windows": told}, indent=2))
    print(f"its state lies in {settings.root}", file=sys.stderr)


def _show(window: Window, metric: str) -> None:
    value = window.metrics.get(metric)
    figure = "-" if value is None else f"{value:.4g}"
    said = "; ".join(f"{kind}: {reason}" for kind, reason in window.steps if kind != "wait")
    print(
        f"{window.end}  {window.rows:>6,} rows  version {window.champion:>3}  "
        f"{metric} {figure:>8}  {said}",
        flush=True,
    )
