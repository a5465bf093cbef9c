# ours: kept current by mlops-maturity upgrade
"""The pipeline on the table of the tests: versions, release, the way back, reproduction."""

import json

import pandas as pd
import pytest


@pytest.fixture
def ops(part, trained, capsys):
    """The command in this process; checks how it ends and returns what it printed."""

    def run(*words, code=0):
        capsys.readouterr()
        assert part("ops.cli").run([str(word) for word in words]) == code
        return capsys.readouterr().out

    return run


@pytest.fixture
def releases(ops):
    """What the registry tells."""
    return lambda: json.loads(ops("releases", "--format", "json"))


def champion(told):
    return next(one["version"] for one in told["versions"] if "champion" in one["alias"])


def test_a_version_is_released_answers_and_goes_back(ops, releases, tmp_path):
    before = releases()
    number = int(json.loads(ops("train", "--format", "json"))["version"])
    assert champion(releases()) == champion(before) != number
    ops("promote", number, "--yes", "--reason", "it was asked for")
    assert champion(releases()) == number
    ops("data", "--sample", tmp_path / "asked.csv")
    ops("predict", tmp_path / "asked.csv", tmp_path / "answered.csv")
    assert len(pd.read_csv(tmp_path / "answered.csv")) > 0
    ops("rollback", "--yes")
    after = releases()
    assert champion(after) == champion(before)
    happened = [one["version"] for one in after["releases"]]
    assert happened[-2:] == [number, champion(before)]
    assert after["releases"][-2]["reason"] == "it was asked for"


def test_what_answers_already_and_what_is_not_there_is_refused(ops, releases):
    ops("promote", champion(releases()), "--yes", code=4)
    ops("promote", 10_000, "--yes", code=2)


def test_nobody_is_asked_where_nobody_is(ops, releases, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    number = int(json.loads(ops("train", "--format", "json"))["version"])
    ops("promote", number, code=3)
    assert champion(releases()) != number


def test_a_version_is_reproduced(ops, releases):
    found = json.loads(ops("reproduce", champion(releases()), "--format", "json"))
    assert found["reproduced"] is True, found


def test_rows_that_break_a_promise_change_nothing(ops, releases, settings):
    before = releases()
    path = settings.root / settings.data.table
    original = path.readlink() if path.is_symlink() else path.read_bytes()
    rows = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype="str")
    path.unlink()
    broken = rows.drop(columns=settings.data.features[0].name)
    if path.suffix == ".parquet":
        broken.to_parquet(path, index=False)
    else:
        broken.to_csv(path, index=False)
    try:
        ops("train", code=2)
    finally:
        path.unlink()
        if isinstance(original, bytes):
            path.write_bytes(original)
        else:
            path.symlink_to(original)
    assert releases() == before


def test_what_was_fitted_just_so_is_taken_again_and_stands_beside_the_champion(
    ops, releases, part, settings
):
    before = releases()
    number = int(json.loads(ops("train", "--format", "json"))["version"])
    tags = part("ops.registry.versions").version(settings, number).tags
    assert tags["same_as_run"] in {one["run_id"] for one in before["versions"]}
    assert tags["measured_against"] == str(champion(before))
    assert json.loads(tags["champion_metrics"]) == json.loads(tags["metrics"])


def test_labels_that_come_late_are_those_of_then_when_a_version_is_reproduced(
    ops, part, settings, monkeypatch, tmp_path
):
    seam = part("data")
    honest = seam.labels
    late = (honest()["known"].max() - honest()["known"].min()) // 20
    monkeypatch.setattr(seam, "labels", lambda *ends: honest(*ends).assign(known=then))
    then = honest()["known"] + late
    card = json.loads(ops("train", "--format", "json"))
    known = part("ops.registry.versions").version(settings, int(card["version"])).tags
    again = ops(
        "train", "--format", "json", "--end", known["until"], "--known", known["known_until"]
    )
    assert json.loads(again)["data_sha256"] == card["data_sha256"]


def test_a_version_whose_checks_failed_or_are_not_known_is_not_released(
    ops, releases, part, settings
):
    number = int(json.loads(ops("train", "--format", "json"))["version"])
    before = champion(releases())
    for told in ('{"better than a dummy": false}', "{", "{}"):
        with part("ops.tracking.place").client(settings) as mlflow:
            name = part("ops.tracking.place").PROJECT
            mlflow.set_model_version_tag(name, str(number), "checks", told)
        ops("promote", number, "--yes", code=4)
        assert champion(releases()) == before


def test_a_step_is_tried_again_when_a_file_fails(part, monkeypatch):
    runner, steps = part("ops.pipeline.runner"), part("ops.steps")
    monkeypatch.setattr(runner, "PAUSE", 0)
    left = [OSError("gone"), OSError("gone"), None]

    def flaky(work):
        if (error := left.pop(0)) is not None:
            raise error
        return work

    assert runner.patient(steps.Step("extract", flaky, retries=2))("work") == "work"
    left[:] = [OSError("gone")] * 2
    with pytest.raises(OSError, match="gone"):
        runner.patient(steps.Step("extract", flaky, retries=1))("work")
