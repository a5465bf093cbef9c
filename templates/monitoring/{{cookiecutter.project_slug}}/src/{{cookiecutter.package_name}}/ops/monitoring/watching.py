# ours: kept current by mlops-maturity upgrade
"""One turn of watching: every window that is over and was not looked at yet.

Each turn begins where the series ends. The profile of a window is kept before the line that says
that it was looked at, and alerts follow from those lines; so a turn that is killed anywhere is done
again.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from ..predictions import labels
from ..predictions.archive import tidy
from ..predictions.reading import records
from ..wiring import model_source
from .alarm import DRIFT, QUIET, UNDECIDED
from .alerts import watch
from .champion import learnt
from .collecting import Collected, collect
from .options import Monitoring, read_monitoring
from .performance import performance
from .profiles import Knowledge, keep, knowledge
from .series import Quality, Rule, Window, add_window, one_turn, windows
from .thresholds import Verdict, judge, learn

if TYPE_CHECKING:
    from ..model_file import Model
    from ..settings import Settings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHORT = 12


def observe(settings: Settings, now: datetime) -> list[Window]:
    """Look at every window that is over, write down what it showed, and tell what is due.

    Args:
        settings: of the project.
        now: in UTC.

    Returns:
        The windows that were looked at now, oldest first.

    Raises:
        Undecided: it is not known what the champion learnt from.
        UntrustedModel: no model answers.
    """
    limits = read_monitoring(settings)
    with one_turn(settings):
        tidy(settings, now)
        found = _look(settings, now, limits)
        watch(settings, windows(settings))
    return found


def version_of(model: Model) -> str:
    """The name by which the service calls it."""
    return str(model.card.get("version") or model.card["sha256"][:_SHORT])


def _look(settings: Settings, now: datetime, limits: Monitoring) -> list[Window]:
    length = timedelta(hours=limits.hours)
    before = windows(settings)
    end = EPOCH + (now - EPOCH) // length * length
    since = before[-1].until if before else _first(settings, end, length)
    if since is None or since >= end:
        return []
    champion = model_source(settings).load()
    version = version_of(champion)
    known = knowledge(settings, learnt(settings, champion), version, before, limits)
    spans = (EPOCH, length, since, end)
    cells = (known.features.training.scales, known.answers.training.scales)
    told = labels.known(settings, now)
    found = []
    for start, collected in collect(settings, champion, version, spans, cells, told):
        window, known = _judged(settings, champion, (start, start + length), collected, known)
        keep(settings, version, window.end, collected.features, collected.answers)
        add_window(settings, window)
        found.append(window)
    _reported(settings, champion, found, limits)
    return found


def _judged(
    settings: Settings,
    champion: Model,
    span: tuple[datetime, datetime],
    collected: Collected,
    known: Knowledge,
) -> tuple[Window, Knowledge]:
    """What a window showed, and what is known after it."""
    limits = read_monitoring(settings)
    columns: tuple[Verdict, ...] = ()
    given: tuple[Verdict, ...] = ()
    features, answers = known.features, known.answers
    if collected.features.rows >= limits.rows:
        columns = judge(features, collected.features, limits)
        features = learn(features, collected.features, columns, limits)
        if collected.answers.rows >= limits.rows:
            given = judge(answers, collected.answers, limits)
            answers = learn(answers, collected.answers, given, limits)
    drifts = any(one.drift for one in (*columns, *given))
    rows = collected.features.rows
    state = (DRIFT if drifts else QUIET) if columns else UNDECIDED
    window = Window(
        *(span[0].isoformat(), span[1].isoformat(), version_of(champion), rows),
        *(len(collected.labelled), state, columns, given[0] if given else None),
        Quality(collected.failed, collected.unseen, collected.missing),
        performance(settings, champion, collected.labelled, collected.coverage, limits),
        Rule(limits.m, limits.k, limits.rows, limits.failed),
    )
    return window, Knowledge(features, answers)


def _first(settings: Settings, end: datetime, length: timedelta) -> datetime | None:
    """The beginning of the window of the oldest record."""
    first = next(islice(records(settings, None, end), 1), None)
    return None if first is None else EPOCH + (first.moment - EPOCH) // length * length


def _reported(
    settings: Settings, champion: Model, found: Sequence[Window], limits: Monitoring
) -> None:
    """A report of the newest window that drifted; what fails there stops nothing."""
    drifted = [one for one in found if one.state == DRIFT]
    if not drifted or not limits.reports:
        return
    from .report import write_report

    try:
        place = write_report(settings, champion, drifted[-1])
    except Exception as error:
        first = str(error).partition("\n")[0]
        print(f"no report: {type(error).__name__}: {first}", file=sys.stderr)
    else:
        print(f"report: {place}", file=sys.stderr)
