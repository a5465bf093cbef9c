# ours: kept current by mlops-maturity upgrade
"""Approve a version: it is released once its comparison says so."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("version", type=int, help="its number")
    parser.add_argument("--reason", default="approved by a person", help="stands in the releases")


def run(options: argparse.Namespace) -> int:
    """Write it down; ends with 0."""
    from ..loop.approval import approve
    from ..settings import read_settings

    approve(read_settings(), options.version, datetime.now(UTC), options.reason)
    print(f"version {options.version} is approved; the loop goes on with it", file=sys.stderr)
    return 0
