"""`assess`: where do we stand, and how far is it worth going?"""

from __future__ import annotations

from pathlib import Path

import click

from generator.console import form_option, say, show

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
@form_option("How to print the report.")
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

    from assessment.errors import MaturityError
    from assessment.questions import PROFILES
    from assessment.report.build import report_on
    from assessment.report.json import to_json
    from assessment.report.text import to_text
    from generator.layers import discover, highest_level, templates_folder

    if answers is None:
        raise MaturityError(
            "there is no interview yet, so the answers come from a file",
            "mlops-maturity assess --answers FILE; it holds [answers], then lines such as C1 = 2",
        )
    report = report_on(
        answers,
        facts,
        tool_version=version("mlops-maturity"),
        generable=highest_level(discover(templates_folder())),
        profile=PROFILES[PROFILES.index(profile)],
        quick=quick,
    )
    show(to_json(report) if form == "json" else to_text(report))
    confirmed = report.level.confirmed
    if fail_under is not None and confirmed < fail_under:
        say(f"level {confirmed} is below {fail_under}")
        context.exit(1)
