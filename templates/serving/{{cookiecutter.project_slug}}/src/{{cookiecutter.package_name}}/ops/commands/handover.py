# ours: kept current by mlops-maturity upgrade
"""Take over a model file after checks, and write its model card."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from ..cli import verbs

MENDED = (
    "a model comes as two files that training wrote, NAME.skops and NAME.json, "
    "for the columns in settings.toml"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("model", type=Path, help="the model file, beside its card")
    parser.add_argument(
        "--sample", type=Path, help="rows with labels; by default those that the card held out"
    )
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    """Check and take; ends with 1, and changes nothing, where a check fails."""
    from ..errors import OpsError
    from ..files import write_whole
    from ..handover import inspect, take
    from ..model_card import page, read_handover
    from ..settings import read_settings
    from ..wiring import model_source

    if not options.model.is_file():
        raise OpsError(f"{options.model} is no file", MENDED)
    settings, people = read_settings(), read_handover()
    model, found = inspect(options.model, settings, people.loss, options.sample)
    passed = all(one.passed for one in found)
    if model is not None and passed:
        written = page(settings.root.name, model, people, found).encode()
        kept = take(model, options.model, model_source(settings))
        place = settings.root / "docs" / "MODEL_CARD.md"
        write_whole(place, written)
    if options.format == "json":
        told = [asdict(one) for one in found]
        print(json.dumps({"schema_version": 1, "taken": passed, "checks": told}, indent=2))
    else:
        for one in found:
            print(f"{one.name:<8}  {'passed' if one.passed else 'FAILED'}  {one.seen}")
    if not passed:
        print("not taken; the model that answers is the one from before", file=sys.stderr)
        print(f"\nhint: {MENDED}", file=sys.stderr)
        return 1
    print(f"taken: {kept}; its card for people is {place}", file=sys.stderr)
    if people.unsaid:
        missing = ", ".join(people.unsaid)
        print(f"note: say under [handover] in settings.toml: {missing}; then", file=sys.stderr)
        print("take it over once more, for them to stand on the card", file=sys.stderr)
    print("what to type next:\n  git add docs/MODEL_CARD.md", file=sys.stderr)
    after = "promote" if "promote" in verbs() else "serve"
    print("  git commit --message 'a model was handed over'", file=sys.stderr)
    print(f"  uv run ops {after}", file=sys.stderr)
    return 0
