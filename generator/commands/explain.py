"""`explain`: why something exists, what it takes and when it is enough."""

from __future__ import annotations

import click

from generator.console import show

__all__ = ["command"]


@click.command("explain")
@click.argument("subject", metavar="CODE|DIMENSION|LEVEL|LAYER")
def command(subject: str) -> None:
    """Explain a question (C1), a dimension (C), a level (2) or a layer (base)."""
    from generator.explain import explain
    from generator.layers import discover, templates_folder

    show(explain(subject, discover(templates_folder())))
