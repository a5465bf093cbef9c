"""What a probe, run in the project's own environment, finds out about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from generator.verify.verdict import Failed
from generator.verify.workspace import Workspace

__all__ = ["probe"]

PROBES = Path(__file__).with_name("probes")


def probe(
    name: str, verb: str, workspace: Workspace, package: str, *arguments: Path
) -> dict[str, Any]:
    """Run a verb of the probe in `probes/_NAME.py`; returns what it wrote to `found.json`.

    Raises:
        Failed: it failed; tells its last line.
    """
    place = PROBES / f"_{name}.py"
    answer = workspace.python(place, verb, package, workspace.scratch(""), *arguments)
    if answer.code != 0:
        raise Failed(answer.last_line)
    text = workspace.scratch("found.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
