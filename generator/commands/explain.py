"""`explain`: why something exists, what it takes and when it is enough."""

from __future__ import annotations

import click

from generator.console import show

__all__ = ["command"]


@click.command("explain")
@click.argument("subject", metavar="[NAME]", required=False)
def command(subject: str | None) -> None:
    """Explain what has a name; alone, list what there is.

    A question (C1), a dimension (C or Tests), a level (2), a layer (base), a fact of the use case
    (label_delay_days), or a rule of the target (costly-errors).
    """
    from generator.explain import explain, overview
    from generator.layers import discover, templates_folder

    layers = discover(templates_folder())
    show(overview(layers) if subject is None else explain(subject, layers))
