"""The example that `demo` assesses: it ships with the tool."""

from __future__ import annotations

from generator.layers import shipped

__all__ = ["assess_example"]


def assess_example(name: str = "churn") -> str:
    """The report on an example case, as text."""
    from generator.assess import Request, assess, rendered

    folder = shipped("examples") / name
    report = assess(Request((folder / "answers.toml",), folder / "facts.toml"))
    return rendered(report, "text")
