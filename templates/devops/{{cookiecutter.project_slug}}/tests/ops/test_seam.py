# ours: kept current by mlops-maturity upgrade
"""What `data.py` and `model.py` promise to everything that runs them."""

import numpy as np


def test_load_gives_what_the_settings_promise(part, settings):
    rows = part("data").load()
    names = [column.name for column in settings.data.schema]
    assert set(names) <= set(rows.columns)
    told = part("ops.schema").conform(rows, settings.data.features)
    assert list(told.columns) == [column.name for column in settings.data.features]


def test_a_window_is_half_open_and_in_order(part, settings):
    rows = part("data").load()
    clock = rows[settings.data.time] if settings.data.time else rows.index.to_series()
    middle = clock.iloc[len(clock) // 2]
    older, newer = part("data").load(end=middle), part("data").load(start=middle)
    assert len(older) + len(newer) == len(rows)
    assert clock.is_monotonic_increasing
    assert (clock.loc[older.index] < middle).all()
    assert (clock.loc[newer.index] >= middle).all()


def test_every_label_has_a_key_of_its_own(part):
    labels = part("data").labels()
    assert {"key", "label", "known"} <= set(labels.columns)
    known = labels[labels["label"].notna()]
    assert len(known)
    assert known["key"].is_unique


def test_a_model_answers_the_same_after_it_was_stored(part, settings, trained):
    files = part("ops.model_file")
    model = files.load(trained, settings.trusted)
    again = files.unpack(
        *files.pack(model.estimator, model.card, settings.trusted), settings.trusted
    )
    rows = part("data").load().tail(50)
    first, second = (part("ops.prediction").predict(one, rows) for one in (model, again))
    assert first.equals(second)


def test_it_is_no_worse_than_a_dummy(part, settings, trained):
    card = part("ops.model_file").load(trained, settings.trusted).card
    ours, dummy = (card[name].get(settings.metric.name) for name in ("metrics", "baseline"))
    assert ours is not None
    sign = 1 if settings.metric.direction == "higher" else -1
    assert dummy is None or sign * (ours - dummy) > -0.1 * abs(dummy)


def test_answers_depend_on_the_questions(part, settings, trained):
    model = part("ops.model_file").load(trained, settings.trusted)
    found = part("ops.prediction").predict(model, part("data").load())
    figure = found["score"] if "score" in found else found["prediction"]
    assert figure.nunique() > 1
    assert not found["prediction"].isna().any()
    if figure.dtype.kind == "f":
        assert np.isfinite(figure).all()
