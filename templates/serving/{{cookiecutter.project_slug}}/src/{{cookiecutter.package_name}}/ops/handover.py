# ours: kept current by mlops-maturity upgrade
"""A model file from a data scientist, taken over only if it is what its card says and can answer.

The engineer who serves a model did not train it. Before it answers anybody: is the file the one
that the card describes, does it take the columns that this project promises, does it answer, and
are the metrics on the card those that it reaches on rows with labels?
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import InvalidTable, UntrustedModel
from .model_file import Model, load

if TYPE_CHECKING:
    from .rows import Rows
    from .settings import Settings
    from .source import ModelSource

TRIED = 20
MOST_TOLD = 5
TOLD: dict[str, Any] = {
    **dict.fromkeys(("created", "task", "target", "data_sha256"), str),
    **dict.fromkeys(("params", "metric", "metrics", "baseline", "window", "holdout", "rows"), dict),
    "features": list,
    "seed": int,
}
"""What a card that training wrote tells, and of which type."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: what, whether it holds, and what was seen."""

    name: str
    passed: bool
    seen: str


def inspect(
    path: Path, settings: Settings, loss: float, sample: Path | None = None
) -> tuple[Model | None, tuple[Check, ...]]:
    """The model in a file, and what was looked at, up to the first thing that fails.

    Args:
        path: of the model file; its card lies beside it.
        settings: of this project.
        loss: share by which the deciding metric may be worse than on the card.
        sample: rows with labels; by default those that the card calls its holdout.

    Raises:
        InvalidTable: there are no rows to try the model on.
    """
    try:
        model = load(path, settings.trusted)
    except UntrustedModel as error:
        return None, (Check("file", False, str(error)),)
    seen = "; ".join((f"sha256 {model.card['sha256'][:12]} is that of the card", *model.notes))
    done = [Check("file", True, seen), _tells(model)]
    if done[-1].passed:
        done.append(_fits(model, settings))
    if done[-1].passed:
        rows = _labelled(model, settings, sample)
        done.append(_answers(model, rows))
        if done[-1].passed:
            where = f"rows of {sample.name}" if sample else "rows of its holdout"
            done.append(_measures(model, settings, rows, loss, where))
    return model, tuple(done)


def take(model: Model, path: Path, source: ModelSource) -> str:
    """Keep the model at `path`, which was inspected; returns where it is, for a person.

    Raises:
        UntrustedModel: the file is not the one that was inspected.
    """
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != model.card["sha256"]:
        raise UntrustedModel(f"{path} was changed while it was looked at", "try again")
    return source.keep(content, model.card)


def _tells(model: Model) -> Check:
    """Whether the card tells what is read of it later."""
    card = model.card
    wrong = [
        f"{name} is {'missing' if name not in card else 'something else'}"
        for name, kind in TOLD.items()
        if not isinstance(card.get(name), kind)
    ]
    if not wrong:
        try:
            numbers = [*card["metrics"].values(), *card["baseline"].values()]
            wrong += [
                f"{one!r} is no metric" for one in numbers if not isinstance(one, int | float)
            ]
            lacking = [
                *(f"rows.{name}" for name in ("learnt", "held_out") if name not in card["rows"]),
                *(
                    f"{part}.{side}"
                    for part in ("window", "holdout")
                    for side in ("start", "end")
                    if side not in card[part]
                ),
            ]
            wrong += [f"{name} is missing" for name in lacking]
            len(model.features)
        except (KeyError, TypeError, ValueError) as error:
            wrong.append(f"features cannot be read: {error}")
    seen = (
        "; ".join(wrong[:MOST_TOLD]) if wrong else "it tells window, rows, parameters and metrics"
    )
    return Check("card", not wrong, seen)


def _fits(model: Model, settings: Settings) -> Check:
    wanted = {column.name: column for column in settings.data.features}
    has = {column.name: column for column in model.features}
    wrong = [
        *(f"{name} is no feature here" for name in has if name not in wanted),
        *(f"{name} is not among its features" for name in wanted if name not in has),
        *(
            f"{name} is a {has[name].kind}, here a {wanted[name].kind}"
            for name in wanted
            if name in has and has[name].kind != wanted[name].kind
        ),
        *(
            f"{name} may be missing here, not there"
            for name in wanted
            if name in has and wanted[name].nullable and not has[name].nullable
        ),
    ]
    for role in ("task", "target"):
        here = settings.task if role == "task" else settings.data.target
        if model.card.get(role) != here:
            wrong.append(f"{role} is {model.card.get(role)!r}, here {here!r}")
    if not wrong:
        return Check("columns", True, f"{len(has)} features as in settings.toml")
    more = [f"{len(wrong) - MOST_TOLD} more"] if len(wrong) > MOST_TOLD else []
    return Check("columns", False, "; ".join([*wrong[:MOST_TOLD], *more]))


def _answers(model: Model, rows: Rows) -> Check:
    """A few answers, none of them missing."""
    from .prediction import predict

    try:
        found = predict(model, rows.features.tail(TRIED))["prediction"]
    except Exception as error:  # an estimator of other libraries may raise anything
        return Check("answers", False, f"{type(error).__name__}: {error}".partition("\n")[0])
    missing = int(found.isna().sum())
    seen = f"{len(found)} answers" + (f", {missing} of them missing" if missing else "")
    return Check("answers", not missing, seen)


def _measures(model: Model, settings: Settings, rows: Rows, loss: float, where: str) -> Check:
    """The deciding metric on rows with labels, beside that of the card."""
    from .training import judge

    name, told = settings.metric.name, model.card["metrics"]
    in_order = [column.name for column in model.features]
    found = judge(model.estimator, replace(rows, features=rows.features[in_order]))
    if name not in told or name not in found:
        return Check("metrics", False, f"{name} decides here; the card tells {', '.join(told)}")
    worse = found[name] - told[name]
    worse = worse if settings.metric.direction == "lower" else -worse
    seen = f"{name} {found[name]:.4g} on {len(rows):,} {where}, {told[name]:.4g} on the card"
    if -worse > loss * abs(told[name]):
        seen += "; much better than there: were these rows learnt from?"
    return Check("metrics", worse <= loss * abs(told[name]), seen)


def _labelled(model: Model, settings: Settings, sample: Path | None) -> Rows:
    from .rows import Rows, labelled_rows, parse_moment, typed_labels
    from .schema import conform
    from .tables import read_table

    data = settings.data
    if sample is None:
        held = model.card["holdout"]
        start, end = (parse_moment(settings, held[side]) for side in ("start", "end"))
        try:
            return labelled_rows(settings, start, end)
        except InvalidTable as error:
            hint = "or bring rows with labels: --sample FILE"
            raise InvalidTable(f"no rows to try it on: {error}", hint) from None
    table = read_table(sample)
    if data.target not in table:
        raise InvalidTable(f"{sample} has no column {data.target!r}", "a sample holds the labels")
    table = table[table[data.target].notna()]
    labels = typed_labels(table[data.target], data.column(data.target))
    places = table.index.to_series()
    return Rows(conform(table, data.features), places, labels, places)
