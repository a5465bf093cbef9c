"""What the parts of a report have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from assessment.levels import HIGHEST

__all__ = ["BankLine", "LevelNumber", "Part"]

LevelNumber = Annotated[int, Field(ge=0, le=HIGHEST)]
"""One of the levels."""


class Part(BaseModel):
    """A part of a report: it holds what it names, and does not change."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", from_attributes=True, allow_inf_nan=False
    )


class BankLine(Part):
    """Which questions were asked."""

    version: str
    sha256: str
