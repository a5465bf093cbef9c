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
    broken = rows.loc[rows.index.repeat(4)]
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


def test_a_check_that_failed_is_named(part):
    versions = part("ops.registry.versions")
    bad = versions.Version(7, "run", {"checks": '{"better than a dummy": false}'})
    assert bad.failed == ["better than a dummy"]
