# ours: kept current by mlops-maturity upgrade
"""From a logged prediction to its version, run, rows and commit."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..predictions.record import Record
    from ..settings import Settings

_TAGS = ("git_commit", "git_dirty", "data_sha256", "code_sha256", "sha256", "created", "who")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("id", help="of a request, of one record of it (REQUEST/0), or a key")
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    """Print where each prediction came from; ends with 0, and 1 where none is logged."""
    import msgspec

    from ..predictions import labels
    from ..predictions.reading import records
    from ..settings import read_settings

    settings = read_settings()
    found = [one for one in records(settings) if _is_meant(one, options.id)]
    known = labels.known(settings, datetime.now(UTC)) if found else None
    origins = {version: _origin(settings, version) for version in {one.version for one in found}}
    told = []
    for one in found:
        entry = {**msgspec.to_builtins(one), "origin": origins[one.version]}
        if known is not None and one.joined_by in known.index:
            entry["label"] = known["label"][one.joined_by]
        told.append(entry)
    if options.format == "json":
        print(json.dumps({"schema_version": 1, "predictions": told}, indent=2, default=_plain))
    else:
        _show(told, options.id)
    return 0 if told else 1


def _is_meant(one: Record, wanted: str) -> bool:
    return wanted in (one.id, one.id.rpartition("/")[0], one.joined_by)


def _origin(settings: Settings, version: str) -> dict[str, Any]:
    """What the registry tells of a version; of a file that was never registered, nothing."""
    from ..registry.versions import NoSuchVersion
    from ..registry.versions import version as known

    try:
        found = known(settings, int(version))
    except (NoSuchVersion, ValueError):
        return {}
    tags = {name: found.tags[name] for name in _TAGS if name in found.tags}
    return {"run_id": found.run_id, **tags, "window": found.told("window")}


def _show(told: list[dict[str, Any]], wanted: str) -> None:
    for one in told:
        print(f"{one['id']}  {one['time']}  key {one.get('key', '-')}")
        print(f"  prediction   {one.get('prediction')}  (label {one.get('label', 'not known')})")
        print(f"  version      {one['version']}, {one.get('variant', 'champion')}")
        origin = one["origin"]
        window = origin.get("window") or {}
        print(f"  run          {origin.get('run_id', '-')}")
        print(f"  learnt from  {window.get('start', '-')} .. {window.get('end', '-')}")
        print(f"  rows         sha256 {origin.get('data_sha256', '-')}")
        changed = " with changes that were not committed" * (origin.get("git_dirty") == "True")
        print(f"  commit       {origin.get('git_commit', '-')}{changed}")
    if not told:
        print(f"nothing is logged of {wanted}")


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)
