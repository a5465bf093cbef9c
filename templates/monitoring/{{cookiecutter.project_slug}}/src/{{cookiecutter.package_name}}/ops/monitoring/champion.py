# ours: kept current by mlops-maturity upgrade
"""The world that the champion learnt from: profiles of its rows and of its answers.

They are made when a version is trained and lie beside its model file; for a version that has none,
such as one of an earlier level, they are made from the rows that its card names. Answers are those
to the rows of the holdout: to what it has learnt, a model answers better than it can.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..errors import OpsError, Undecided
from ..files import write_whole
from ..schema import Column
from ..tracking.place import Unreachable, released, state
from .options import read_monitoring
from .profile import Profile, profile, read, read_scales, scales, written, written_scales
from .thresholds import MOST

if TYPE_CHECKING:
    import pandas as pd

    from ..model_file import Model
    from ..rows import Rows
    from ..settings import Settings

FILE = "profile.json"
PREDICTION = "prediction"
_FEWEST = 30
"""Rows of a window from which something can be learnt."""


@dataclass(frozen=True)
class World:
    """Profiles of rows or of answers.

    Attributes:
        whole: of all of them.
        windows: of each window of that time, oldest first.
    """

    whole: Profile
    windows: tuple[Profile, ...]


@dataclass(frozen=True)
class Learnt:
    """What a version learnt from, and how it answered what it had not seen."""

    features: World
    answers: World


def learnt(settings: Settings, champion: Model) -> Learnt:
    """The world of the version that answers.

    Raises:
        Undecided: it has no profile, and the rows that it learnt from are not there.
    """
    hours = read_monitoring(settings).hours
    kept = state(settings.root) / "monitoring" / f"profile-{champion.card['sha256'][:12]}.json"
    if kept.is_file() and (found := _read(kept.read_text(encoding="utf-8"), hours)):
        return found
    text = _fetched(settings, champion.card)
    found = _read(text, hours) if text else None
    if found is None:
        found = _from_rows(settings, champion)
        text = told(found, hours)
    write_whole(kept, str(text).encode())
    return found


def made(settings: Settings, estimator: Any, older: Rows, newer: Rows) -> Learnt:
    """The world of an estimator.

    Args:
        settings: of the project.
        estimator: fitted.
        older: rows that it learnt from.
        newer: rows that it was judged on.
    """
    import pandas as pd

    features = pd.concat([older.features, newer.features])
    clock = pd.concat([older.clock, newer.clock])
    given = answers(settings, estimator, newer.features)
    return Learnt(
        _world(settings, features, clock, settings.data.features),
        _world(settings, given, newer.clock, [answer_column(settings)]),
    )


def answer_column(settings: Settings) -> Column:
    """What an answer is: a number, or a class."""
    kind = settings.data.column(settings.data.target).kind
    is_class = settings.task == "classification" or kind not in ("number", "integer")
    return Column(PREDICTION, "category" if is_class else "number", nullable=True)


def answers(settings: Settings, estimator: Any, features: pd.DataFrame) -> pd.DataFrame:
    """Answers as `shown` gives those of the log."""
    import pandas as pd

    from ..training import answer

    predictions, _ = answer(estimator, features)
    return shown(settings, pd.Series(predictions, index=features.index))


def shown(settings: Settings, predictions: pd.Series[Any]) -> pd.DataFrame:
    """Predictions as a table with one column."""
    if answer_column(settings).is_number:
        return predictions.astype("float64").to_frame(PREDICTION)
    # A class is the same one as 1 and as 1.0, which a log makes of it.
    texts = predictions.map(lambda one: str(int(one)) if _is_whole(one) else str(one))
    return texts.to_frame(PREDICTION)


def told(found: Learnt, hours: float) -> str:
    """A world as JSON."""
    return json.dumps(
        {
            "format": 1,
            "hours": hours,
            "features": _written(found.features),
            "answers": _written(found.answers),
        }
    )


def _read(text: str, hours: float) -> Learnt | None:
    """A world that was written for windows of this length."""
    try:
        found = json.loads(text)
        if found["format"] != 1 or found["hours"] != hours:
            return None
        return Learnt(_world_of(found["features"]), _world_of(found["answers"]))
    except (KeyError, TypeError, ValueError):
        return None


def _written(found: World) -> dict[str, Any]:
    return {
        "scales": written_scales(found.whole.scales),
        "whole": written(found.whole),
        "windows": [written(one) for one in found.windows],
    }


def _world_of(told: Mapping[str, Any]) -> World:
    cells = read_scales(told["scales"])
    windows = tuple(read(one, cells) for one in told["windows"])
    return World(read(told["whole"], cells), windows)


def _fetched(settings: Settings, card: Mapping[str, Any]) -> str | None:
    """What lies beside the model file of the run."""
    from ..registry.versions import version

    if "version" not in card:
        return None
    run = version(settings, int(card["version"])).run_id
    try:
        with released(settings, run, FILE) as place:
            return place.read_text(encoding="utf-8")
    except (Unreachable, OSError):
        return None


def _from_rows(settings: Settings, champion: Model) -> Learnt:
    from ..rows import joined, loaded, parse_moment, told_labels

    card = champion.card
    try:
        start = parse_moment(settings, card["window"]["start"])
        cut = parse_moment(settings, card["window"]["end"])
        end = parse_moment(settings, card["holdout"]["end"])
        rows = joined(settings, loaded(settings, start, end), told_labels(settings, start, end))
        last = (rows.clock >= cut).cumsum() <= card["rows"]["held_out"]
        older, newer = rows.part(rows.clock < cut), rows.part((rows.clock >= cut) & last)
        return made(settings, champion.estimator, older, newer)
    except (OpsError, KeyError) as error:
        raise Undecided(
            f"it is not known what the champion learnt from: {error}",
            "train and release a version: its profile lies beside it",
        ) from None


def _world(settings: Settings, rows: pd.DataFrame, clock: pd.Series[Any], columns: Any) -> World:
    cells = scales(rows, columns)
    windows = [profile([part], cells) for part in _windows(settings, rows, clock)]
    return World(profile([rows], cells), tuple(windows[-MOST:]))


def _windows(
    settings: Settings, rows: pd.DataFrame, clock: pd.Series[Any]
) -> Iterator[pd.DataFrame]:
    """Windows as long as those of the log; without a time column, of as many rows."""
    limits = read_monitoring(settings)
    if settings.data.time:
        length = timedelta(hours=limits.hours)
        number = (clock - clock.min()) // length
    else:
        number = (clock - clock.min()) // max(limits.rows, len(rows) // MOST)
    for _, part in rows.groupby(number.to_numpy(), sort=True):
        if len(part) >= _FEWEST:
            yield part


def _is_whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()
