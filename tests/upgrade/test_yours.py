"""Files of the project's owner, and all that the tool never made."""

from pathlib import Path

from tests import worlds
from tests.upgrade.world import LAYER_OPS, LINES, TRAIN, World, actions, lines, reason

MODEL = "src/churn/model.py"
MINE = {
    "layer.toml": worlds.BASE_MANIFEST.replace('"README.md",', '"README.md", "notes.md",'),
    f"{worlds.PROJECT}/notes.md": "notes\n",
}


def test_a_file_of_the_owner_is_never_merged(tmp_path: Path) -> None:
    """Cases 51 and 54."""
    newer = {
        f"{worlds.PROJECT}/README.md": "# another\n",
        f"{worlds.PROJECT}/src/{worlds.PACKAGE}/model.py": "# yours\nANSWER = 1\n",
    }
    world = World(tmp_path, after=newer)
    world.edit("README.md", "my own words\n")
    plan = world.upgrade(1)
    assert world.read("README.md") == "my own words\n"
    assert world.read(MODEL) == "# yours\nANSWER = 42\n"
    assert not {"README.md", MODEL} & {*actions(plan)}


def test_a_file_that_a_level_brings_for_the_owner_is_made_once(tmp_path: Path) -> None:
    world = World(tmp_path, after=MINE)
    plan = world.upgrade(0)
    assert world.read("notes.md") == "notes\n"
    assert reason(plan, "notes.md") == "yours from now on"
    world.commit()
    world.remove("notes.md")
    world.upgrade(1)
    assert not (world.project / "notes.md").exists()


def test_a_file_that_the_owner_has_already_is_left_alone(tmp_path: Path) -> None:
    world = World(tmp_path, after=MINE)
    world.edit("notes.md", "mine\n")
    plan = world.upgrade(0)
    assert world.read("notes.md") == "mine\n"
    assert actions(plan)["notes.md"] == "keep"


def test_an_untracked_file_of_the_owner_is_left_alone(tmp_path: Path) -> None:
    world = World(tmp_path, after=MINE)
    world.write("notes.md", "mine\n")
    world.upgrade(0)
    assert world.read("notes.md") == "mine\n"


def test_data_that_git_ignores_is_not_even_read(tmp_path: Path) -> None:
    """Case 24."""
    world = World(tmp_path)
    world.edit(".gitignore", ".venv/\ndata/\nmlruns/\n.env\n")
    for path in ("data/big.csv", "mlruns/0/meta.yaml", ".env"):
        world.write(path, "hidden\n")
        (world.project / path).chmod(0)
    before = [path.stat().st_atime_ns for path in world.project.glob("data/*")]
    world.upgrade(1)
    assert [path.stat().st_atime_ns for path in world.project.glob("data/*")] == before


def test_a_generated_path_that_git_ignores_now_counts_as_the_users(tmp_path: Path) -> None:
    """Case 25."""
    world = World(tmp_path, after={f"{LAYER_OPS}/train.py": LINES + "more\n"})
    world.git("rm", "-q", "--cached", TRAIN)
    world.edit(".gitignore", ".venv/\ntrain.py\n")
    world.write(TRAIN, "mine, and not under git\n")
    plan = world.upgrade(1)
    assert world.read(TRAIN) == "mine, and not under git\n"
    assert reason(plan, TRAIN).startswith("not under git, so it counts as yours")


def test_an_extra_file_and_a_nested_repository_are_left_alone(tmp_path: Path) -> None:
    """Case 31."""
    world = World(tmp_path)
    inner = world.project / "src/churn/inner"
    inner.mkdir()
    world.git("init", "-q", at=inner)
    worlds.write(inner, {"a.py": "a\n"})
    world.git("add", "--all", at=inner)
    world.git("commit", "-q", "-m", "inner", at=inner)
    world.edit("src/churn/extra.py", "extra\n")
    world.upgrade(2)
    assert world.read("src/churn/extra.py") == "extra\n"
    assert world.read("src/churn/inner/a.py") == "a\n"
    assert world.git("status", "--porcelain", at=inner) == ""


def test_staged_changes_of_other_files_stay_staged(tmp_path: Path) -> None:
    """Cases 26 and 27: dirt elsewhere does not block."""
    world = World(tmp_path)
    world.write(MODEL, "# yours\nANSWER = 43\n")
    world.git("add", MODEL)
    world.write("README.md", "half done\n")
    world.write("draft.txt", "untracked\n")
    world.upgrade(1)
    status = world.git("status", "--porcelain").splitlines()
    assert {f"M  {MODEL}", " M README.md", "?? draft.txt"} <= set(status)


def test_an_edit_of_a_file_that_does_not_change_is_no_matter(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(TRAIN, lines(line_1="not committed"))
    plan = world.upgrade(1)
    assert TRAIN not in actions(plan)
    assert world.read(TRAIN) == lines(line_1="not committed")
