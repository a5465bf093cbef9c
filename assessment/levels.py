"""The five levels and the dimensions, as people read them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict

from assessment.conditions import ConditionText
from assessment.document import shipped

__all__ = ["HIGHEST", "Dimension", "Inapplicable", "Level", "Model", "load_levels"]

HIGHEST = 4
"""The highest level; 0 is the lowest."""


class Level(BaseModel):
    """One level of maturity."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: int
    name: str
    truth: str
    button: str
    enough: str
    short: str


class Inapplicable(BaseModel):
    """A fact that makes an item, or a whole dimension, not applicable."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: ConditionText
    reason: str


class Dimension(BaseModel):
    """One side of the work, with a profile level of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    not_applicable: Inapplicable | None = None


@dataclass(frozen=True)
class Model:
    """The levels from 0 on, and the dimensions by code in the order of the bank."""

    levels: tuple[Level, ...]
    dimensions: dict[str, Dimension]


@cache
def load_levels() -> Model:
    """The levels and dimensions that are shipped."""
    data = tomllib.loads(shipped("levels.toml").decode())
    dimensions = [Dimension.model_validate(table) for table in data["dimensions"]]
    return Model(
        tuple(Level.model_validate(table) for table in data["levels"]),
        {dimension.code: dimension for dimension in dimensions},
    )
