"""A sabotage changes one place of a project: it must be there, once, whatever is changed."""

from __future__ import annotations

import pytest

from generator.context import choose
from generator.layers import discover, for_level, templates_folder
from generator.render import render
from tests.integration.sabotages.levels import LEVELS


@pytest.mark.parametrize("level", range(len(LEVELS)))
def test_every_sabotage_fits_the_templates(level: int) -> None:
    layers = for_level(discover(templates_folder()), level)
    trees = {
        task: render(layers, choose("flights", task))  # type: ignore[arg-type]
        for task in {one.task for one in LEVELS[level]}
    }
    found = {
        one.name: trees[one.task][one.path].content.decode().count(one.old) for one in LEVELS[level]
    }
    assert found == dict.fromkeys(found, 1)
