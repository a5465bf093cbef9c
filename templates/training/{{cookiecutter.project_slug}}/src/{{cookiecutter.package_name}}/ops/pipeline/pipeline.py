# ours: kept current by mlops-maturity upgrade
"""The steps of the pipeline; each gives what the next one needs, and keeps what people look at."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import skops.io  # noqa: F401  it looks for its types in every loaded module: before most of them

from ..errors import InvalidTable
from ..model_file import pack
from ..rows import joined, loaded, show_moment, told_labels
from ..steps import Step, Work, better, with_trained
from ..tracking.place import Unreachable
from ..training import built, split
from ..training import train as fit_and_judge
from .comparison import beside_champion, drift_from_champion
from .limits import read_limits
from .recipe import fitted_before, recipe
from .reproduction import AGAIN
from .validation import report, unchecked, validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ..rows import Rows
    from ..tracking.runs import Run

TRIES = 2


@dataclass(frozen=True)
class Pipeline(Work):
    """What is known of a run of the pipeline so far.

    Attributes:
        run: that MLflow keeps.
        raw: rows as the seam gives them.
        until: first moment after the rows, also where no end was given.
        tags: what is known of the run, for run and version.
        extra: figures beside those of the model: the dummy's, the champion's, drift.
        content: bytes of the model file, once it is packed.
    """

    run: Run | None = None
    raw: pd.DataFrame | None = None
    until: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, float] = field(default_factory=dict)
    content: bytes = b""

    @property
    def kept(self) -> Run:
        """The run, which has begun."""
        assert self.run is not None
        return self.run

    @property
    def newer(self) -> Rows:
        """The rows that the model is judged on."""
        assert self.rows is not None
        return split(self.rows, self.settings.train.holdout)[1]


def extract(work: Pipeline) -> Pipeline:
    """Rows of the window, as the seam gives them."""
    from ..tracking.origin import origin

    read_limits(work.settings)
    params = work.params | {"seed": work.settings.train.seed}
    work.kept.figures({}, params)
    built({"random_state": work.settings.train.seed, **work.params})  # what it refuses is told now
    start, end = work.window
    raw = loaded(work.settings, start, end)
    if raw.empty:
        raise InvalidTable("the window holds no row", "`ops data` shows the rows")
    time = work.settings.data.time
    until = work.order.end or _after(raw[time] if time else raw.index.to_series())
    tags = {**origin(work.settings.root), "until": until}
    work.kept.tag(tags)
    return replace(work, raw=raw, until=until, tags=tags, said=f"{len(raw):,} rows")


def check(work: Pipeline) -> Pipeline:
    """Stop here where the rows are not what the settings promise.

    Raises:
        InvalidTable: with what was found; the report is kept with the run.
    """
    assert work.raw is not None
    limits = read_limits(work.settings)
    if AGAIN in os.environ:  # rows of a version that is trained again were new enough then
        limits = replace(limits, age=0)
    found = validate(work.raw, work.settings, limits, work.now)
    off = unchecked(work.settings, limits)
    if found:
        text = "\n\n".join((report(found), *off))
        work.kept.text(text, "validation.txt")
        raise InvalidTable(
            f"the rows are not what settings.toml promises, and nothing was trained\n\n{text}",
            "mend the table, or change [data] or [validation] in settings.toml",
        )
    rows = joined(work.settings, work.raw, told_labels(work.settings, *work.window), work.known)
    tags = {**work.tags, "known_until": _after(rows.known)}
    said = f"{len(rows):,} rows are fit, with labels"
    return replace(work, rows=rows, raw=None, tags=tags, said=said, notes=(*work.notes, *off))


def train(work: Pipeline) -> Pipeline:
    """Fit on the older rows, judge on the newer ones; what was fitted just so is taken again."""
    assert work.rows is not None
    made_from = recipe(work.settings, work.rows, work.params, work.tags["code_sha256"])
    before = fitted_before(work.settings, made_from)
    fitted = before.estimator if before else None
    trained = fit_and_judge(work.settings, work.rows, work.params, work.window[1], fitted)
    work = with_trained(work, trained)
    tags = {**work.tags, "recipe": made_from, "data_sha256": trained.data_sha256}
    if before:
        tags["same_as_run"] = str(before.card["run_id"])
        note = "rows, code and parameters are those of an earlier run: its model was taken"
        work = replace(work, notes=(*work.notes, note))
    return replace(work, tags=tags)


def evaluate(work: Pipeline) -> Pipeline:
    """Look at it beside the champion, on the same rows, and draw what people look at."""
    assert work.trained is not None
    assert work.rows is not None
    trained, metric = work.trained, work.settings.metric
    work.kept.pictures(trained, work.newer)
    beside = beside_champion(work.settings, work.source, work.newer)
    moved, untold = drift_from_champion(work.settings, beside.card, work.rows)
    checks = {"better than a dummy": better(work.settings, trained.metrics, trained.baseline)}
    tags = {
        **work.tags,
        "checks": json.dumps(checks),
        "metrics": json.dumps(dict(trained.metrics)),
        "baseline": json.dumps(dict(trained.baseline)),
        "window": json.dumps(dict(trained.window)),
        "holdout": json.dumps(dict(trained.holdout)),
        "params": json.dumps(dict(work.params), default=str),
        "seed": str(work.settings.train.seed),
    }
    extra = {f"baseline_{name}": value for name, value in trained.baseline.items()} | moved
    others = dict(work.beside)
    if beside.metrics:
        tags |= {
            "champion_metrics": json.dumps(beside.metrics),
            "measured_against": str(beside.card["version"]),
        }
        extra |= {f"champion_{name}": value for name, value in beside.metrics.items()}
        others[f"version {beside.card['version']}"] = beside.metrics
    said = f"{metric.name} {trained.metrics[metric.name]:.4g}"
    for name, figures in others.items():
        said += f", {name} {figures[metric.name]:.4g}" if metric.name in figures else ""
    notes = (*work.notes, *beside.notes, *untold)
    return replace(work, tags=tags, extra=extra, beside=others, notes=notes, said=said)


def packed(work: Pipeline) -> Pipeline:
    """The work with its model file and the whole card: from then on they are the same bytes."""
    if work.content:
        return work
    assert work.trained is not None
    card = {**work.card, "run_id": work.kept.run_id}
    content, card = pack(work.trained.estimator, card, work.settings.trusted)
    return replace(work, content=content, card=card)


def register(work: Pipeline) -> Pipeline:
    """Keep the model with all that is known of it, as a version that a person may promote."""
    from ..registry.decisions import with_entry
    from ..registry.versions import register as register_version

    work = packed(work)
    trained, run, card = work.trained, work.kept, work.card
    assert trained is not None
    assert work.rows is not None
    run.figures({**trained.metrics, **work.extra}, {})
    run.data(work.rows, trained.data_sha256, work.settings.data.table)
    model = run.model(trained, work.rows, work.content, card)
    tags = {**work.tags, "sha256": card["sha256"], "created": card["created"], "kind": "training"}
    said = _told(json.loads(tags["checks"]))
    tags = with_entry(tags, "checks", said, work.now)
    run.tag(tags)
    run.end("FINISHED")
    version = register_version(work.settings, run.run_id, model, tags)
    with suppress(Unreachable):  # the version is there, and names its run
        run.tag({"version": str(version.number)})
    onward: tuple[str, ...] = ("ops releases", "ops experiments")
    if not version.failed:
        onward = (f"ops promote {version.number}", *onward)
    return replace(
        work,
        card={**card, "version": str(version.number)},
        place=f"the registry, version {version.number}",
        said=f"version {version.number}",
        onward=onward,
    )


def _told(checks: Mapping[str, bool]) -> str:
    failed = [name for name, passed in checks.items() if not passed]
    return f"failed: {', '.join(failed)}" if failed else f"passed: {', '.join(checks)}"


def _after(moments: pd.Series[Any]) -> str:
    """The first moment after all of these."""
    import pandas as pd

    last = moments.max()
    after = last + pd.Timedelta(1, "ns") if isinstance(last, pd.Timestamp) else int(last) + 1
    return show_moment(after)


STEPS: tuple[Step[Pipeline], ...] = (
    Step("extract", extract, retries=TRIES),
    Step("validate", check, retries=TRIES),
    Step("train", train),
    Step("evaluate", evaluate),
    Step("register", register),
)
