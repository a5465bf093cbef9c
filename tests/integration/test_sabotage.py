"""Verify is worth something only if it can fail: each sabotage turns it red for its own reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.verify import verify
from tests.integration.conftest import Make
from tests.integration.sabotages import Sabotage
from tests.integration.sabotages.level_0 import LEVEL_0
from tests.integration.sabotages.level_1 import LEVEL_1

pytestmark = pytest.mark.project
SABOTAGES = [(level, one) for level, ways in enumerate((LEVEL_0, LEVEL_1)) for one in ways]


@pytest.mark.parametrize(
    ("level", "sabotage"), SABOTAGES, ids=[f"{level}-{one.name}" for level, one in SABOTAGES]
)
def test_a_sabotage_is_found(
    make: Make, environments: Path, level: int, sabotage: Sabotage
) -> None:
    project = make(level, sabotage.task)
    path = project / sabotage.path
    text = path.read_text(encoding="utf-8")
    assert text.count(sabotage.old) == 1, "the sabotage no longer fits the template"
    path.write_text(text.replace(sabotage.old, sabotage.new), encoding="utf-8")
    verdict = verify(project, environments=environments, only=sabotage.fails)
    assert verdict.failures == (sabotage.fails,), verdict
    failed = next(proof for proof in verdict.proofs if proof.name == sabotage.fails)
    assert sabotage.said in failed.evidence
