"""Verify is worth something only if it can fail: each sabotage turns it red for its own reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.verify import verify
from tests.integration.conftest import Make
from tests.integration.sabotages import Sabotage
from tests.integration.sabotages.levels import LEVELS

pytestmark = pytest.mark.project


def cases() -> Iterator[Any]:
    """Every sabotage; the first of levels 0 to 2 in make test, the others in make test-full."""
    for level, ways in enumerate(LEVELS):
        for place, one in enumerate(ways):
            marks = [pytest.mark.full] if place or level > 2 else []
            yield pytest.param(level, one, id=f"{level}-{one.name}", marks=marks)


@pytest.mark.parametrize(("level", "sabotage"), [*cases()])
def test_a_sabotage_is_found(
    make: Make, environments: Path, level: int, sabotage: Sabotage
) -> None:
    project = make(level, sabotage.task)
    path = project / sabotage.path
    text = path.read_text(encoding="utf-8")
    assert text.count(sabotage.old) == 1, "the sabotage no longer fits the template"
    path.write_text(text.replace(sabotage.old, sabotage.new), encoding="utf-8")
    verdict = verify(project, environments=environments, only=[sabotage.fails])
    assert verdict.failures == (sabotage.fails,), str(verdict)
    failed = next(proof for proof in verdict.proofs if proof.name == sabotage.fails)
    assert sabotage.said in failed.evidence
