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


@pytest.fixture(scope="module")
def another(part, settings, trained):
    """The number of one more version, that was trained while the champion answered."""
    assert part("ops.cli").run(["train"]) == 0
    return part("ops.registry.versions").versions(settings)[-1].number


def champion(told):
    return next(one["version"] for one in told["versions"] if "champion" in one["alias"])


def test_a_version_is_released_answers_and_goes_back(ops, releases, another, tmp_path):
    before = releases()
    assert champion(before) != another
    ops("promote", another, "--yes", "--reason", "it was asked for")
    assert champion(releases()) == another
    ops("data", "--sample", tmp_path / "asked.csv")
    ops("predict", tmp_path / "asked.csv", tmp_path / "answered.csv")
    assert len(pd.read_csv(tmp_path / "answered.csv")) > 0
    ops("rollback", "--yes")
    after = releases()
    assert champion(after) == champion(before)
    happened = [one["version"] for one in after["releases"]]
    assert happened[-2:] == [another, champion(before)]
    assert after["releases"][-2]["reason"] == "it was asked for"


def test_what_answers_already_and_what_is_not_there_is_refused(ops, releases):
    ops("promote", champion(releases()), "--yes", code=4)
    ops("promote", 10_000, "--yes", code=2)


def test_nobody_is_asked_where_nobody_is(ops, releases, another, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    ops("promote", another, code=3)
    assert champion(releases()) != another


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
    releases, another, part, settings
):
    told = releases()
    tags = part("ops.registry.versions").version(settings, another).tags
    earlier = {one["run_id"] for one in told["versions"] if one["version"] < another}
    assert tags["same_as_run"] in earlier
    assert tags["measured_against"] == str(champion(told))
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
    ops, releases, another, part, settings
):
    before = champion(releases())
    place = part("ops.tracking.place")
    for told in ('{"better than a dummy": false}', "{", "{}"):
        with place.client(settings) as mlflow:
            mlflow.set_model_version_tag(place.PROJECT, str(another), "checks", told)
        ops("promote", another, "--yes", code=4)
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
