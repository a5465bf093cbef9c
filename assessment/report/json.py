"""The report as JSON, and back."""

from __future__ import annotations

from assessment.report.model import Report

__all__ = ["to_json"]


def to_json(report: Report) -> str:
    """The report as JSON text, indented by two, without a newline at its end."""
    return report.model_dump_json(indent=2)
