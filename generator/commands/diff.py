"""`diff`: what `upgrade` would change, line by line."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.console import form_option, project_argument, recovered, say, show

if TYPE_CHECKING:
    from generator.upgrade.edit import Edit, Version
    from generator.upgrade.plan import Plan

__all__ = ["command"]


@click.command("diff", short_help="Show what an upgrade would change.")
@project_argument
@click.option("--to", type=click.IntRange(0, 4), help="Level to compare with; default: the next.")
@form_option("Lines that change, or the plan as JSON.")
def command(project: Path, to: int | None, form: str) -> int:
    """Print what `upgrade` would change in the project at PATH (by default here).

    Exit code 1 when something would change, as with diff itself; nothing is written.
    """
    from generator.layers import discover, templates_folder
    from generator.upgrade.apply import ensure_idle
    from generator.upgrade.plan import plan_upgrade

    recovered(project)
    ensure_idle(project)
    plan = plan_upgrade(project, discover(templates_folder()), to)
    _print(plan, form)
    return 0 if plan.is_empty else 1


def _print(plan: Plan, form: str) -> None:
    if form == "json":
        show(json.dumps(plan.view(), indent=2, ensure_ascii=False))
        return
    for edit in plan.edits:
        for line in _lines(edit):
            show(line)
    for note in plan.notes:
        say(f"note: {note}")


def _lines(edit: Edit) -> list[str]:
    before, after = _text(edit.before), _text(edit.after)
    head = [f"diff --git a/{edit.path} b/{edit.path}", *_modes(edit)]
    if before is None or after is None:
        return [*head, f"binary file {edit.path} differs"]
    old = "/dev/null" if edit.before is None else f"a/{edit.path}"
    new = "/dev/null" if edit.after is None else f"b/{edit.path}"
    body = difflib.unified_diff(before, after, old, new, lineterm="")
    return [*head, *body]


def _modes(edit: Edit) -> list[str]:
    if edit.before is None:
        return [f"new file mode {edit.after.mode}"] if edit.after else []
    if edit.after is None:
        return [f"deleted file mode {edit.before.mode}"]
    if edit.before.mode == edit.after.mode:
        return []
    return [f"old mode {edit.before.mode}", f"new mode {edit.after.mode}"]


def _text(version: Version | None) -> list[str] | None:
    content = version.content if version else b""
    if b"\0" in content:
        return None
    return content.decode("utf-8", "backslashreplace").splitlines()
