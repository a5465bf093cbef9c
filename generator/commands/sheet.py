"""`sheet`: the questions as a file to fill in."""

from __future__ import annotations

import click

from generator.console import show

__all__ = ["command"]


@click.command("sheet", short_help="Print a form to answer the questions in.")
@click.argument("kind", type=click.Choice(["answers", "facts"]))
@click.option("--quick", is_flag=True, help="What the quick mode asks only.")
def command(kind: str, quick: bool) -> None:
    """Print the questions, or the facts of a use case, as a TOML file to fill in.

    What is left as it is counts as unknown: `assess --answers FILE --facts FILE`.
    """
    from assessment.questions import load_bank
    from assessment.sheet import blank_answers, blank_facts

    sheet = blank_facts(quick) if kind == "facts" else blank_answers(load_bank(), quick=quick)
    show(sheet.rstrip("\n"))
