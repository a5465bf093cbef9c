"""`new`: generate a project at a level."""

from __future__ import annotations

import json
from pathlib import Path
from shlex import quote

import click

from generator.console import say, show

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
    default="regression",
    show_default=True,
    help="What the model predicts.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder in which the project's folder is made; by default this one.",
)
@click.option("--dry-run", is_flag=True, help="List the files, write nothing.")
def command(
    name: str, level: int | None, report: Path | None, task: str, into: Path, dry_run: bool
) -> None:
    """Generate the project NAME: it trains on the first day."""
    from generator.context import TASKS, choose
    from generator.create import check_empty, create, project_files
    from generator.layers import discover, templates_folder

    context = choose(name, TASKS[TASKS.index(task)])
    level = _level(level, report)
    target = into / name
    check_empty(target.absolute())
    tree, record = project_files(discover(templates_folder()), level, context)
    if dry_run:
        for path, file in tree.items():
            show(f"{file.owner:<7} {len(file.content):>8}  {path}")
        say(f"{len(tree)} files; nothing was written")
        return
    created = create(tree, record, target)
    say(f"{name}: level {level}, {task}, {created.files} files in {target}")
    if not created.committed:
        _say_how_to_commit(created.repository, target)
    say()
    say("what to type next:")
    say(f"  cd {quote(str(target))}")
    say("  uv run ops train")
    say("  mlops-maturity verify")


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
