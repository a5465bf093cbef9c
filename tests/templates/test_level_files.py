"""The files of every level: which they are, whose they are, and what must not stand in them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from generator.context import ProjectContext, choose
from generator.create import create, project_files, write_tree
from generator.layers import discover, for_level, templates_folder
from generator.render import RenderedTree, render
from generator.upgrade.apply import apply
from generator.upgrade.plan import plan_upgrade
from tests.worlds import snapshot

LAYERS = discover(templates_folder())
BUILT = sorted({layer.manifest.since for layer in LAYERS})
TASKS = ("regression", "classification")
TOOLS = Path(sys.executable).parent
COMMENTED = {
    **dict.fromkeys((".py", ".toml", ".yml", ".yaml"), "# "),
    **dict.fromkeys((".gitignore", ".dockerignore", "CODEOWNERS", "Dockerfile"), "# "),
    ".md": "<!-- ",
}
OPS = "src/flights/ops"
ADDED = {
    0: {
        *(".gitignore", "README.md", "docs/RUNBOOK.md", "pyproject.toml", "settings.toml"),
        *("data/README.md", "data/flights.parquet", "notebooks/explore.ipynb"),
        *("src/flights/__init__.py", "src/flights/data.py", "src/flights/model.py"),
        *(f"{OPS}/{name}.py" for name in ("__init__", "__main__", "cli", "drift", "drift_picture")),
        *(f"{OPS}/{name}.py" for name in ("errors", "files", "model_file", "prediction", "rows")),
        *(f"{OPS}/{name}.py" for name in ("schema", "settings", "source", "source_file", "steps")),
        *(f"{OPS}/{name}.py" for name in ("tables", "training", "wiring")),
        *(
            f"{OPS}/commands/{verb}.py"
            for verb in ("__init__", "data", "drift", "predict", "train")
        ),
    },
    1: {
        *(".dockerignore", ".pre-commit-config.yaml", "CHANGELOG.md", "Dockerfile"),
        *(".github/CODEOWNERS", ".github/pull_request_template.md"),
        *(".github/workflows/ci.yml", ".github/workflows/release.yml"),
        *(f"{OPS}/{name}.py" for name in ("handover", "model_card")),
        *(f"{OPS}/commands/{verb}.py" for verb in ("handover", "serve")),
        *(f"{OPS}/serving/{name}.py" for name in ("__init__", "access", "answering", "app")),
        *(
            f"{OPS}/serving/{name}.py"
            for name in ("current", "exchange", "faults", "openapi", "options", "page", "questions")
        ),
        *(f"{OPS}/serving/{name}.py" for name in ("port", "protocol", "server", "talk")),
        *(f"{OPS}/serving/{name}.py" for name in ("version", "ways")),
        *(f"{OPS}/serving/{name}.py" for name in ("desk", "direct")),
        *("tests/conftest.py", "tests/made_up.py", "tests/test_mine.py"),
        *(f"tests/ops/test_{what}.py" for what in ("api", "commands", "seam", "whole_way")),
    },
    2: {
        f"{OPS}/source_registry.py",
        *(
            f"{OPS}/tracking/{name}.py"
            for name in ("__init__", "opening", "origin", "pictures", "place", "runs")
        ),
        *(f"{OPS}/registry/{name}.py" for name in ("__init__", "asking", "glance", "handed")),
        *(f"{OPS}/registry/{name}.py" for name in ("decisions", "history", "release", "versions")),
        *(f"{OPS}/pipeline/{name}.py" for name in ("__init__", "addresses", "comparison", "flow")),
        *(f"{OPS}/pipeline/{name}.py" for name in ("pipeline", "recipe", "reproduction", "runner")),
        *(f"{OPS}/pipeline/{name}.py" for name in ("limits", "processes", "services")),
        f"{OPS}/pipeline/validation.py",
        *(f"{OPS}/commands/{verb}.py" for verb in ("experiments", "promote", "releases")),
        *(
            f"{OPS}/commands/{verb}.py"
            for verb in ("reproduce", "rollback", "schedule", "services")
        ),
        *(f"tests/ops/test_{what}.py" for what in ("pipeline", "validation")),
        "tests/world/training.toml",
    },
    3: {
        *(
            f"monitoring/{name}.yml"
            for name in ("alertmanager", "prometheus", "rules", "rules_test")
        ),
        *(f"{OPS}/commands/{verb}.py" for verb in ("forget", "labels", "trace")),
        *(f"{OPS}/predictions/{name}.py" for name in ("__init__", "archive", "contents")),
        *(f"{OPS}/predictions/{name}.py" for name in ("forgetting", "labels", "place", "reading")),
        *(f"{OPS}/predictions/{name}.py" for name in ("record", "segments")),
        *(f"{OPS}/monitoring/{name}.py" for name in ("__init__", "alarm", "alerts", "champion")),
        *(f"{OPS}/monitoring/{name}.py" for name in ("change", "collecting", "live", "options")),
        *(f"{OPS}/monitoring/{name}.py" for name in ("performance", "profile", "profiles")),
        *(f"{OPS}/monitoring/{name}.py" for name in ("report", "series", "steps", "thresholds")),
        *(f"{OPS}/monitoring/{name}.py" for name in ("draws", "watching")),
        *(f"{OPS}/monitoring/{name}.py" for name in ("gathering", "overview", "seen", "traffic")),
        *(
            f"{OPS}/monitoring/page/{name}.py"
            for name in ("__init__", "answers", "charts", "drift", "happened", "markup", "now")
        ),
        *(
            f"{OPS}/monitoring/page/{name}.py"
            for name in ("page", "series", "shapes", "style", "tables", "words")
        ),
        *(".github/workflows/deploy.yml", "tests/ops/test_release.py", "tests/world/release.toml"),
        *(f"{OPS}/commands/{verb}.py" for verb in ("deliver", "experiment", "watch")),
        *(f"{OPS}/gate/{name}.py" for name in ("__init__", "behaviour", "beside", "cost")),
        *(f"{OPS}/gate/{name}.py" for name in ("improvement", "limits", "opponent", "own")),
        *(f"{OPS}/gate/{name}.py" for name in ("served", "trial", "verdict")),
        *(f"{OPS}/release/{name}.py" for name in ("__init__", "decision", "delivery", "evidence")),
        *(f"{OPS}/release/{name}.py" for name in ("experiment", "flow", "guard", "judging")),
        *(f"{OPS}/release/{name}.py" for name in ("likeness", "limits", "looks", "sequential")),
        *(f"{OPS}/release/{name}.py" for name in ("split", "standing", "steps", "telling")),
        *(f"{OPS}/release/{name}.py" for name in ("waiting", "watching")),
        f"{OPS}/serving/monitor.py",
        *(f"{OPS}/serving/{name}.py" for name in ("address", "batching", "challenge", "feedback")),
        *(f"{OPS}/serving/{name}.py" for name in ("gauges", "inference", "invocations")),
        *(f"{OPS}/serving/{name}.py" for name in ("keeping", "live", "metrics", "tensors")),
    },
    4: {
        *("tests/ops/test_loop.py", "tests/world/automation.toml"),
        *(f"{OPS}/commands/{verb}.py" for verb in ("approve", "limits", "loop", "replay", "stop")),
        *(
            f"{OPS}/loop/{name}.py"
            for name in ("__init__", "approval", "asking", "batches", "decision", "delivery")
        ),
        *(
            f"{OPS}/loop/{name}.py"
            for name in ("flow", "freeze", "lease", "limits", "looking", "losing")
        ),
        *(
            f"{OPS}/loop/{name}.py"
            for name in (
                "quarantine",
                "replay",
                "resuming",
                "shapes",
                "signals",
                "steps",
                "stop",
                "story",
            )
        ),
        *(f"{OPS}/loop/{name}.py" for name in ("taking", "telling", "tick", "turns", "world")),
    },
}


def tree(level: int, task: str = "regression") -> RenderedTree:
    return render(for_level(LAYERS, level), choose("flights", task))  # type: ignore[arg-type]


@pytest.mark.parametrize("level", BUILT)
def test_a_level_holds_exactly_these_files(level: int) -> None:
    wanted = set().union(*(ADDED[one] for one in range(level + 1)))
    for task in TASKS:
        assert set(tree(level, task)) == wanted


@pytest.mark.parametrize("level", BUILT)
def test_every_file_names_its_owner_in_its_first_line(level: int) -> None:
    for path, file in tree(level).items():
        name = Path(path)
        mark = COMMENTED.get(name.suffix) or COMMENTED.get(name.name)
        if mark is None:
            assert name.suffix in {".parquet", ".ipynb"}, path
            continue
        first = file.content.decode().partition("\n")[0]
        assert first.startswith(f"{mark}{file.owner}"), path


@pytest.mark.parametrize("level", BUILT)
def test_no_word_of_a_later_layer_stands_in_an_earlier_level(level: int) -> None:
    later = {word for one in LAYERS for word in one.manifest.words if one.manifest.since > level}
    later |= {"mlflow", "prefect", "evidently"} if level < 2 else set()
    for task in TASKS:
        for path, file in tree(level, task).items():
            text = path.lower().encode() + b"\n" + file.content.lower()
            if not path.endswith(".parquet"):
                assert {word for word in later if word.encode() in text} == set(), path


def test_every_layer_above_the_first_level_has_words_that_give_it_away() -> None:
    for layer in LAYERS:
        assert bool(layer.manifest.words) == (layer.manifest.since > 0), layer.name


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("level", [level for level in BUILT if level])
def test_an_untouched_project_of_the_level_below_becomes_it(
    tmp_path: Path, level: int, task: str
) -> None:
    context: ProjectContext = choose("flights", task)  # type: ignore[arg-type]
    raised, fresh = (
        create(*project_files(LAYERS, start, context), tmp_path / name).folder
        for name, start in (("raised", level - 1), ("fresh", level))
    )
    apply(plan_upgrade(raised, LAYERS, level))
    assert snapshot(raised) == snapshot(fresh)


def run(folder: Path, *words: str) -> None:
    command = [TOOLS / words[0], *words[1:]]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("level", BUILT)
def test_lint_and_format_hold(tmp_path: Path, level: int, task: str) -> None:
    write_tree(tmp_path, tree(level, task))
    rules = ["--isolated", "--line-length", "100", "--target-version", "py311"]
    select = ["--select", "E,F,I,B,UP,SIM,C4,RUF", "--ignore", "RUF001,RUF002,RUF003"]
    run(tmp_path, "ruff", "check", *rules, *select, "src", "notebooks")
    run(tmp_path, "ruff", "format", *rules, "--check", ".")
    if level:  # with the rules of the project, as its CI does
        run(tmp_path, "ruff", "check")
        run(tmp_path, "ruff", "format", "--check")


# What to know of MLflow and Prefect takes longer than all the rest: make test-full.
UNREAD = """
[mypy]
strict = true
disallow_untyped_decorators = false
ignore_missing_imports = true
[mypy-mlflow.*,prefect.*]
follow_imports = skip
"""


def test_types_of_all_layers_hold(tmp_path: Path) -> None:
    (tmp_path / "mypy.ini").write_text(UNREAD)
    write_tree(tmp_path / "made", tree(BUILT[-1]))
    rules = ("--config-file", str(tmp_path / "mypy.ini"), "--python-executable", sys.executable)
    run(tmp_path / "made", "mypy", *rules, "--cache-dir", str(tmp_path / "cache"), "src")


@pytest.mark.full
def test_types_hold_at_every_level(tmp_path: Path) -> None:
    """By rules that hold more than those of the project, whose file is read, too."""
    rules = ["--cache-dir", str(tmp_path / "cache"), "--strict", "--ignore-missing-imports"]
    for level in BUILT:
        write_tree(tmp_path / str(level), tree(level))
        run(tmp_path / str(level), "mypy", "--python-executable", sys.executable, *rules, "src")
