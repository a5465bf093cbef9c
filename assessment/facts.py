"""The facts of a use case: what the target rule and the conditions of questions ask for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    ValidationError,
)

from assessment.document import Document, misfit, read_document
from assessment.errors import InvalidFile

__all__ = ["ORIGINS", "RATES", "SCALES", "Facts", "Quantities", "parse_facts", "read_facts"]

Quantities = Mapping[str, float]
"""Known quantities by name; those that follow from no known fact are absent."""

RATES = {
    "never": 0.0,
    "yearly": 1.0,
    "quarterly": 4.0,
    "monthly": 12.0,
    "weekly": 52.0,
    "daily": 365.0,
    "hourly": 8760.0,
}
"""Occasions a year behind the words of a facts file."""

SCALES: dict[str, tuple[str, ...]] = {
    "wrong_prediction": ("low", "medium", "high", "severe"),
    "regulation": ("none", "audit", "high-risk"),
    "use": ("online", "batch", "library"),
}
"""Words of the facts that are words, in order; a word stands for its position."""

ORIGINS: dict[str, tuple[str, ...]] = {
    "retrains": ("retrain",),
    "retrain_interval": ("retrain",),
    "data_interval": ("data_change",),
    "label_delay": ("label_delay_days",),
    "manual_hours": ("models", "retrain", "hours_per_release"),
    "approval": ("wrong_prediction", "approval_required"),
}
"""Facts from which a quantity with a name of its own follows."""

_Count = Annotated[StrictInt, Field(ge=0, le=1_000_000)]
_Number = Annotated[StrictInt | StrictFloat, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
_Rate = Literal["never", "yearly", "quarterly", "monthly", "weekly", "daily", "hourly"]
_RATE_FORM = f"{', '.join(RATES)}, or a number of times a year"


class Facts(BaseModel):
    """The facts of a use case; whatever is not known stays `None`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    users: StrictBool | None = Field(
        None, description="true or false: do people or systems depend on the predictions?"
    )
    models: _Count | None = Field(None, description="the number of models in production")
    retrain: _Rate | _Number | None = Field(
        None, description=f"how often the model has to be trained again: {_RATE_FORM}"
    )
    data_change: _Rate | _Number | None = Field(
        None, description=f"how often the data changes in a way that matters: {_RATE_FORM}"
    )
    wrong_prediction: Literal["low", "medium", "high", "severe"] | None = Field(
        None, description="the cost of a wrong prediction: low, medium, high or severe"
    )
    label_delay_days: _Number | Literal["never"] | None = Field(
        None, description='the days until the true value is known, or "never"'
    )
    regulation: Literal["none", "audit", "high-risk"] | None = Field(
        None, description="what rules ask for: none, audit (a trail) or high-risk"
    )
    capacity_fte: _Number | None = Field(
        None, description="the full-time posts that can build and run this, such as 1.5"
    )
    hours_per_release: _Number | None = Field(
        None, description="the working hours that one release of a model by hand takes"
    )
    people_training: _Count | None = Field(
        None, description="the number of people who train models"
    )
    managed_platform: StrictBool | None = Field(
        None, description="true or false: does somebody else run the platform?"
    )
    notice_days: _Number | None = Field(
        None, description="the days until a silent failure is noticed today"
    )
    bearable_days: _Number | None = Field(
        None, description="the days for which a silent failure can be borne"
    )
    approval_required: StrictBool | None = Field(
        None, description="true or false: does a rule ask that a person approves each release?"
    )
    use: Literal["online", "batch", "library"] | None = Field(
        None, description="how predictions are used: online, batch, or library (none of its own)"
    )
    team: _Count | None = Field(
        None, description="the number of people of all professions who work on the models"
    )

    def quantities(self) -> dict[str, float]:
        """The facts as numbers, with those that follow from them.

        Rates are occasions a year, intervals and delays days (infinite for never), `manual_hours`
        hours a year; words are their position in `SCALES`, yes is 1 and no is 0.
        """
        known = {
            name: _number(name, value)
            for name, value in self
            if value is not None and name not in {"retrain", "data_change", "label_delay_days"}
        }
        if self.retrain is not None:
            known["retrains"] = _rate(self.retrain)
            known["retrain_interval"] = _interval(known["retrains"])
        if self.data_change is not None:
            known["data_interval"] = _interval(_rate(self.data_change))
        if self.label_delay_days is not None:
            never = self.label_delay_days == "never"
            known["label_delay"] = math.inf if never else float(self.label_delay_days)
        if {"models", "retrains", "hours_per_release"} <= known.keys():
            known["manual_hours"] = known["models"] * known["retrains"] * known["hours_per_release"]
        severe = self.wrong_prediction == "severe"
        if severe or self.approval_required:
            known["approval"] = 1.0
        elif self.wrong_prediction is not None and self.approval_required is not None:
            known["approval"] = 0.0
        return known

    def missing(self) -> tuple[str, ...]:
        """Names of the facts that are not known."""
        return tuple(name for name, value in self if value is None)


def read_facts(path: Path) -> Facts:
    """Read a file of at least one fact.

    Raises:
        InvalidFile: with the line and the form that was expected.
    """
    document = read_document(path, example="users = true")
    if not document.data:
        raise InvalidFile(f"{document.name}: holds no fact", "it may begin with: users = true")
    return parse_facts(document)


def parse_facts(document: Document) -> Facts:
    """Facts that a document states, at its top level; perhaps none.

    Raises:
        InvalidFile: with the line and the form that was expected.
    """
    try:
        return Facts.model_validate(document.data)
    except ValidationError as error:
        key = str(error.errors(include_url=False)[0]["loc"][0])
        raise misfit(document.place(key), error, Facts) from None


def _number(name: str, value: object) -> float:
    if isinstance(value, str):
        return float(SCALES[name].index(value))
    assert isinstance(value, int | float)
    return float(value)


def _rate(value: str | float) -> float:
    return RATES[value] if isinstance(value, str) else float(value)


def _interval(rate: float) -> float:
    return 365 / rate if rate else math.inf
