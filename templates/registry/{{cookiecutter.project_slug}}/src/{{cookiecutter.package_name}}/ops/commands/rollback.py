# ours: kept current by mlops-maturity upgrade
"""Go back: the version that answered before answers again."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument(
        "--reason", default="rolled back by a person", help="stands in the releases"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(options: argparse.Namespace) -> int:
    """Ask, and go back; ends with 0."""
    from ..registry.asking import confirm
    from ..registry.release import before, rollback
    from ..registry.versions import state
    from ..settings import read_settings
    from ..wiring import model_source

    settings = read_settings()
    now = state(settings)
    print(f"version {now.champion} answers; before it, version {before(now)} did")
    confirm(f"let version {before(now)} answer again?", options.yes)
    found = rollback(settings, now.champion, options.reason, datetime.now(UTC))
    model = model_source(settings).load()  # the copy in models/ is that one from now on
    for note in filter(None, (*model.notes, model.trouble)):
        print(f"note: {note}", file=sys.stderr)
    print(f"version {found.number} answers", file=sys.stderr)
    return 0
