"""A project on a table of another shape: no time, no key, integers and truths, three classes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from generator.verify import verify
from tests.integration.conftest import Make

pytestmark = pytest.mark.project

SETTINGS = """
[project]
task = "classification"
[data]
table = "data/visits.csv"
target = "kind"
schema = [
    { name = "pages", kind = "integer" },
    { name = "member", kind = "boolean" },
    { name = "kind", kind = "category" },
]
[metric]
name = "accuracy"
direction = "higher"
[train]
holdout = 0.2
seed = 0
[model]
max_iter = 20
[drift]
significance = 0.01
effect = 0.1
rows = 100
[files]
trusted = []
"""


@pytest.fixture
def visits(make: Make) -> Path:
    project = make(0, "classification")
    (project / "settings.toml").write_text(SETTINGS)
    drawn = random.Random(7)
    lines = ["pages,member,kind"]
    for _ in range(3000):
        pages, member = drawn.randint(1, 40), drawn.random() < 0.4
        kind = "guest" if pages < 10 else "buyer" if member else "NA"
        lines.append(f"{pages},{member},{kind if drawn.random() < 0.9 else 'guest'}")
    (project / "data" / "visits.csv").write_text("\n".join(lines) + "\n")
    return project


def test_every_proof_passes(visits: Path, environments: Path) -> None:
    verdict = verify(visits, environments=environments)
    assert verdict.failures == (), str(verdict)


def test_drift_that_is_always_quiet_is_found(visits: Path, environments: Path) -> None:
    path = visits / "src/flights/ops/drift.py"
    text = path.read_text(encoding="utf-8")
    verdict_of_a_column = "p_value <= limits.significance and test.effect >= limits.effect"
    assert text.count(verdict_of_a_column) == 1
    path.write_text(text.replace(verdict_of_a_column, "False"), encoding="utf-8")
    verdict = verify(visits, environments=environments, only=["detects drift"])
    assert verdict.failures == ("detects drift",), str(verdict)
