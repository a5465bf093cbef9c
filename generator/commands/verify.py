"""`verify`: prove that a project does what its level promises."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.console import form_option, project_argument, proofs, recovered, say, show

if TYPE_CHECKING:
    from generator.verify import Verdict

__all__ = ["command"]


@click.command("verify", short_help="Prove that a project trains, serves and detects drift.")
@project_argument
@click.option("--keep", is_flag=True, help="Leave the copy in place, to look into it.")
@form_option("How to print the proofs.")
@click.pass_context
def command(context: click.Context, project: Path, keep: bool, form: str) -> None:
    """Prove on a copy of the project at PATH that it trains, serves and detects drift.

    It takes some minutes and builds environments, so it needs the package registry or a warm cache
    of uv. Ends with 0 where every proof passed and with 1 where one failed.
    """
    from generator.verify import verify

    recovered(project)
    verdict = verify(project, keep=keep, tell=say)
    if form == "json":
        _show_json(verdict)
    else:
        proofs(verdict)
    for proof in verdict.proofs:
        if not proof.passed:
            say()
            say(f"{proof.name}: not shown that {proof.claim}")
    context.exit(0 if verdict.passed else 1)


def _show_json(verdict: Verdict) -> None:
    import json
    from dataclasses import asdict

    show(json.dumps({"schema_version": 1, "passed": verdict.passed, **asdict(verdict)}, indent=2))
