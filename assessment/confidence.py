"""How much an assessment is worth: a rule whose constants are data."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assessment.document import shipped

__all__ = ["Confidence", "Ground", "confidence"]

Ground = Literal["executed", "structural", "declared", "bare", "unknown"]
"""How an answer is known: by running, by reading code, by a named proof, by word, not at all."""

Word = Literal["high", "medium", "low"]


class _Limits(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    not_applicable: float


class _Constants(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: dict[Ground, float]
    words: dict[Word, float]
    limits: _Limits


@dataclass(frozen=True)
class Confidence:
    """A word, the mean weight behind it from 0 to 1, and what lowered it."""

    word: Word
    weight: float
    reasons: tuple[str, ...]


def confidence(
    grounds: Sequence[Ground],
    not_applicable_share: float = 0.0,
    *,
    quick: bool = False,
    contested: int = 0,
) -> Confidence:
    """Judge an assessment by what its deciding items rest on.

    Args:
        grounds: of the applicable items that are required up to the level above the confirmed one.
        not_applicable_share: the largest share, over those levels, of items that do not apply.
        quick: only the quick questions were used.
        contested: items on which people lie far apart; any lowers the word by one.
    """
    constants = _constants()
    weight = fmean([constants.weights[ground] for ground in grounds]) if grounds else 0.0
    word: Word = "low"
    for candidate, least in sorted(constants.words.items(), key=lambda pair: pair[1]):
        word = candidate if weight >= least else word
    reasons = [
        f"{count} of {len(grounds)} deciding items {what}" for count, what in _tally(grounds)
    ]
    if not_applicable_share > constants.limits.not_applicable:
        reasons.append(f"{not_applicable_share:.0%} of one level's items do not apply")
        word = _at_most_medium(word)
    if quick:
        reasons.append("a quick estimate from a third of the questions")
        word = _at_most_medium(word)
    if contested:
        reasons.append(f"people lie far apart on {contested} item{'s'[: contested > 1]}")
        word = _one_down(word)
    return Confidence(word, round(weight, 3), tuple(reasons))


def _tally(grounds: Sequence[Ground]) -> list[tuple[int, str]]:
    told = {"unknown": "are unknown", "bare": "rest on an answer without evidence"}
    counts = [(sum(one == ground for one in grounds), what) for ground, what in told.items()]
    return [(count, what) for count, what in counts if count]


def _at_most_medium(word: Word) -> Word:
    return "medium" if word == "high" else word


def _one_down(word: Word) -> Word:
    return "medium" if word == "high" else "low"


@cache
def _constants() -> _Constants:
    return _Constants.model_validate(tomllib.loads(shipped("confidence.toml").decode()))
