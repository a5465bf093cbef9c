"""What the parts of a report have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["BankLine", "Part"]


class Part(BaseModel):
    """A part of a report: it holds what it names, and does not change."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class BankLine(Part):
    """Which questions were asked."""

    version: str
    sha256: str
