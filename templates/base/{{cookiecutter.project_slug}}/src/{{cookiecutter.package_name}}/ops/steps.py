# ours: kept current by mlops-maturity upgrade
"""Training as a list of steps, each a function from the work so far to the work after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .rows import Rows, labelled_rows, parse_moment

if TYPE_CHECKING:
    from .settings import Settings
    from .source import ModelSource
    from .training import Trained

Tell = Callable[[str], None]
"""Takes a line when a step is done."""


@dataclass(frozen=True)
class Order:
    """What to train on, in texts and numbers only, so that a schedule can hold it.

    Attributes:
        start: first moment of the window, as a person types it; none for the first row.
        end: first moment after the window; none for the last row.
        params: of the model for this run, in the place of those in `settings.toml`.
        known: first moment at which a label is known too late; the end, without one.
        moment: that counts as the present one, in ISO 8601; the real one, without it.
    """

    start: str | None = None
    end: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    known: str | None = None
    moment: str | None = None


@dataclass(frozen=True)
class Work:
    """What is known of a training run so far.

    Attributes:
        settings: of the project.
        order: what was asked for.
        source: where the model goes.
        rows: that it learns from and is judged on.
        trained: the fitted estimator with its figures.
        card: what is written beside the model.
        beside: figures of others on the same holdout, by their name: the dummy's first.
        place: where the model is, for a person.
        said: what the last step has to say.
        notes: what a person should know at the end.
        onward: commands that a person may type next.
        code: with which the command ends; 1 where what was trained is refused.
    """

    settings: Settings
    order: Order
    source: ModelSource
    rows: Rows | None = None
    trained: Trained | None = None
    card: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    place: str = ""
    said: str = ""
    notes: tuple[str, ...] = ()
    onward: tuple[str, ...] = (
        "ops data --sample questions.csv",
        "ops predict questions.csv answers.csv",
    )
    code: int = 0

    @property
    def params(self) -> dict[str, Any]:
        """Parameters of the model: those of the settings, and over them those of the order."""
        return {**self.settings.model, **self.order.params}

    @property
    def window(self) -> tuple[Any, Any]:
        """Start and end as moments."""
        texts = (self.order.start, self.order.end)
        start, end = (parse_moment(self.settings, text) for text in texts)
        return start, end

    @property
    def now(self) -> datetime:
        """The present moment."""
        told = self.order.moment
        return datetime.fromisoformat(told) if told else datetime.now(UTC)

    @property
    def known(self) -> Any:
        """First moment at which a label is known too late, if there is one."""
        return parse_moment(self.settings, self.order.known or self.order.end)


W = TypeVar("W", bound=Work)


@dataclass(frozen=True)
class Step(Generic[W]):
    """One step.

    Attributes:
        name: for people and orchestrators.
        run: what it does.
        retries: how often it is tried again when a file or a connection fails.
    """

    name: str
    run: Callable[[W], W]
    retries: int = 0


def run_here(steps: Sequence[Step[W]], work: W, tell: Tell) -> W:
    """Run the steps in this process, one after the other."""
    for step in steps:
        work = run_step(step, work, tell)
    return work


def run_step(step: Step[W], work: W, tell: Tell) -> W:
    """Run one step and tell what it says."""
    start = time.perf_counter()
    work = step.run(work)
    tell(f"{step.name:<8}  {work.said}  ({time.perf_counter() - start:.1f} s)")
    return work


def extract(work: Work) -> Work:
    """The rows of the window whose label is known."""
    start, end = work.window
    rows = labelled_rows(work.settings, start, end, work.known)
    return replace(work, rows=rows, said=f"{len(rows):,} rows")


def train(work: W) -> W:
    """Fit on the older rows, judge on the newer ones."""
    from .training import train as fit_and_judge

    assert work.rows is not None
    trained = fit_and_judge(work.settings, work.rows, work.params, work.window[1])
    return with_trained(work, trained)


def with_trained(work: W, trained: Trained) -> W:
    """The work with a fitted estimator, its card, and what a person should know of it."""
    card = card_of(work.settings, trained, work.params)
    name = work.settings.metric.name
    notes = work.notes
    if not better(work.settings, trained.metrics, trained.baseline):
        notes = (*notes, "on the holdout it is no better than a dummy")
    return replace(
        work,
        trained=trained,
        card=card,
        beside={"dummy": trained.baseline},
        notes=notes,
        said=f"{name} {trained.metrics[name]:.4g} on {trained.rows['held_out']:,} later rows",
    )


def keep(work: Work) -> Work:
    """Write model and card."""
    from .model_file import pack

    assert work.trained is not None
    content, card = pack(work.trained.estimator, work.card, work.settings.trusted)
    place = work.source.keep(content, card)
    return replace(work, card=card, place=place, said=place)


def better(settings: Settings, ours: Mapping[str, float], theirs: Mapping[str, float]) -> bool:
    """Whether the deciding metric is better; of what was not measured, it is."""
    name, sign = settings.metric.name, 1 if settings.metric.direction == "higher" else -1
    return name not in theirs or sign * (ours[name] - theirs[name]) > 0


def card_of(settings: Settings, trained: Trained, params: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a model, as it stands on its card."""
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "task": settings.task,
        "target": settings.data.target,
        "key": settings.data.key,
        "time": settings.data.time,
        "features": [asdict(column) for column in trained.features],
        "params": dict(params),
        "seed": settings.train.seed,
        "metric": asdict(settings.metric),
        "metrics": dict(trained.metrics),
        "baseline": dict(trained.baseline),
        "window": dict(trained.window),
        "holdout": dict(trained.holdout),
        "rows": dict(trained.rows),
        "data_sha256": trained.data_sha256,
    }


STEPS: tuple[Step[Work], ...] = (Step("extract", extract), Step("train", train), Step("keep", keep))
