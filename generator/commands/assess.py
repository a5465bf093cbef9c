"""`assess`: where do we stand, and how far is it worth going?"""

from __future__ import annotations

from pathlib import Path

import click

from generator.console import say, show

__all__ = ["command"]


@click.command("assess")
@click.option("--answers", type=click.Path(path_type=Path), help="Answers to the questions (TOML).")
@click.option("--facts", type=click.Path(path_type=Path), help="Facts of the use case (TOML).")
@click.option("--quick", is_flag=True, help="Count the 13 quick questions only: an estimate.")
@click.option(
    "--profile",
    type=click.Choice(["course", "microsoft"]),
    default="course",
    show_default=True,
    help="Whose edition of the five levels.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the report.",
)
@click.option(
    "--fail-under",
    type=click.IntRange(0, 4),
    metavar="LEVEL",
    help="End with 1 when the confirmed level is lower.",
)
@click.pass_context
def command(
    context: click.Context,
    answers: Path | None,
    facts: Path | None,
    quick: bool,
    profile: str,
    form: str,
    fail_under: int | None,
) -> None:
    """Assess a project from its answers, and say how far it is worth going."""
    from importlib.metadata import version

    from assessment.answers import read_answers
    from assessment.errors import MaturityError
    from assessment.facts import read_facts
    from assessment.questions import PROFILES, load_bank
    from assessment.report.build import build_report
    from assessment.report.json import to_json
    from assessment.report.text import to_text
    from assessment.scoring import score
    from assessment.target import recommend

    if answers is None:
        raise MaturityError(
            "there is no interview yet, so the answers come from a file",
            "mlops-maturity assess --answers FILE; it holds [answers], then lines such as C1 = 2",
        )
    bank = load_bank()
    given, known = read_answers(answers, bank), read_facts(facts) if facts else None
    edition = PROFILES[PROFILES.index(profile)]
    found = score(bank, given, known, profile=edition, quick=quick)
    target = recommend(known, found.confirmed) if known else None
    tool = version("mlops-maturity")
    report = build_report(bank, given, found, tool_version=tool, facts=known, recommendation=target)
    show(to_json(report) if form == "json" else to_text(report))
    if fail_under is not None and found.confirmed < fail_under:
        say(f"level {found.confirmed} is below {fail_under}")
        context.exit(1)
