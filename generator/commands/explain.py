"""`explain`: why something exists, what it takes and when it is enough."""

from __future__ import annotations

import click

from generator.console import show

__all__ = ["command"]


@click.command("explain")
@click.argument("subject", metavar="[CODE|DIMENSION|LEVEL|LAYER]", required=False)
def command(subject: str | None) -> None:
    """Explain a question (C1), a dimension (C), a level (2) or a layer (base); alone, list them."""
    from generator.explain import explain, overview
    from generator.layers import discover, templates_folder

    layers = discover(templates_folder())
    show(overview(layers) if subject is None else explain(subject, layers))
