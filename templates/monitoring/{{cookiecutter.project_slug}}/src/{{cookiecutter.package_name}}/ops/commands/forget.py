# ours: kept current by mlops-maturity upgrade
"""Delete all logged predictions and labels of a key."""

from __future__ import annotations

import argparse
import json


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("key", help="as it was sent, or the id of a record that had none")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    """Ask, and delete; ends with 0, and 1 where there was nothing."""
    from ..predictions.forgetting import forget
    from ..registry.asking import confirm
    from ..settings import read_settings

    settings = read_settings()
    confirm(f"delete all that was logged of key {options.key}?", options.yes)
    done = forget(settings, options.key)
    if options.format == "json":
        told = {"key": options.key, "records": done.records, "labels": done.labels}
        print(json.dumps({"schema_version": 1, **told}, indent=2))
    else:
        print(f"{done.records} records and {done.labels} labels of {options.key} are deleted")
    return 0 if done.records or done.labels else 1
