"""Stopped at any point: before or after, at the latest when the next command has run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from generator.errors import Refused
from generator.upgrade import apply as module
from generator.upgrade import index, journal
from generator.upgrade.apply import apply, recover, resume
from tests.upgrade.world import LAYER_OPS, OPS, TRAIN, World, lines

ROOT = Path(__file__).parents[2]
OLD = {f"{LAYER_OPS}/old/gone.py": "x = 1\n"}
NEW = {
    f"{LAYER_OPS}/train.py": lines(line_10="fixed"),
    f"{LAYER_OPS}/old/gone.py": None,
    f"{LAYER_OPS}/new/deep.py": "x = 1\n",
}
# Ends itself at the k-th change of the file system, or is ended from outside after a while.
DRIVER = """
import json, os, shutil, signal, sys, time
from dataclasses import replace
from pathlib import Path
from generator.layers import discover
from generator.upgrade.apply import apply, resume
from generator.upgrade.checkout import Checkout
from generator.upgrade.plan import plan_upgrade

template, layers, folder = map(Path, sys.argv[1:4])
what = sys.argv[4]
plan = None if what == "resume" else plan_upgrade(template, discover(layers), 1)


def work(project, limit, ready):
    moved = plan and replace(plan, checkout=Checkout.open(project))
    count(limit)
    os.write(ready, b".")
    apply(moved) if moved else resume(project)


def count(limit):
    if limit is None:
        return
    left = [limit]

    def watch(event, arguments):
        writes = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if writes or event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link"):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def run(name, limit=None, delay=None):
    project = folder / name / "churn"
    project.parent.mkdir()
    shutil.copytree(template, project, symlinks=True)
    waits, ready = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setpgid(0, 0)
            work(project, limit, ready)
            code = 0
        finally:
            os._exit(code)
    os.read(waits, 1)
    begin = time.monotonic()
    os.close(waits), os.close(ready)
    if delay is not None:
        time.sleep(delay)
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            pass
    _, status = os.waitpid(child, 0)
    return status, time.monotonic() - begin


points = range(*map(int, sys.argv[5:]))
killed = 0
if what == "random":
    took = run("warm")[1]
    for number in points:
        for attempt in range(20):
            delay = took * number / len(points)
            status, lasted = run(f"{number}-{attempt}", delay=delay)
            if os.WIFSIGNALED(status):
                break
            took = lasted
        killed += os.WIFSIGNALED(status)
else:
    for number in points:
        status, _ = run(str(number), limit=number)
        if not os.WIFSIGNALED(status):
            break
        killed += 1
print(json.dumps(killed))
"""


def drive(world: World, what: str, *points: int) -> tuple[int, list[Path]]:
    folder = world.folder / what
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, world.project, world.folder / "layers/new", folder, what,
         *map(str, points)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    projects = sorted(path for path in folder.glob("*/churn") if "warm" not in str(path))
    return json.loads(done.stdout), projects


def state(world: World, project: Path) -> tuple[object, ...]:
    world.project = project
    return world.state()


@pytest.mark.parametrize(
    ("what", "points", "least"),
    [
        pytest.param("random", (0, 50), 50, id="50 moments"),
        pytest.param("counted", (1, 400, 2), 20, id="every odd change", marks=pytest.mark.full),
        pytest.param("counted", (2, 400, 2), 20, id="every even change", marks=pytest.mark.full),
    ],
)
def test_killed_anywhere_it_is_before_or_after_once_recovered(
    tmp_path: Path, what: str, points: tuple[int, ...], least: int
) -> None:
    """Case 39: at 50 moments spread over its time, and at every change of the file system."""
    world = World(tmp_path, OLD, NEW)
    world.edit(TRAIN, lines(line_25="mine"))
    origin = world.project
    before = state(world, origin)
    killed, projects = drive(world, what, *points)
    world.project = origin
    world.upgrade(1)
    after = state(world, origin)
    assert least <= killed < 150
    seen = []
    for project in projects:
        message = recover(project)
        found = state(world, project)
        assert found in (before, after), project
        assert message is None or found == before
        assert not (project / ".mlops-maturity/upgrade").exists()
        assert not list((project / ".git").glob("index.*"))
        seen.append(found == after)
    assert False in seen
    assert what == "random" or True in seen


def test_killed_while_it_finishes_a_conflict_it_is_finished_later(tmp_path: Path) -> None:
    """Case 39, for `--continue`."""
    world = World(tmp_path, OLD, NEW)
    world.edit(TRAIN, lines(line_10="mine"))
    world.upgrade(1)
    world.write(TRAIN, lines(line_10="both"))
    world.git("add", TRAIN)
    origin = world.project
    counted, projects = drive(world, "resume", 1, 200)
    world.project = origin
    resume(origin)
    after = state(world, origin)
    assert counted >= 5
    for project in projects:
        if recover(project) is None and (project / ".mlops-maturity/upgrade").exists():
            resume(project)
        assert state(world, project) == after


def test_an_interrupted_recovery_is_recovered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, OLD, NEW)
    before = world.state()
    plan = world.plan(1)
    with monkeypatch.context() as patch:
        patch.setattr(module, "write_index", interrupt)
        patch.setattr(module, "restore", interrupt)
        with pytest.raises(KeyboardInterrupt):
            apply(plan)
    (world.project / OPS / "old").mkdir(exist_ok=True)
    message = recover(world.project)
    assert message is not None
    assert "was undone" in message
    assert world.state() == before
    assert recover(world.project) is None


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("where", "name"),
    [(journal, "write_synced"), (module, "write_index"), (module, "_replace"), (index, "_take")],
)
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_error_at_any_step_leaves_it_as_before(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: object,
    name: str,
    error: BaseException,
) -> None:
    """Cases 39 (SIGINT), 40, 41 and 42."""
    world = World(tmp_path, OLD, NEW)
    before = world.state()
    plan = world.plan(1)

    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(where, name, fail)
        expected = Refused if isinstance(error, OSError) else KeyboardInterrupt
        with pytest.raises(expected) as caught:
            apply(plan)
    if isinstance(caught.value, Refused):
        assert "No space left" in str(caught.value)
    assert world.state() == before
    apply(plan)


@pytest.mark.usefixtures("modes_count")
def test_a_read_only_folder_leaves_it_as_before(tmp_path: Path) -> None:
    """Case 41."""
    world = World(tmp_path, OLD, NEW)
    (world.project / OPS).chmod(0o555)
    before = world.state()
    try:
        with pytest.raises(Refused, match="Permission denied"):
            world.upgrade(1)
        assert world.state() == before
    finally:
        (world.project / OPS).chmod(0o755)
