"""`demo`: the whole way in one command."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from generator.console import progress, proofs, say, show

__all__ = ["command"]

NAME = "flights"


@click.command("demo", short_help="Assess, generate and prove an example.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder in which the project is left; by default a new temporary one.",
)
@click.pass_context
def command(context: click.Context, into: Path | None) -> None:
    """Assess an example, generate a project, prove that it trains, answers and detects drift.

    It downloads the project's packages (about 160 MB) unless uv has them in its cache.
    """
    import tempfile
    from shlex import quote

    from generator.context import choose
    from generator.create import create, project_files
    from generator.demo import assess_example
    from generator.layers import discover, templates_folder
    from generator.verify import verify

    say("1 of 3: assess a team that has a churn model in production")
    say()
    show(assess_example())
    say()
    folder = into or Path(tempfile.mkdtemp(prefix="mlops-maturity-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    say("2 of 3: generate a project at level 0, the start of every road")
    layers = discover(templates_folder())
    tree, record = project_files(layers, 0, choose(NAME))
    created = create(tree, record, folder / NAME)
    say(f"{created.files} files in {created.folder}")
    say()
    say("3 of 3: prove on a copy that it trains, answers and detects drift")
    progress("downloading about 160 MB of packages, unless they are in uv's cache")
    verdict = verify(created.folder, tell=say)
    say()
    proofs(verdict)
    say()
    say("what to type next:")
    if not all(map(shutil.which, ("mlops-maturity", "uv"))):
        say(f'  export PATH={quote(str(Path(sys.executable).parent))}:"$PATH"')
    say(f"  cd {quote(str(created.folder))} && uv run ops train")
    say("  mlops-maturity assess --answers FILE   # your own project")
    context.exit(0 if verdict.passed else 1)
