"""`assess`: where do we stand, and how far is it worth going?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.console import print_report, report_options, say

if TYPE_CHECKING:
    from assessment.questions import Profile
    from assessment.report.model import Report
    from generator.assess import Form, Request

__all__ = ["command"]

_FILE = click.Path(path_type=Path)


@click.command("assess")
@click.argument("project", metavar="[PATH]", type=_FILE, required=False)
@click.option(
    "--answers",
    type=_FILE,
    multiple=True,
    help="Answers in a file (TOML), without an interview; several times for a team.",
)
@click.option("--facts", type=_FILE, help="Facts of the use case (TOML).")
@click.option(
    "--quick/--full",
    default=None,
    help="The 13 most telling questions, an estimate; or all 43, the default with --answers.",
)
@click.option(
    "--profile",
    type=click.Choice(["course", "microsoft"]),
    default="course",
    show_default=True,
    help="Whose edition of the five levels.",
)
@click.option("--resume", is_flag=True, help="Interview: ask only what is still open.")
@click.option(
    "--save",
    type=_FILE,
    help="Interview: where it keeps the answers; by default PATH/.mlops-maturity/answers.toml.",
)
@click.option("--anonymous", is_flag=True, help="Leave out who answered.")
@click.option(
    "--compare",
    "before",
    type=_FILE,
    help="Say what changed since earlier answers (TOML) or an earlier report (JSON).",
)
@click.option(
    "--record", is_flag=True, help="Add it to the history beside the answers, as interviews do."
)
@report_options
@click.option(
    "--fail-under",
    type=click.IntRange(0, 4),
    metavar="LEVEL",
    help="End with 1 when the confirmed level is lower.",
)
@click.pass_context
def command(
    context: click.Context,
    *,
    project: Path | None,
    answers: tuple[Path, ...],
    facts: Path | None,
    quick: bool | None,
    profile: Profile,
    resume: bool,
    save: Path | None,
    anonymous: bool,
    before: Path | None,
    record: bool,
    form: Form,
    output: Path | None,
    fail_under: int | None,
) -> None:
    """Say where a project stands and how far it is worth going.

    In a terminal it asks, keeps each answer at once, and can be stopped and resumed; with
    --answers it reads files and asks nothing.
    """
    from generator.assess import Request, assess, remember

    wanted = Request(answers, facts, project, before, profile, bool(quick), anonymous)
    if answers:
        _check_no_interview({"--resume": resume, "--save": save is not None})
        report = assess(wanted)
    else:
        _check_before_asking(before, output)
        wanted, report = _interviewed(wanted, save, quick, resume)
    print_report(report, form, output, wanted.files)
    if record or not answers:
        say(f"recorded in {remember(report, wanted.answers)}")
    if not answers:
        _say_how_again(wanted)
    if fail_under is not None and report.level.confirmed < fail_under:
        say(f"level {report.level.confirmed} is below {fail_under}")
        context.exit(1)


def _check_no_interview(flags: dict[str, bool]) -> None:
    for flag, given in flags.items():
        if given:
            raise click.UsageError(f"{flag} is for the interview; with --answers nothing is asked")


def _check_before_asking(before: Path | None, output: Path | None) -> None:
    """What is wrong with the other files is told before the questions, not after them."""
    from assessment.document import read_text
    from assessment.report.json import MAX_BYTES
    from generator.errors import InvalidChoice

    if before is not None:
        read_text(before, "{, as a report in JSON does", MAX_BYTES)
    if output is not None and not os.access(_nearest(output), os.W_OK):
        raise InvalidChoice(f"{output}: cannot be written", "give --output another place")


def _nearest(path: Path) -> Path:
    """The path, or the first folder above it that is there."""
    return path if path.exists() else next(one for one in path.absolute().parents if one.exists())


def _interviewed(
    request: Request, save: Path | None, quick: bool | None, resume: bool
) -> tuple[Request, Report]:
    """The report on an interview: where its facts say too little, one without a target."""
    from dataclasses import replace

    from assessment.errors import NotJudged
    from generator.assess import assess
    from generator.dialogue.interview import Wish, interview

    place = request.project or Path()
    held = interview(Wish(place, save, request.facts, request.profile, quick, resume))
    request = replace(request, answers=(held.answers,), facts=held.facts, quick=held.quick)
    say()
    try:
        return request, assess(request)
    except NotJudged as error:
        say(f"no target level: {error}; {error.hint}")
        return request, assess(replace(request, needs_target=False))


def _say_how_again(wanted: Request) -> None:
    from shlex import join

    words = ["mlops-maturity", "assess", "--answers", str(wanted.answers[0])]
    words += ["--facts", str(wanted.facts)] if wanted.facts else []
    words += [] if wanted.profile == "course" else ["--profile", wanted.profile]
    words += ["--quick"] if wanted.quick else []
    say()
    say("the same again without questions, and as a page to show:")
    say(f"  {join(words)}")
    say(f"  {join([*words, '--format', 'html', '--output', 'maturity.html'])}")
    if wanted.quick:
        say("the whole questionnaire; what is known is not asked again:")
        say("  mlops-maturity assess --full --resume")
