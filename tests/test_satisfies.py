"""The two halves are tied: what a level asks for is what its layers make true."""

import pytest

from assessment.gates import required
from assessment.levels import HIGHEST
from assessment.questions import PROFILES, Profile, load_bank
from generator.layers import discover, for_level, templates_folder

LAYERS = discover(templates_folder())
BUILT = sorted({layer.manifest.since for layer in LAYERS})


def satisfied(level: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for layer in for_level(LAYERS, level):
        for item in layer.manifest.satisfies:
            code, _, option = item.partition("@")
            found[code] = max(found.get(code, 0), int(option))
    return found


def lacking(level: int, asked: int, profile: Profile) -> set[str]:
    """What `asked` requires, a repository can show, and the layers of `level` do not bring."""
    bank, here = load_bank(), satisfied(level)
    return {
        f"{code}@{option}"
        for code, option in required(bank, asked, profile).items()
        if bank.questions[code].visible == "repository" and here.get(code, 0) < option
    }


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("level", BUILT)
def test_a_level_brings_all_that_it_asks_for(level: int, profile: Profile) -> None:
    assert lacking(level, level, profile) == set()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("level", [level for level in BUILT if level < HIGHEST])
def test_a_level_is_not_the_next_one(level: int, profile: Profile) -> None:
    assert lacking(level, level + 1, profile)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_what_a_layer_satisfies_stands_in_the_bank(layer: object) -> None:
    questions = load_bank().questions
    for item in layer.manifest.satisfies:  # type: ignore[attr-defined]
        code, _, option = item.partition("@")
        assert int(option) <= questions[code].best, item
