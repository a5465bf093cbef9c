# ours: kept current by mlops-maturity upgrade
"""What a person is told: what changed, since when, what to do; once when it begins and once at its
end.

Which alerts windows call for follows from the windows alone, each of which knows the rule that held
when it was looked at. So one that a killed process did not write is written at the next turn, and
none twice, nor anew because the settings changed. Each goes to the log, to `alerts.jsonl` and to a
webhook; a webhook that does not answer is tried again at the next turn.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlsplit

from ..errors import InvalidSettings
from ..files import write_whole
from ..settings import read_part
from ..tracking.place import ALONE, PROJECT
from ..wiring import HEARING
from .alarm import UNDECIDED, alarm
from .alarm import Window as Seen
from .performance import UNKNOWN, WORSE
from .seen import RELEASE
from .series import Alert, Window, add_alert, alerts, folder

if TYPE_CHECKING:
    from ..settings import Settings

DRIFT, PERFORMANCE, QUALITY = "drift", "performance", "quality"
ADDRESS = "OPS_WEBHOOK"
REPLAY = "OPS_REPLAY"
"""Set in a replay: what happens there is written down, and nobody is told what to do about it."""

PATIENCE = 3.0
"""Seconds that a webhook has to answer."""

FAILED, UNSEEN = "failed answers", "unseen categories"
ADVICE = {
    DRIFT: "see it: uv run ops drift --live --report; a broken source: mend it; another world: "
    "uv run ops train",
    PERFORMANCE: "uv run ops train; a worse champion than the one before it: uv run ops rollback",
    QUALITY: "look at the callers and at the log of the service; another world: uv run ops train",
}
_REMEMBERED = 200
PASSING = (408, 429)
"""Statuses of a webhook that may pass, beside those of 500 and above."""


@dataclass(frozen=True)
class AlertSettings:
    """The table `[alerts]`.

    Attributes:
        webhook: address that alerts are posted to, or nothing; `OPS_WEBHOOK` comes first.
    """

    webhook: str


def due(windows: Sequence[Window]) -> Iterator[Alert]:
    """All alerts that windows call for, oldest first."""
    going: dict[str, dict[str, str]] = {kind: {} for kind in (DRIFT, PERFORMANCE, QUALITY)}
    for place, window in enumerate(windows):
        last = windows[max(0, place + 1 - _REMEMBERED) : place + 1]
        same = [one for one in last if one.version == window.version]
        for kind, known in going.items():
            found = alarm([seen(one, kind) for one in same], window.rule.m, window.rule.k)
            now = dict(found.since)
            if begun := {name: since for name, since in now.items() if name not in known}:
                yield _begun(kind, same, begun)
            if ended := tuple(name for name in known if name not in now):
                since = min(known[name] for name in ended)
                said = f"{', '.join(ended)}: as usual again"
                yield Alert(window.end, kind, False, ended, since, said, "nothing", window.version)
            going[kind] = now


def watch(settings: Settings, windows: Sequence[Window]) -> None:
    """Tell what the windows call for and was not told yet."""
    spread(settings, due(windows))


def spread(settings: Settings, found: Iterable[Alert]) -> None:
    """Tell those alerts that were not told yet, and post what the webhook has not taken."""
    told = {_name(one) for one in alerts(settings)}
    untold = [alert for alert in found if _name(alert) not in told]
    for alert in untold:
        tell(settings, alert)
    _heard(settings, [one for one in untold if one.begun and one.kind != RELEASE])
    deliver(settings)


def tell(settings: Settings, alert: Alert) -> None:
    """Write an alert down; `deliver` posts it."""
    add_alert(settings, alert)
    if os.environ.get(REPLAY):
        return
    word = "told" if alert.kind == RELEASE else "alert" if alert.begun else "over"
    print(f"{word}: {alert.kind}: {alert.said} (since {alert.since})", file=sys.stderr)
    if alert.begun:
        print(f"hint: {alert.advice}", file=sys.stderr)


def deliver(settings: Settings) -> None:
    """Post what the webhook has not taken yet, in order; where it fails, later ones wait."""
    every, path = alerts(settings), folder(settings) / "posted.json"
    try:
        posted = int(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        posted = 0
    address = webhook(settings)
    for alert in every[posted:]:
        if address and not _posted(address, alert):
            break
        posted += 1
        write_whole(path, json.dumps(posted).encode())


def webhook(settings: Settings) -> str:
    """The address that alerts are posted to, or nothing.

    Raises:
        InvalidSettings: it is no address of the web.
    """
    found, name = os.environ.get(ADDRESS) or "", ADDRESS
    if not found and not os.environ.get(ALONE):
        found, name = read_part(AlertSettings, "alerts", settings.root).webhook, "alerts.webhook"
    if found and urlsplit(found).scheme not in ("http", "https"):
        raise InvalidSettings(f"{name} is no address", "such as https://chat.example/hook")
    return found


def seen(window: Window, kind: str) -> Seen:
    """A window as it counts for alarms of one kind."""
    if kind == DRIFT:
        return Seen(window.end, window.drifted, window.state != UNDECIDED)
    if kind == PERFORMANCE:
        verdict = window.performance.verdict
        worse = (window.performance.metric,) if verdict == WORSE else ()
        return Seen(window.end, worse, verdict != UNKNOWN)
    most = window.rule.failed * window.rows
    found = ((FAILED, window.quality.failed), (UNSEEN, window.quality.unseen))
    names = tuple(name for name, count in found if count > most)
    return Seen(window.end, names, window.rows >= window.rule.rows)


def _heard(settings: Settings, begun: Sequence[Alert]) -> None:
    """Tell who else wants to know; that one cannot be told keeps nobody else from it."""
    ops = str(__package__).rpartition(".")[0]
    for name in HEARING if begun else ():
        try:
            import_module(f"{ops}.{name}").hear(settings, begun)
        except Exception as error:
            print(f"error: {name} was not told: {error}", file=sys.stderr)


def _posted(address: str, alert: Alert) -> bool:
    body = json.dumps({"project": PROJECT, **asdict(alert)}).encode()
    try:
        request = urllib.request.Request(
            address, body, {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=PATIENCE):
            return True
    except HTTPError as error:
        again = error.code in PASSING or error.code >= 500
        what = "it is tried again" if again else "it is not tried again"
        print(f"the webhook answered an alert with {error.code}; {what}", file=sys.stderr)
        return not again  # what it does not understand must not hold up the others
    except (OSError, ValueError) as error:
        # The address may hold a secret, and so may what is said about it.
        print(
            f"the webhook did not take an alert ({type(error).__name__}); it is tried again",
            file=sys.stderr,
        )
        return False


def _begun(kind: str, windows: Sequence[Window], names: dict[str, str]) -> Alert:
    """The alert that columns begin to drift, or the like, by the newest of the windows."""
    said = "; ".join(_shown(kind, windows, name) for name in names)
    since = min(names.values())
    end, version = windows[-1].end, windows[-1].version
    return Alert(end, kind, True, tuple(names), since, said, ADVICE[kind], version)


def _shown(kind: str, windows: Sequence[Window], name: str) -> str:
    """What the last window tells that showed it: the newest one may be quiet, under another k."""
    window = next(one for one in reversed(windows) if name in seen(one, kind).drifted)
    if kind == DRIFT:
        every = (*window.columns, *((window.prediction,) if window.prediction else ()))
        one = next(one for one in every if one.name == name)
        usual = f"size {one.size:.2f}, usual below {one.threshold:.2f}, beside {one.beside}"
        return f"{name}: {one.note} ({usual})"
    if kind == PERFORMANCE and window.performance.value is not None:
        value, reference = window.performance.value, window.performance.reference
        return f"{name} {value:.4g}, {reference:.4g} at training"
    if kind == QUALITY:
        count = window.quality.failed if name == FAILED else window.quality.unseen
        return f"{name}: {count:,} of {window.rows:,}"
    return name


def _name(alert: Alert) -> tuple[object, ...]:
    return alert.when, alert.kind, alert.begun, alert.columns
