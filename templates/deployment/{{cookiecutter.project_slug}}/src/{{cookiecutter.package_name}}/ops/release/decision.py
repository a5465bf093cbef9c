# ours: kept current by mlops-maturity upgrade
"""What follows from what is known of two versions on live traffic. Nothing is read or written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from .limits import Limits
from .sequential import Arm, excess, interval

WAIT, PROMOTE, DROP = "wait", "promote", "drop"
_RAREST, _COMMONEST = 1e-4, 0.99


@dataclass(frozen=True)
class Side:
    """What is known of one version since the comparison began.

    Attributes:
        losses: of answers whose label is known.
        predictions: as numbers; of classes, the score.
        asked: number of records that it was asked.
        failed: number of them that it could not answer.
        slow: number of them that took too long.
        loss: what the losses are, such as `absolute error`.
    """

    losses: Arm = field(default_factory=Arm)
    predictions: Arm = field(default_factory=Arm)
    asked: int = 0
    failed: int = 0
    slow: int = 0
    loss: str = ""


@dataclass(frozen=True)
class Decision:
    """What follows.

    Attributes:
        kind: `wait`, `promote` or `drop`.
        reason: in words.
        figures: that led to it.
    """

    kind: str
    reason: str
    figures: Mapping[str, float]


def decide(
    champion: Side, challenger: Side, limits: Limits, days: float, outside: int = 0
) -> Decision:
    """Promote a challenger that is surely better, drop one that is surely worse or harmful.

    Args:
        champion: the version that answers most.
        challenger: the version that answers a share.
        limits: of the comparison.
        days: since it began.
        outside: answers that came without it, when every service should have known of it.
    """
    figures = _figures(champion, challenger, limits)
    if not (champion.asked or challenger.asked) and outside >= limits.fewest:
        missed = f"{outside:,} answers came without it"
        return Decision(DROP, f"no service compares it, {missed}: see GET /health", figures)
    if broken := harm(champion, challenger, limits):
        return Decision(DROP, broken, figures)
    labels = champion.losses.count + challenger.losses.count
    if min(champion.losses.count, challenger.losses.count) >= limits.fewest:
        wanted = -limits.margin * abs(champion.losses.mean)
        if figures["high"] < wanted:
            return Decision(PROMOTE, f"its loss is surely lower, by {labels:,} labels", figures)
        if figures["low"] > 0:
            return Decision(DROP, f"its loss is surely higher, by {labels:,} labels", figures)
    if labels >= limits.most:
        return Decision(DROP, f"{labels:,} labels tell no difference", figures)
    if days >= limits.days:
        return Decision(DROP, f"{days:.0f} days tell no difference, {labels:,} labels", figures)
    return Decision(WAIT, f"{labels:,} labels tell no difference yet", figures)


def undecidable(reason: str, limits: Limits) -> Decision:
    """What cannot be judged is dropped: the champion stays."""
    return Decision(DROP, reason, _figures(Side(), Side(), limits))


def harm(one: Side, other: Side, limits: Limits) -> str:
    """What `other` does to its users that `one` does not, in words; nothing where it is harmless.

    All guards may be looked at at any time: each is wrong with a chance of at most `alpha`.
    """
    for what, usually, found in (
        ("failed", one.failed, other.failed),
        (f"took more than {limits.latency:g} ms", one.slow, other.slow),
    ):
        usual = usually / one.asked if one.asked else 0.0
        allowed = min(max(usual + limits.errors, _RAREST), _COMMONEST)
        if other.asked and excess(found, other.asked, allowed) >= 1 / limits.alpha:
            return f"{found:,} of {other.asked:,} answers {what}; {usual:.1%} is usual"
    low, high = interval(one.predictions, other.predictions, limits.alpha)
    apart = max(low, -high)
    if min(one.predictions.count, other.predictions.count) < limits.fewest or apart <= 0:
        return ""
    deviation = math.sqrt((one.predictions + other.predictions).variance)
    if apart > limits.shift * deviation:
        return (
            f"its predictions are {other.predictions.mean:.4g} on average, "
            f"those of the other {one.predictions.mean:.4g}"
        )
    return ""


def _figures(champion: Side, challenger: Side, limits: Limits) -> dict[str, float]:
    low, high = interval(champion.losses, challenger.losses, limits.alpha)
    return {
        "champion_loss": champion.losses.mean,
        "challenger_loss": challenger.losses.mean,
        "champion_labels": champion.losses.count,
        "challenger_labels": challenger.losses.count,
        "low": low,
        "high": high,
        "champion_failed": champion.failed,
        "challenger_failed": challenger.failed,
        "champion_slow": champion.slow,
        "challenger_slow": challenger.slow,
    }
