# ours: kept current by mlops-maturity upgrade
"""The verbs as a person types them, each in this process: what they write, and how they end."""

import json
import shutil

import pandas as pd
import pytest


@pytest.fixture(scope="module")
def run(part, trained):
    """`ops` with its arguments; returns the exit code."""
    return lambda *words: part("ops.cli").run([str(word) for word in words])


@pytest.fixture
def handed(trained, tmp_path):
    """A model file and its card, as somebody else hands them over."""
    place = tmp_path / "handed" / "model.skops"
    place.parent.mkdir()
    for suffix in (".skops", ".json"):
        shutil.copy(trained.with_suffix(suffix), place.with_suffix(suffix))
    return place


def test_a_table_is_answered_row_by_row(run, part, tmp_path):
    asked, answered = tmp_path / "asked.parquet", tmp_path / "answered.parquet"
    part("data").load().tail(30).to_parquet(asked, index=False)
    assert run("predict", asked, answered) == 0
    assert len(pd.read_parquet(answered)) == 30
    assert run("predict", asked, answered) == 2


def test_a_table_without_a_column_is_refused_and_nothing_written(run, part, settings, tmp_path):
    asked, answered = tmp_path / "asked.parquet", tmp_path / "answered.csv"
    part("data").load().drop(columns=settings.data.features[0].name).to_parquet(asked)
    assert run("predict", asked, answered) == 2
    assert not answered.exists()


def test_half_of_the_rows_do_not_drift_from_the_other_half(run, part, capsys, tmp_path):
    rows = part("data").load().sample(frac=1, random_state=0)
    half = len(rows) // 2
    rows.iloc[:half].to_parquet(tmp_path / "one.parquet", index=False)
    rows.iloc[half:].to_parquet(tmp_path / "two.parquet", index=False)
    sides = ("--reference", tmp_path / "one.parquet", "--current", tmp_path / "two.parquet")
    capsys.readouterr()
    assert run("drift", *sides, "--format", "json", "--picture", tmp_path / "drift.html") == 0
    assert json.loads(capsys.readouterr().out)["drift"] is False
    assert (tmp_path / "drift.html").stat().st_size > 1000


def test_a_column_that_moved_is_named(run, part, settings, capsys, tmp_path):
    numbers = [column.name for column in settings.data.features if column.kind == "number"]
    if not numbers:
        pytest.skip("no feature is a number")
    rows = part("data").load()
    moved = rows.assign(**{numbers[0]: rows[numbers[0]] * 3 + rows[numbers[0]].std() * 3})
    rows.to_parquet(tmp_path / "one.parquet", index=False)
    moved.to_parquet(tmp_path / "two.parquet", index=False)
    sides = ("--reference", tmp_path / "one.parquet", "--current", tmp_path / "two.parquet")
    capsys.readouterr()
    assert run("drift", *sides, "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)["columns"]
    assert [one["name"] for one in found if one["drift"]] == [numbers[0]]


def test_a_model_that_is_what_its_card_says_is_taken_over(run, settings, handed):
    assert run("handover", handed) == 0
    page = (settings.root / "docs" / "MODEL_CARD.md").read_text(encoding="utf-8")
    card = json.loads(handed.with_suffix(".json").read_text(encoding="utf-8"))
    assert card["sha256"][:12] in page


def test_a_model_that_is_not_there_is_bad_input(run, handed, capsys):
    assert run("handover", handed.with_name("nowhere.skops")) == 2
    assert "nowhere.skops is no file" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["params", "window", "metrics", "features"])
def test_a_card_that_leaves_something_out_is_not(run, trained, handed, capsys, name):
    before = trained.read_bytes()
    card = json.loads(handed.with_suffix(".json").read_text(encoding="utf-8"))
    del card[name]
    handed.with_suffix(".json").write_text(json.dumps(card), encoding="utf-8")
    assert run("handover", handed) == 1
    assert f"{name} is missing" in capsys.readouterr().out
    assert trained.read_bytes() == before


def test_a_model_that_was_changed_is_not(run, trained, handed):
    before = trained.read_bytes()
    handed.write_bytes(handed.read_bytes() + b"!")
    assert run("handover", handed) == 1
    assert trained.read_bytes() == before


def test_a_model_for_other_columns_is_not(run, trained, handed, capsys):
    before = trained.read_bytes()
    card = json.loads(handed.with_suffix(".json").read_text(encoding="utf-8"))
    name = card["features"][0]["name"]
    card["features"][0]["name"] = f"{name} of others"
    handed.with_suffix(".json").write_text(json.dumps(card), encoding="utf-8")
    assert run("handover", handed) == 1
    assert name in capsys.readouterr().out
    assert trained.read_bytes() == before
