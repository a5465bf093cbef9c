"""`check`: for CI, whether a project is still what was generated, and up to date."""

from __future__ import annotations

from pathlib import Path

import click

from generator.console import form_option, project_argument, recovered, say, show, table

__all__ = ["command"]

MEANING = {
    "edited": "edited here; an upgrade merges it",
    "missing": "gone from here",
    "outdated": "newer in today's templates",
}


@click.command("check", short_help="Compare a project with its record and today's templates.")
@project_argument
@form_option("How to print the findings.")
@click.pass_context
def command(context: click.Context, project: Path, form: str) -> None:
    """Compare the project at PATH with its record and with today's templates.

    Ends with 0 where all is as generated and up to date, and with 1 where it is not.
    """
    from generator.check import check
    from generator.layers import discover, templates_folder

    recovered(project)
    record, findings = check(project, discover(templates_folder()))
    if form == "json":
        import json
        from dataclasses import asdict

        rows = [asdict(finding) for finding in findings]
        show(json.dumps({"schema_version": 1, "level": record.level, "findings": rows}, indent=2))
    elif findings:
        table(
            ["file", "layer", "state", "what it means"],
            [[one.path, one.layer, one.state, MEANING[one.state]] for one in findings],
        )
    if not findings:
        say(f"level {record.level}: every file of ours is as generated, and up to date")
    elif any(finding.state == "outdated" for finding in findings):
        say()
        say(f"see what would change: mlops-maturity diff --to {record.level}")
    context.exit(1 if findings else 0)
