"""`explain`: why something exists, what it takes and when it is enough."""

from __future__ import annotations

import click

from generator.console import show

__all__ = ["command"]


@click.command("explain")
@click.argument("subject", metavar="[NAME]", nargs=-1)
def command(subject: tuple[str, ...]) -> None:
    """Explain what has a name; alone, list what there is.

    A question (C1), a dimension (C or Tests and CI/CD), a level (2), a layer (base), a fact of the
    use case (label_delay_days), or a rule of the target (costly-errors).
    """
    from generator.explain import explain, overview
    from generator.layers import discover, templates_folder

    layers = discover(templates_folder())
    show(explain(" ".join(subject), layers) if subject else overview(layers))
