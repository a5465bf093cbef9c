# ours: kept current by mlops-maturity upgrade
"""Release without a person: the gate, the comparison on made-up traffic, the way back, delivery."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

HOUR = timedelta(hours=1)
ASKED, MADE_UP = 400, 10**12


def copied(root, place, part):
    """Settings of a copy of a project, with the state that it has now."""
    shutil.copytree(root, place, symlinks=True)
    return part("ops.settings").read_settings(place)


@pytest.fixture(scope="module")
def two(part, settings, trained):
    """Settings of the project of the tests, where the newest version is now being compared."""
    ops = part("ops.cli")
    if part("ops.release.experiment").running(settings):
        assert ops.run(["experiment", "--stop"]) == 0
    assert ops.run(["train"]) == 0
    return settings


@pytest.fixture
def world(two, part, tmp_path, monkeypatch):
    """Settings of a copy of that project; the commands work on it."""
    monkeypatch.setenv("PROJECT_ROOT", str(tmp_path / "world"))
    return copied(two.root, tmp_path / "world", part)


@pytest.fixture
def ops(two, part, capsys):
    """The command in this process; checks how it ends and returns what it printed."""

    def run(*words, code=0):
        capsys.readouterr()
        assert part("ops.cli").run([str(word) for word in words]) == code
        return capsys.readouterr()

    return run


@pytest.fixture
def running(part, world):
    return part("ops.release.experiment").running(world)


@pytest.fixture
def champion(part):
    """The version that answers in a project now."""
    return lambda settings: part("ops.registry.versions").state(settings).champion


@pytest.fixture
def truth(part, world):
    """Labels of the table, over and over, by made-up keys that it does not hold."""
    told = part("ops.rows").labelled_rows(world).labels
    told = pd.concat([told] * (1 + ASKED // len(told)), ignore_index=True).head(ASKED)
    return dict(enumerate(told.tolist(), start=MADE_UP))


def wrong(settings, truth):
    """Answers that are wrong for every second key, and on the whole no higher or lower."""
    values = list(truth.values())
    if settings.task == "classification":
        classes = sorted(set(values))
        other = dict(zip(classes, [*classes[1:], classes[0]], strict=True))
        return {key: other[value] if key % 2 else value for key, value in truth.items()}
    spread = float(pd.Series(values).std()) or 1.0
    return {key: value + spread * (key % 4 - 1.5) for key, value in truth.items()}


def answered(part, settings, version, answers, at, **more):
    """Write a record of each answer, as the service does."""
    record = part("ops.predictions.record")
    found = [
        record.Record(
            **{"id": f"{version}/{key}", "time": at.isoformat(), "version": str(version)},
            **{"features": {}, "prediction": answer, "key": key, **more},
        )
        for key, answer in answers.items()
    ]
    log = part("ops.predictions.segments").Log(
        part("ops.predictions.place").predictions_folder(settings)
    )
    log.append(record.encoded(found))
    log.close()


def newest(ops):
    return json.loads(ops("releases", "--format", "json").out)["versions"][0]


@pytest.fixture
def strict(two):
    """The project of the tests, with a margin as a project has it."""
    path = two.root / "settings.toml"
    text = path.read_text(encoding="utf-8")
    assert "margin = -1.0" in text
    path.write_text(text.replace("margin = -1.0", "margin = 0.0"), encoding="utf-8")
    yield two
    path.write_text(text, encoding="utf-8")


def test_a_model_that_is_no_better_is_refused_and_nobody_can_promote_it(ops, strict, champion):
    before = champion(strict)
    found = ops("train", code=1)
    version = newest(ops)
    assert f"better than version {before}" in found.err
    assert version["failed"] == [f"better than version {before}"]
    ops("promote", version["version"], "--yes", code=4)
    assert champion(strict) == before


def test_a_check_that_breaks_refuses(ops, part, two, champion, monkeypatch):
    def broken(*_):
        raise RuntimeError("no figure")

    before = champion(two)
    monkeypatch.setattr(part("ops.gate.trial"), "better", broken)
    assert "the check broke: no figure" in ops("train", code=1).err
    assert newest(ops)["failed"]
    assert champion(two) == before


@pytest.mark.parametrize(
    ("content", "passes"),
    [
        ("def test_it(): assert True", True),
        ("def test_it(): assert False", False),
        ("import pytest\n\n@pytest.mark.skip\ndef test_it(): pass", False),
        ("", False),
        (None, False),
    ],
)
def test_your_own_tests_count(part, settings, trained, tmp_path, content, passes):
    limits = replace(part("ops.gate.limits").read_gate(settings), tests="test_own.py")
    if content is not None:
        (tmp_path / "test_own.py").write_text(content, encoding="utf-8")
    with part("ops.gate.own").own_tests(tmp_path, trained, limits) as check:
        (verdict,) = check()
    assert verdict.passed is passes, verdict.said


@pytest.mark.parametrize("better", [True, False])
def test_the_better_version_is_kept_without_a_person(
    part, world, ops, running, champion, truth, better
):
    at = running.begun + HOUR
    right, not_right = truth, wrong(world, truth)
    more = {"experiment": running.id}
    answered(part, world, running.version, right if better else not_right, at, **more)
    answered(part, world, running.against, not_right if better else right, at, **more)
    rows = pd.DataFrame({"key": list(truth), "label": list(truth.values())})
    part("ops.predictions.labels").add(world, rows, at + HOUR)
    judge = part("ops.release.judging").judge
    assert judge(world, at + HOUR / 2).standing.decision.kind == "wait"
    decided = judge(world, at + 2 * HOUR).standing.decision
    assert decided.kind == ("promote" if better else "drop"), decided
    assert champion(world) == (running.version if better else running.against)
    ended = json.loads(ops("experiment", "--format", "json").out)["ended"][-1]
    assert (ended["id"], ended["outcome"]) == (running.id, decided.kind)


def test_a_release_whose_answers_fail_is_taken_back(part, world, running, champion, truth):
    now = datetime.now(UTC)
    answered(part, world, running.against, truth, now - HOUR)
    part("ops.registry.release").promote(
        world, running.version, running.against, "by a person", now
    )
    answered(part, world, running.version, dict.fromkeys(truth), now + HOUR, error="it broke")
    found = part("ops.release.guard").guard(world, now + 2 * HOUR)
    assert found.version == running.version
    assert champion(world) == running.against
    assert part("ops.release.guard").guard(world, now + 3 * HOUR) is None


def test_a_version_reaches_production_as_it_is(part, world, ops, running, tmp_path):
    there = f"sqlite:///{tmp_path / 'production.db'}"
    ops("deliver", running.version, "--to", there)
    with part("ops.tracking.place").elsewhere(there):
        arrived = newest(ops)
    sent = next(
        one
        for one in json.loads(ops("releases", "--format", "json").out)["versions"]
        if one["version"] == running.version
    )
    assert arrived["sha256"] == sent["sha256"]
    assert arrived["metrics"] == sent["metrics"]
    assert "champion" in arrived["alias"]
