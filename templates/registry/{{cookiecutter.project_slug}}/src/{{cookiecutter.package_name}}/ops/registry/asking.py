# ours: kept current by mlops-maturity upgrade
"""A question to the person at the terminal."""

import sys

from ..errors import Undecided


def confirm(question: str, yes: bool) -> None:
    """Go on where the answer is yes.

    Raises:
        Undecided: it is no, or nobody is there to answer.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise Undecided(f"{question} nobody is there to answer", "--yes answers it")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Undecided("nothing was done")
