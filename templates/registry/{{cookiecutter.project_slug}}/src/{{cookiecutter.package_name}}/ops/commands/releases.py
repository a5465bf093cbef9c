# ours: kept current by mlops-maturity upgrade
"""List the versions: which one answers, its figures, its rows, its commit, who released it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..registry.versions import State, Version
    from ..settings import Settings

SHORT = 10
NEWEST = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("--all", action="store_true", help=f"not only the newest {NEWEST}")
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    """Print them, newest first; ends with 0."""
    from ..registry.versions import state, versions
    from ..settings import read_settings

    settings = read_settings()
    now, known = state(settings), versions(settings)[::-1]
    rows = [_row(one, now, settings.metric.name) for one in known]
    turns = list(_turns(settings))
    if options.format == "json":
        told = {"versions": rows, "releases": [asdict(one) for one in now.releases]}
        told |= {"turns": turns} if turns else {}
        print(json.dumps({"schema_version": 1, **told}, indent=2))
        return 0
    shown = rows if options.all else rows[:NEWEST]
    _show(shown, settings.metric.name)
    happened = sorted([*_happened(rows, now), *((one["when"], one["said"]) for one in turns)])
    for when, said in happened if options.all else happened[-NEWEST:]:
        print(f"{when}  {said}")
    if not rows:
        print("train the first one: uv run ops train", file=sys.stderr)
    elif now.champion is None:
        number = next((one.number for one in known if not one.failed), None)
        what = "uv run ops train" if number is None else f"uv run ops promote {number}"
        print(f"none answers yet: {what}", file=sys.stderr)
    return 0


def _turns(settings: Settings) -> Iterator[dict[str, Any]]:
    """What was done without a person, each with its moment, where a layer keeps a record of it."""
    from .. import wiring

    ops = __package__.rpartition(".")[0]
    for name in getattr(wiring, "STORY", ()):
        yield from import_module(f"{ops}.{name}").told(settings)


def _row(one: Version, now: State, metric: str) -> dict[str, Any]:
    from ..registry.decisions import decisions
    from ..registry.history import last

    release = last(now.releases, one.number)
    window = one.told("window")
    return {
        "version": one.number,
        "alias": [name for name, number in now.aliases.items() if number == one.number],
        "metric": one.metrics.get(metric),
        "metrics": one.metrics,
        "failed": one.failed,
        "window": window,
        "data_sha256": one.tags.get("data_sha256"),
        "git_commit": one.tags.get("git_commit"),
        "git_dirty": one.tags.get("git_dirty"),
        "created": one.tags.get("created"),
        "trained_by": one.tags.get("who"),
        "released": release and release.when,
        "released_by": release and release.who,
        "run_id": one.run_id,
        "sha256": one.tags.get("sha256"),
        "decisions": [asdict(entry) for entry in decisions(one.tags)],
    }


def _happened(rows: list[dict[str, Any]], now: State) -> Iterator[tuple[str, str]]:
    """Releases and what was decided about versions, each with its moment."""
    for release in now.releases:
        said = f"version {release.version} answers, by {release.who}: {release.reason}"
        yield release.when, said
    for one in rows:
        for entry in one["decisions"]:
            yield entry["when"], f"version {one['version']}, {entry['kind']}: {entry['said']}"


def _show(rows: list[dict[str, Any]], metric: str) -> None:
    print(
        f"{'version':>7}  {'alias':<10}  {metric:>10}  {'learnt from':<25}  {'commit':<11}  "
        f"{'trained':<25}  by"
    )
    for one in rows:
        alias = ", ".join(one["alias"]) or ("failed" if one["failed"] else "")
        figure = "-" if one["metric"] is None else f"{one['metric']:.4g}"
        window = f"{str(one['window'].get('start', ''))[:10]} .. "
        window += str(one["window"].get("end", ""))[:10]
        commit = (one["git_commit"] or "-")[:SHORT] + ("+" if one["git_dirty"] == "True" else "")
        print(
            f"{one['version']:>7}  {alias:<10}  {figure:>10}  {window:<25}  {commit:<11}  "
            f"{one['created'] or '-':<25}  {one['trained_by'] or '-'}"
        )
    if any(one["git_dirty"] == "True" for one in rows):
        print("+: with changes that were not committed")
    if rows:
        print()
