"""The terminal: data goes to standard output, talk to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

if TYPE_CHECKING:
    from rich.console import Console

    from generator.verify import Verdict

__all__ = [
    "fail",
    "form_option",
    "progress",
    "project_argument",
    "proofs",
    "recovered",
    "say",
    "show",
    "table",
]


def project_argument(command: Command) -> Command:
    """The argument PATH of a command: a project's folder, by default this one."""
    folder = click.Path(path_type=Path, file_okay=False)
    argument = click.argument("project", metavar="[PATH]", type=folder, default=Path())
    return argument(command)


def form_option(text: str) -> Callable[[Command], Command]:
    """The option `--format` of a command that prints data; `text` is its help."""
    kinds = click.Choice(["text", "json"])
    return click.option(
        "--format", "form", type=kinds, default="text", show_default=True, help=text
    )


def show(text: str) -> None:
    """Print data."""
    click.echo(text)


def say(text: str = "") -> None:
    """Print talk."""
    click.echo(text, err=True)


def fail(message: str, hint: str | None, exit_code: int) -> int:
    """Tell an error and return its exit code."""
    say(f"{click.style('error', fg='red', bold=True) if _colour() else 'error'}: {message}")
    if hint:
        say()
        say(f"{click.style('hint', fg='cyan', bold=True) if _colour() else 'hint'}: {hint}")
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


def recovered(project: Path) -> None:
    """Bring a project back that an interrupted upgrade left half-way, and tell it."""
    from generator.upgrade.apply import recover

    said = recover(project)
    if said:
        say(said)


def _console() -> Console:
    from rich.console import Console

    width = None if sys.stdout.isatty() else 100
    return Console(width=width, markup=False, highlight=False, emoji=False)


def _colour() -> bool:
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")
