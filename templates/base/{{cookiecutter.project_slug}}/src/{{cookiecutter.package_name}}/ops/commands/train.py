# ours: kept current by mlops-maturity upgrade
"""Train a model on the table and keep it with its card."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..cli import verbs
from ..errors import OpsError

if TYPE_CHECKING:
    from ..settings import Settings
    from ..training import Trained


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("--start", help="first moment of the window to learn from")
    parser.add_argument("--end", help="first moment after the window")
    parser.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the model for this run, instead of that in settings.toml",
    )
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    """Train; ends with 0."""
    from ..rows import labelled_rows, parse_moment
    from ..settings import read_settings
    from ..wiring import model_source

    settings = read_settings()
    params = {**settings.model, **dict(map(_param, options.param))}
    start, end = (parse_moment(settings, text) for text in (options.start, options.end))
    if not settings.data.time:
        print("no time column: the order of rows counts as time", file=sys.stderr)
    rows = labelled_rows(settings, start, end)
    print(f"training on {len(rows):,} rows …", file=sys.stderr)
    from ..training import train

    trained = train(settings, rows, params, end)
    card = _card(settings, trained, params)
    place = model_source(settings).save(trained.estimator, card)
    if options.format == "json":
        print(json.dumps(card, indent=2))
    else:
        _show(settings, trained)
    if not _better(settings, trained):
        print("note: on the holdout it is no better than a dummy", file=sys.stderr)
    print(f"\nthe model is in {place}\nwhat to type next:", file=sys.stderr)
    print("  uv run ops data --sample questions.csv", file=sys.stderr)
    print("  uv run ops predict questions.csv answers.csv", file=sys.stderr)
    if "serve" in verbs():
        print("  uv run ops serve", file=sys.stderr)
    return 0


def _param(text: str) -> tuple[str, Any]:
    name, mark, value = text.partition("=")
    if not (mark and name.isidentifier()):
        raise OpsError(f"--param {text!r} is no NAME=VALUE", "such as --param max_iter=50")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _better(settings: Settings, trained: Trained) -> bool:
    name, sign = settings.metric.name, 1 if settings.metric.direction == "higher" else -1
    ours, dummy = trained.metrics[name], trained.baseline.get(name)
    return dummy is None or sign * (ours - dummy) > 0


def _card(settings: Settings, trained: Trained, params: dict[str, Any]) -> dict[str, Any]:
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "task": settings.task,
        "target": settings.data.target,
        "key": settings.data.key,
        "time": settings.data.time,
        "features": [asdict(column) for column in trained.features],
        "params": params,
        "seed": settings.train.seed,
        "metric": asdict(settings.metric),
        "metrics": dict(trained.metrics),
        "baseline": dict(trained.baseline),
        "window": dict(trained.window),
        "holdout": dict(trained.holdout),
        "rows": dict(trained.rows),
        "data_sha256": trained.data_sha256,
    }


def _show(settings: Settings, trained: Trained) -> None:
    print(f"{'metric':<12} {'model':>10} {'dummy':>10}")
    for name, value in trained.metrics.items():
        mark = "  <- decides" if name == settings.metric.name else ""
        print(f"{name:<12} {value:>10.4g} {trained.baseline.get(name, float('nan')):>10.4g}{mark}")
    print(f"learnt from {trained.rows['learnt']:,} rows up to {trained.window['end']},")
    print(f"judged on the {trained.rows['held_out']:,} after it")
