"""The example that `demo` assesses: it ships with the tool."""

from __future__ import annotations

from importlib.metadata import version

from generator.layers import discover, highest_level, shipped, templates_folder

__all__ = ["assess_example"]


def assess_example(name: str = "churn") -> str:
    """The report on an example case, as text."""
    from assessment.report.build import report_on
    from assessment.report.text import to_text

    folder = shipped("examples") / name
    report = report_on(
        folder / "answers.toml",
        folder / "facts.toml",
        tool_version=version("mlops-maturity"),
        generable=highest_level(discover(templates_folder())),
    )
    return to_text(report)
