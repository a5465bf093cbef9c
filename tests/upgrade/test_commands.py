"""`upgrade` and `diff` as they are typed."""

import json
import subprocess
from pathlib import Path

import pytest

from generator.cli import run
from generator.record import read_record
from tests import worlds
from tests.upgrade.world import FIX, SERVE, TRAIN, World, lines

Output = pytest.CaptureFixture[str]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, after=FIX)
    monkeypatch.setattr("generator.layers.templates_folder", lambda: tmp_path / "layers/new")
    monkeypatch.chdir(world.project)
    return world


def test_upgrade_here_to_the_next_level(world: World, capsys: Output) -> None:
    assert run(["upgrade"]) == 0
    said = capsys.readouterr()
    assert f"+ add      {SERVE}" in said.out
    assert "uv sync" in said.err
    assert read_record(world.project).level == 1


def test_a_dry_run_writes_nothing(world: World, capsys: Output) -> None:
    before = world.state()
    assert run(["upgrade", "--dry-run", "--format", "json", "--to", "2"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert (plan["from"], plan["to"]) == (0, 2)
    assert {"path": SERVE, "action": "add", "owner": "ours", "reason": ""} in plan["changes"]
    assert world.state() == before


def test_a_conflict_from_begin_to_end(world: World, capsys: Output) -> None:
    world.edit(TRAIN, lines(line_10="'s3cret'"))
    assert run(["upgrade", "--dry-run"]) == 3
    assert run(["upgrade"]) == 3
    assert run(["upgrade"]) == 4
    assert run(["upgrade", "--continue"]) == 3
    said = capsys.readouterr()
    assert "git add FILE" in said.err
    assert "s3cret" not in said.out + said.err
    world.write(TRAIN, lines(line_10="both"))
    world.git("add", TRAIN)
    assert run(["upgrade", "--continue"]) == 0
    assert read_record(world.project).level == 1


def test_a_conflict_given_up(world: World) -> None:
    world.edit(TRAIN, lines(line_10="mine"))
    before = world.state()
    assert run(["upgrade"]) == 3
    assert run(["diff"]) == 4
    assert run(["upgrade", "--abort"]) == 0
    assert world.state() == before


def test_diff_shows_lines_and_says_whether_there_are_any(world: World, capsys: Output) -> None:
    before = world.state()
    assert run(["diff", str(world.project)]) == 1
    out = capsys.readouterr().out
    assert f"--- a/{TRAIN}\n+++ b/{TRAIN}\n" in out
    assert "-line_10 = 10\n+line_10 = fixed\n" in out
    assert f"--- /dev/null\n+++ b/{SERVE}\n" in out
    assert world.state() == before
    applies = ["git", "apply", "--check", "-"]
    subprocess.run(applies, cwd=world.project, input=out, text=True, check=True)
    assert run(["upgrade", "--to", "0"]) == 0
    world.commit()
    assert run(["diff", "--to", "0"]) == 0
    assert run(["upgrade", "--to", "0"]) == 0


def test_diff_does_not_mind_what_is_not_committed(world: World) -> None:
    world.write(TRAIN, "half done\n")
    assert run(["diff"]) == 1
    assert run(["upgrade"]) == 4


@pytest.mark.parametrize(
    "arguments", [["--continue", "--abort"], ["--abort", "--to", "1"], ["--continue", "--dry-run"]]
)
def test_ends_stand_alone(world: World, arguments: list[str]) -> None:
    assert run(["upgrade", *arguments]) == 2


def test_no_project_is_no_traceback(world: World, tmp_path: Path, capsys: Output) -> None:
    """Case 32."""
    empty = worlds.write(tmp_path / "empty", {"a.txt": "x"})
    for verb in ("upgrade", "diff"):
        assert run([verb, str(empty)]) == 2
        assert "hint:" in capsys.readouterr().err
        assert run([verb, str(tmp_path / "nowhere")]) == 2
