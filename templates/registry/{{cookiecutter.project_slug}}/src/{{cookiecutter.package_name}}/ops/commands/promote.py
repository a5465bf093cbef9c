# ours: kept current by mlops-maturity upgrade
"""Release a version: from then on it answers."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..registry.versions import Version
    from ..settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("version", type=int, nargs="?", help="its number; by default the newest")
    parser.add_argument("--reason", default="promoted by a person", help="stands in the releases")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(options: argparse.Namespace) -> int:
    """Show the version beside the champion, ask, and release; ends with 0."""
    from ..errors import Refused
    from ..registry.asking import confirm
    from ..registry.release import promote
    from ..registry.versions import NoSuchVersion, state, versions
    from ..settings import read_settings
    from ..wiring import model_source

    settings = read_settings()
    known = {one.number: one for one in versions(settings)}
    number = max(known, default=0) if options.version is None else options.version
    if number not in known:
        raise NoSuchVersion(
            f"there is no version {number}" if known else "there is no version yet",
            "see them: uv run ops releases" if known else "train one: uv run ops train",
        )
    champion = state(settings).champion
    if champion == number:
        raise Refused(f"version {number} answers already", "nothing was done")
    _show(settings, known[number], known.get(champion or 0))
    if not known[number].failed:
        confirm(f"let version {number} answer?", options.yes)
    promote(settings, number, champion, options.reason, datetime.now(UTC))
    model = model_source(settings).load()  # the copy in models/ is the new one from now on
    for note in filter(None, (*model.notes, model.trouble)):
        print(f"note: {note}", file=sys.stderr)
    print(f"version {number} answers", file=sys.stderr)
    print("what to type next:\n  uv run ops releases\n  uv run ops serve", file=sys.stderr)
    if champion is not None:
        print("to go back: uv run ops rollback", file=sys.stderr)
    return 0


def _show(settings: Settings, new: Version, champion: Version | None) -> None:
    """The figures of both, on the same rows where they were measured so."""
    from ..registry.versions import AGAINST, BESIDE

    measured = champion is not None and new.tags.get(AGAINST) == str(champion.number)
    theirs = {} if champion is None else new.told(BESIDE) if measured else champion.metrics
    same = measured or (champion is not None and _rows(new) == _rows(champion))
    title = f"version {champion.number}" if champion else "none before"
    print(f"{'metric':<12} {f'version {new.number}':>12} {title:>12}")
    for name, value in new.metrics.items():
        other = f"{theirs[name]:>12.4g}" if name in theirs else f"{'-':>12}"
        mark = "  <- decides" if name == settings.metric.name else ""
        print(f"{name:<12} {value:>12.4g} {other}{mark}")
    if champion is not None:
        print("on the same rows" if same else "each on its own rows: they compare badly")


def _rows(one: Version) -> tuple[str | None, ...]:
    """What tells the rows that a version was judged on."""
    return tuple(one.tags.get(name) for name in ("data_sha256", "holdout"))
