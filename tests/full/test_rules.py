"""The rules for Prometheus: well-formed, and they fire when they should, says promtool."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from generator.context import choose
from generator.create import write_tree
from generator.layers import discover, for_level, templates_folder
from generator.render import render

pytestmark = pytest.mark.full

COMMANDS = (
    ("promtool", "check", "rules", "monitoring/rules.yml"),
    ("promtool", "test", "rules", "monitoring/rules_test.yml"),
    ("promtool", "check", "config", "monitoring/prometheus.yml"),
    ("amtool", "check-config", "monitoring/alertmanager.yml"),
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A level-3 project."""
    folder = tmp_path_factory.mktemp("ruled")
    write_tree(folder, render(for_level(discover(templates_folder()), 3), choose("ruled")))
    return folder


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(words[:3]))
def test_rules_and_examples_hold(project: Path, command: tuple[str, ...]) -> None:
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
