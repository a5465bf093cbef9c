"""The terminal: data goes to standard output, talk to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from generator.errors import InvalidChoice, Refused

Command = TypeVar("Command", bound=Callable[..., Any])

if TYPE_CHECKING:
    from rich.console import Console

    from assessment.report.model import Report
    from generator.assess import Form
    from generator.table import Survey
    from generator.verify import Verdict

__all__ = [
    "confirmed",
    "fail",
    "form_option",
    "own_table",
    "print_report",
    "progress",
    "project_argument",
    "proofs",
    "recovered",
    "report_options",
    "say",
    "show",
    "table",
]


def project_argument(command: Command) -> Command:
    """The argument PATH of a command: a project's folder, by default this one."""
    folder = click.Path(path_type=Path, file_okay=False)
    argument = click.argument("project", metavar="[PATH]", type=folder, default=Path())
    return argument(command)


def form_option(text: str, forms: Sequence[str] = ("text", "json")) -> Callable[[Command], Command]:
    """The option `--format` of a command that prints data; `text` is its help."""
    return click.option(
        "--format", "form", type=click.Choice(forms), default=forms[0], show_default=True, help=text
    )


def report_options(command: Command) -> Command:
    """The options of a command that prints a report: `--format` and `--output`."""
    path = click.Path(path_type=Path, dir_okay=False)
    output = click.option("--output", type=path, help="File for the report; replaced if there.")
    forms = ("text", "json", "markdown", "html")
    return form_option("How to print the report.", forms)(output(command))


def print_report(report: Report, form: Form, output: Path | None, inputs: Iterable[Path]) -> None:
    """Print a report, or write it to a file that is none of the inputs."""
    from generator.assess import rendered
    from generator.files import write_whole

    text = rendered(report, form)
    if output is None:
        show(text)
        return
    if any(_is_same(output, one) for one in inputs):
        raise Refused(f"{output} is read by this command", "give --output another name")
    write_whole(output, f"{text}\n")
    say(f"the report is in {output}")


def show(text: str) -> None:
    """Print data."""
    click.echo(text)


def say(text: str = "") -> None:
    """Print talk."""
    click.echo(text, err=True)


def fail(message: str, hint: str | None, exit_code: int) -> int:
    """Tell an error and return its exit code."""
    say(f"{click.style('error', fg='red', bold=True) if _colour() else 'error'}: {_line(message)}")
    if hint:
        say()
        say(f"{click.style('hint', fg='cyan', bold=True) if _colour() else 'hint'}: {_line(hint)}")
    return exit_code


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print data as a table that fits the terminal."""
    from rich.table import Table

    drawn = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        drawn.add_row(*row)
    _console().print(drawn)


def progress(text: str) -> None:
    """Tell that a long step begins."""
    say(f"… {text}")


def proofs(verdict: Verdict) -> None:
    """Print what was proven of a project as a table."""
    table(
        ["proof", "", "what was seen", "s"],
        [
            [
                proof.name,
                "passed" if proof.passed else "FAILED",
                proof.evidence,
                f"{proof.seconds:.1f}",
            ]
            for proof in verdict.proofs
        ],
    )


def own_table(survey: Survey) -> None:
    """Print what was found out about a table: no value of it, but its columns and remarks."""
    kinds = {column.name: column.kind for column in survey.table.columns}
    table(
        ["column", "kind", "missing", "distinct", "in the project"],
        [
            [
                one.name,
                kinds.get(one.name) or one.kind or "-",
                f"{survey.rows - one.filled:,}" if one.kind else "-",
                f"{one.distinct:,}" if one.kind else "-",
                survey.role(one),
            ]
            for one in survey.columns
        ],
    )
    show(f"{survey.rows:,} rows; {survey.task}, judged by {survey.table.metric}")
    for remark in survey.remarks:
        say(f"warning: {remark}")


def confirmed(question: str) -> bool:
    """Whether a person at a terminal says yes; no is what an empty answer means.

    Raises:
        InvalidChoice: there is nobody to ask.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise InvalidChoice(
            "somebody has to look at these columns, and there is no terminal to ask in",
            hint="--yes takes them as they are; --dry-run only shows them",
        )
    return click.confirm(question, default=False, err=True)


def recovered(project: Path) -> None:
    """Bring a project back that an interrupted upgrade left half-way, and tell it."""
    from generator.upgrade.apply import recover

    said = recover(project)
    if said:
        say(said)


def _line(text: str) -> str:
    """The text on one line, without signs that steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _console() -> Console:
    from rich.console import Console

    width = None if sys.stdout.isatty() else 100
    return Console(width=width, markup=False, highlight=False, emoji=False)


def _is_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, also to one that is still to be written."""
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.absolute() == other.absolute()


def _colour() -> bool:
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
    return sys.stderr.isatty() and not plain
