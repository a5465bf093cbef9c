# ours: kept current by mlops-maturity upgrade
"""Train a model on the table and keep it with its card."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from ..cli import verbs
from ..errors import OpsError

if TYPE_CHECKING:
    from ..steps import Work


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("--start", help="first moment of the window to learn from")
    parser.add_argument("--end", help="first moment after the window")
    parser.add_argument(
        "--known", help="use labels that were known before this moment; by default, before --end"
    )
    parser.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the model for this run, instead of that in settings.toml",
    )
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    """Train; ends with 0, or with 1 where what was trained is refused."""
    from ..settings import read_settings
    from ..steps import Order
    from ..wiring import train

    settings = read_settings()
    params = dict(map(_param, options.param))
    order = Order(options.start, options.end, params, options.known)
    if not settings.data.time:
        print("no time column: the order of rows counts as time", file=sys.stderr)
    work = train(settings, order, lambda line: print(line, file=sys.stderr))
    if options.format == "json":
        print(json.dumps(work.card, indent=2))
    else:
        _show(work)
    for note in work.notes:
        print(f"note: {note}", file=sys.stderr)
    print(f"\nthe model is in {work.place}\nwhat to type next:", file=sys.stderr)
    serve = ("ops serve",) if "serve" in verbs() else ()
    for command in (*work.onward, *serve):
        print(f"  uv run {command}", file=sys.stderr)
    return work.code


def _param(text: str) -> tuple[str, Any]:
    name, mark, value = text.partition("=")
    if not (mark and name.isidentifier()):
        raise OpsError(f"--param {text!r} is no NAME=VALUE", "such as --param max_iter=50")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _show(work: Work) -> None:
    """The figures of the model beside those of others, and the rows that they come from."""
    trained, decides = work.trained, work.settings.metric.name
    assert trained is not None
    print(f"{'metric':<12} {'model':>10}" + "".join(f" {name:>10}" for name in work.beside))
    for name, value in trained.metrics.items():
        others = (figures.get(name) for figures in work.beside.values())
        told = "".join(f" {'-' if one is None else f'{one:.4g}':>10}" for one in others)
        mark = "  <- decides" if name == decides else ""
        print(f"{name:<12} {value:>10.4g}{told}{mark}")
    print(f"learnt from {trained.rows['learnt']:,} rows up to {trained.window['end']},")
    print(f"judged on the {trained.rows['held_out']:,} after it")
