"""`new`: generate a project at a level."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from generator.console import confirmed, own_table, say, show

if TYPE_CHECKING:
    from generator.context import Task
    from generator.table import Survey

__all__ = ["command"]


@click.command("new")
@click.argument("name")
@click.option("--level", type=click.IntRange(0, 4), help="Maturity level of the project.")
@click.option(
    "--from-assessment",
    "report",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Take the level from a report that `assess --facts … --format json` printed.",
)
@click.option(
    "--task",
    type=click.Choice(["regression", "classification"]),
    help="What the model predicts; by default regression, or with --data what fits the target.",
)
@click.option("--data", type=click.Path(path_type=Path), help="Your own table: CSV or Parquet.")
@click.option("--target", help="With --data: the column to predict.")
@click.option("--time", help="With --data: the column that orders the rows.")
@click.option("--key", help="With --data: the column that names a row.")
@click.option("--yes", is_flag=True, help="With --data: take the columns as they are found.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder in which the project's folder is made; by default this one.",
)
@click.option("--dry-run", is_flag=True, help="List the files, write nothing.")
def command(
    name: str,
    level: int | None,
    report: Path | None,
    into: Path,
    dry_run: bool,
    yes: bool,
    **own: str | Path | None,
) -> None:
    """Generate the project NAME: it trains on the first day.

    With --data it learns from your own table, of which nothing but names and kinds of its columns
    is written to a file that git tracks.
    """
    from generator.context import check_name
    from generator.create import check_empty

    check_name(name)
    level = _level(level, report)
    target = into / name
    check_empty(target.absolute())
    wanted = Own(**own)  # type: ignore[arg-type]
    with _survey(wanted) as survey:
        if survey is not None:
            own_table(survey)
            say("a column can be changed or taken out later, in settings.toml")
            if not dry_run and not yes and not confirmed("generate a project on this table?"):
                say("nothing was written")
                click.get_current_context().exit(1)
        _generate(name, level, target, wanted.task or "regression", survey, dry_run)


@dataclass(frozen=True)
class Own:
    """What was said of a table of the user's own, or only the task."""

    task: Task | None
    data: Path | None
    target: str | None
    time: str | None
    key: str | None


@contextmanager
def _survey(own: Own) -> Iterator[Survey | None]:
    """What is found out about the user's table, if there is one."""
    from generator.errors import InvalidChoice

    if own.data is None:
        for option in ("target", "time", "key"):
            if getattr(own, option) is not None:
                raise InvalidChoice(
                    f"--{option} says something of a table, and there is no --data",
                    hint="name the table: --data FILE",
                )
        yield None
        return
    if own.target is None:
        raise InvalidChoice("--data needs --target", hint="name the column to predict: --target")
    from generator.table import Wish, survey

    with survey(own.data, Wish(own.target, own.time, own.key, own.task)) as found:
        yield found


def _generate(
    name: str, level: int, target: Path, task: Task, survey: Survey | None, dry_run: bool
) -> None:
    from generator.context import choose
    from generator.create import create, project_files
    from generator.git import configured
    from generator.layers import discover, templates_folder

    if survey is None:
        choice, fill = choose(name, task), lambda project: None
    else:
        choice, fill = choose(name, survey.task, survey.table), survey.fill
    tree, record = project_files(discover(templates_folder()), level, choice)
    if dry_run:
        for path, file in tree.items():
            show(f"{file.owner:<7} {len(file.content):>8}  {path}")
        say(f"{len(tree)} files; nothing was written")
        return
    created = create(tree, record, target, fill)
    say(f"{name}: level {level}, {choice.task}, {created.files} files in {target}")
    if survey is not None:
        _say_where_the_table_is(survey)
    if not created.committed:
        _say_how_to_commit(created.repository, target)
    elif configured() is None:
        say("warning: git does not know who you are, so the first commit is mlops-maturity's")
        say("  git config --global user.name NAME; git config --global user.email ADDRESS")
    say()
    say("what to type next:")
    say(f"  cd {quote(str(target))}")
    say("  uv sync")
    say("  git add uv.lock && git commit --message 'locked dependencies'")
    say("  uv run ops train")
    say("  mlops-maturity verify  # takes some minutes")


def _say_where_the_table_is(survey: Survey) -> None:
    if survey.source.stays:
        say("the table is too large to be copied; settings.toml has its path")
    else:
        say(f"your table is copied to {survey.table.path}, as Parquet; git ignores it")


def _level(level: int | None, report: Path | None) -> int:
    from generator.errors import InvalidChoice

    if (level is None) == (report is None):
        raise InvalidChoice(
            "say which level: exactly one of --level and --from-assessment",
            hint="--level 0 … 4; `mlops-maturity explain 2` says what a level holds",
        )
    if report is None:
        return level or 0
    try:
        target = json.loads(report.read_text(encoding="utf-8"))["recommendation"]["target"]
    except (OSError, ValueError, KeyError, TypeError):
        target = None
    if type(target) is not int or not 0 <= target <= 4:
        raise InvalidChoice(
            f"{report} holds no target level",
            hint="make one: mlops-maturity assess --answers FILE --facts FILE --format json",
        )
    return target


def _say_how_to_commit(repository: Path | None, target: Path) -> None:
    place = quote(str(target))
    say()
    if repository is None:
        say("git is not installed, so nothing was committed; upgrade will need it:")
        say(f"  cd {place} && git init && git add --all && git commit -m 'a generated project'")
    else:
        say(f"{repository} is a git repository already, so nothing was committed:")
        say(f"  cd {place} && git add . && git commit -m 'a generated project' -- .")
