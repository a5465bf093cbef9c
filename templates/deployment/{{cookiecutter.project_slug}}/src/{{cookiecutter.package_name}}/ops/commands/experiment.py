# ours: kept current by mlops-maturity upgrade
"""The comparison of two versions on live traffic: how it stands; --start and --stop it."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..release.judging import Standing
    from ..release.limits import Limits
    from ..settings import Settings

NEWEST = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--start", type=int, metavar="VERSION", help="let it meet live traffic")
    what.add_argument("--stop", action="store_true", help="the champion stays")
    parser.add_argument("--share", type=float, help="of the keys, instead of [experiment] share")
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    """Start, stop, or show; ends with 0."""
    from ..release.limits import read_experiment
    from ..settings import read_settings, within

    settings, now = read_settings(), datetime.now(UTC)
    limits = read_experiment(settings.root)
    if options.start is not None:
        from ..release.experiment import start

        share = limits.share if options.share is None else options.share
        within("--share", share, 0.001, 0.5)
        begun = start(settings, options.start, share, now)
        print(f"version {begun.version} meets {share:.0%} of the keys", file=sys.stderr)
    if options.stop:
        _stop(settings, now)
    _show(settings, limits, now, options.format)
    return 0


def _stop(settings: Settings, now: datetime) -> None:
    from ..errors import Refused
    from ..release.decision import DROP, Decision
    from ..release.experiment import running, settle

    found = running(settings)
    if found is None:
        raise Refused("no comparison runs", "nothing was done")
    settle(settings, found, Decision(DROP, "it was stopped by a person", {}), now)
    print(f"version {found.version} meets nobody any more", file=sys.stderr)


def _show(settings: Settings, limits: Limits, now: datetime, form: str) -> None:
    from ..registry.versions import versions
    from ..release.experiment import TAG
    from ..release.judging import standing

    found = standing(settings, now)
    runs = found.experiment.id if found else None
    ended = [told for one in versions(settings) if (told := one.told(TAG)) and told["id"] != runs]
    ended = sorted(ended, key=lambda told: str(told["until"]))[-NEWEST:]
    if form == "json":
        told = {"schema_version": 1, "running": found and _told(found, limits, now), "ended": ended}
        print(json.dumps(told, indent=2))
        return
    if found:
        _table(found, limits, now)
    for one in ended:
        kept = "took" if one["outcome"] == "promote" else "did not take"
        said = f"version {one['version']} {kept} the place of version {one['against']}"
        print(f"{one['until']}  {said}: {one['reason']}")
    if not found:
        print("no comparison runs", file=sys.stderr)


def _told(found: Standing, limits: Limits, now: datetime) -> dict[str, Any]:
    """The comparison that runs, as JSON has it: an end that nothing bounds is null."""
    from dataclasses import asdict

    figures = found.decision.figures
    return {
        **asdict(found.experiment),
        "days": round(found.experiment.days(now), 3),
        "asked": {"champion": found.champion.asked, "challenger": found.challenger.asked},
        "decision": found.decision.kind,
        "reason": found.decision.reason,
        "loss": found.champion.loss or found.challenger.loss,
        "figures": {name: value if isfinite(value) else None for name, value in figures.items()},
        "ends": {"labels": limits.most, "days": limits.days, "fewest": limits.fewest},
    }


def _table(found: Standing, limits: Limits, now: datetime) -> None:
    ran, figures = found.experiment, found.decision.figures
    sides = {f"version {ran.against}": found.champion, f"version {ran.version}": found.challenger}
    shares = {f"version {ran.against}": 1 - ran.share, f"version {ran.version}": ran.share}
    print(f"{'':<12} {'keys':>6} {'asked':>9} {'failed':>7} {'slow':>7} {'labels':>8} {'loss':>10}")
    for name, side in sides.items():
        loss = f"{side.losses.mean:.4g}" if side.losses.count else "-"
        print(
            f"{name:<12} {shares[name]:>6.0%} {side.asked:>9,} {side.failed:>7,} {side.slow:>7,} "
            f"{side.losses.count:>8,} {loss:>10}"
        )
    if named := found.champion.loss or found.challenger.loss:
        print(f"loss: {named}, of both versions")
    if isfinite(figures["low"]):
        print(
            f"difference of the losses: {figures['low']:+.4g} to {figures['high']:+.4g}, "
            f"wrong with a chance of {limits.alpha:g} at most"
        )
    print(f"since {ran.since}, {ran.days(now):.1f} days: {found.decision.reason}")
    wanted = 0.0 - limits.margin * abs(found.champion.losses.mean)
    print(
        f"it ends with {limits.fewest:,} labels each and the interval below {wanted:.4g} "
        f"(version {ran.version} takes its place) or above 0 (it does not), "
        f"or at {limits.most:,} labels or {limits.days:g} days (version {ran.against} stays)"
    )
