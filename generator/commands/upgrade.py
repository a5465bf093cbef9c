"""`upgrade`: raise a project to a level, or to newer templates, keeping what its owners wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.console import form_option, project_argument, recovered, say, show

if TYPE_CHECKING:
    from generator.upgrade.plan import Plan

__all__ = ["command"]

UNDECIDED = 3
SIGNS = {"add": "+", "change": "~", "delete": "-", "keep": "=", "conflict": "!"}


@click.command("upgrade", short_help="Raise a project to another level.")
@project_argument
@click.option(
    "--to",
    type=click.IntRange(0, 4),
    help="Level to raise it to; by default the next. The same level: today's templates.",
)
@click.option("--dry-run", is_flag=True, help="Print the plan, write nothing.")
@click.option("--continue", "go_on", is_flag=True, help="Finish after conflicts are settled.")
@click.option("--abort", "give_up", is_flag=True, help="Bring everything back as it was.")
@form_option("Form of the plan.")
def command(
    project: Path, to: int | None, dry_run: bool, go_on: bool, give_up: bool, form: str
) -> int:
    """Raise the project at PATH (by default here) to another level.

    Git merges what the templates changed with what you changed. The result is staged and not
    committed; exit code 3 says that conflicts are left for you to settle.
    """
    alone = [go_on, give_up, dry_run or to is not None]
    if sum(alone) > 1 and (go_on or give_up):
        raise click.UsageError("--continue and --abort stand alone")
    recovered(project)
    if go_on:
        return _continue(project)
    if give_up:
        return _abort(project)
    plan = _plan(project, to)
    _print(plan, form)
    if dry_run:
        say("nothing was written")
        return UNDECIDED if plan.conflicts else 0
    return _apply(project, plan)


def _plan(project: Path, to: int | None) -> Plan:
    from generator.layers import discover, templates_folder
    from generator.upgrade.apply import ensure_idle
    from generator.upgrade.guards import check
    from generator.upgrade.plan import plan_upgrade

    ensure_idle(project)
    plan = plan_upgrade(project, discover(templates_folder()), to)
    check(plan)
    return plan


def _print(plan: Plan, form: str) -> None:
    if form == "json":
        show(json.dumps(plan.view(), indent=2, ensure_ascii=False))
        return
    for change in plan.changes:
        reason = f"  ({change.reason})" if change.reason else ""
        show(f"{SIGNS[change.action]} {change.action:<8} {change.path}{reason}")
    for note in plan.notes:
        say(f"note: {note}")


def _apply(project: Path, plan: Plan) -> int:
    from generator.upgrade.apply import apply

    if plan.is_empty:
        say(f"level {plan.to}: nothing to change")
        return 0
    apply(plan)
    if plan.conflicts:
        say(f"{len(plan.conflicts)} files need your decision; all other changes are staged")
        say()
        say("what to type next:")
        say(f"  git diff                 the marked lines of: {', '.join(plan.conflicts)}")
        say("  git add FILE             once a file is as you want it")
        say(f"  mlops-maturity upgrade {project} --continue   (or --abort)")
        return UNDECIDED
    _say_next(plan.level, plan.to)
    return 0


def _continue(project: Path) -> int:
    from generator.upgrade.apply import resume

    done = resume(project)
    _say_next(done.level, done.to)
    return 0


def _abort(project: Path) -> int:
    from generator.upgrade.apply import abort

    done = abort(project)
    say(f"level {done.to}, as before the upgrade")
    if done.kept:
        say(f"you had changed these since, so they are kept aside: {', '.join(done.kept)}")
    return 0


def _say_next(level: int, to: int) -> None:
    what = f"level {level} to {to}" if level != to else f"newer templates of level {to}"
    say(f"{what}: the changes are staged, not committed")
    say()
    say("what to type next:")
    say("  git diff --cached        what changed")
    say("  uv sync                  the environment, and uv.lock")
    say("  uv run ops               the project's verbs")
    say("  git add uv.lock          what CI and image install")
    say(f"  git commit --message 'mlops-maturity: {what}'")
    say("to undo it: git reset --hard (it also drops your other uncommitted changes)")
