import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from generator.verify import workspace as module
from generator.verify.workspace import Workspace, copy_project
from tests.worlds import snapshot, write

ENVIRONMENT = "import json, os; print(json.dumps(dict(os.environ)))"
# A child that leaves the session of its parent, as servers do.
DAEMON = (
    "import subprocess, sys\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],\n"
    "    start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
    "print(child.pid)\n"
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    space = Workspace(tmp_path / "space")
    space.project.mkdir(parents=True)
    return space


def test_a_command_sees_nothing_of_the_users_environment(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MLFLOW_TRACKING_URI", "PREFECT_API_URL", "AWS_SECRET_ACCESS_KEY", "PYTHONPATH"):
        monkeypatch.setenv(name, "http://decoy.example.org")
    seen = json.loads(workspace.run([sys.executable, "-c", ENVIRONMENT]).out)
    assert "decoy" not in json.dumps(seen)
    assert seen["HOME"] == str(workspace.folder / "home")


def test_an_answer_holds_what_was_said(workspace: Workspace) -> None:
    code = "import sys; print('out'); print('error: bad', file=sys.stderr); sys.exit(3)"
    answer = workspace.run([sys.executable, "-c", code])
    assert (answer.code, answer.out, answer.last_line) == (3, "out\n", "error: bad")


def test_processes_that_left_their_session_are_ended(workspace: Workspace) -> None:
    pid = int(workspace.run([sys.executable, "-c", DAEMON]).out)
    assert psutil.pid_exists(pid)
    assert len(workspace.end_processes()) == 1
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    assert workspace.end_processes() == []


def test_a_command_that_takes_too_long_is_ended(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TIMEOUT", 0.5)
    answer = workspace.run([sys.executable, "-c", "import time; time.sleep(600)"])
    assert answer.code != 0
    assert "ended after" in answer.last_line


def test_an_interruption_leaves_no_process(tmp_path: Path) -> None:
    (tmp_path / "space" / "project").mkdir(parents=True)
    code = (
        "import sys; from pathlib import Path\n"
        "from generator.verify.workspace import Workspace\n"
        f"space = Workspace(Path({str(tmp_path / 'space')!r}), mark={str(tmp_path)!r})\n"
        "print('ready', flush=True)\n"
        "space.run([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    )
    tool = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert tool.stdout is not None
    tool.stdout.readline()
    space = Workspace(tmp_path / "space", mark=str(tmp_path))
    while not space._processes():
        time.sleep(0.05)
    tool.send_signal(signal.SIGINT)
    assert tool.wait(timeout=20) != 0
    tool.stdout.close()
    assert space._processes() == []


def test_tracked_and_new_files_and_data_are_copied_and_nothing_else(
    tmp_path: Path, workspace: Workspace
) -> None:
    project = write(
        tmp_path / "churn",
        {
            ".gitignore": "data/*\nmodels/\n.env\n",
            ".env": "TOKEN=secret",
            "a.py": "1",
            "new.py": "2",
            "data/own.csv": "x",
            "models/model.skops": "m",
            ".mlops-maturity/record.toml": "r",
        },
    )
    for command in (["init", "-q"], ["add", ".gitignore", "a.py"]):
        subprocess.run(["git", *command], cwd=project, check=True)
    copy_project(project, workspace)
    assert sorted(snapshot(workspace.project)) == [".gitignore", "a.py", "data/own.csv", "new.py"]


def test_without_a_repository_secrets_and_state_stay_where_they_are(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "is_installed", lambda: False)
    project = write(tmp_path / "churn", {"a.py": "1", ".env": "s", ".venv/x": "", "models/m": ""})
    copy_project(project, workspace)
    assert sorted(snapshot(workspace.project)) == ["a.py"]


def test_large_data_is_linked(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LINKED_ABOVE", 3)
    project = write(tmp_path / "churn", {"data/own.csv": "many rows"})
    copy_project(project, workspace)
    assert (workspace.project / "data" / "own.csv").readlink() == project / "data" / "own.csv"
