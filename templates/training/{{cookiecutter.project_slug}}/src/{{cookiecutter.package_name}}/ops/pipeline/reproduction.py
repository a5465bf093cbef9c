# ours: kept current by mlops-maturity upgrade
"""A version, trained again from what it came from: its commit, its rows, its parameters."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OpsError
from ..registry.versions import Version, version
from ..tracking.opening import TABLES
from ..tracking.origin import code_digest, digest, packages, settings_digest
from ..tracking.place import ALONE, DATABASE, PROJECT, state

if TYPE_CHECKING:
    from ..settings import Settings

AGAIN = "OPS_AGAIN"
"""Tags of the version that is trained again, for steps that must choose as they did then."""

COMMIT = re.compile("[0-9a-f]{7,64}")


@dataclass(frozen=True)
class Reproduction:
    """Figures of a version, then and again.

    Attributes:
        then: when it was registered.
        again: now.
        rows_same: whether both learnt from the same rows.
        notes: what is not as it was then: code, settings, packages.
    """

    then: Mapping[str, float]
    again: Mapping[str, float]
    rows_same: bool
    notes: tuple[str, ...]

    @property
    def alike(self) -> bool:
        """Whether rows, code, settings and packages are those of then."""
        return self.rows_same and not self.notes

    def agrees(self, tolerance: float) -> bool:
        """Whether no metric differs by more than this share of it, on the same rows."""
        return self.rows_same and all(
            name in self.again
            and abs(self.again[name] - value) <= tolerance * max(abs(value), 1e-12)
            for name, value in self.then.items()
        )


def reproduce(settings: Settings, number: int, tell: Callable[[str], None]) -> Reproduction:
    """Train a version again, in a folder of its own that no server sees.

    Raises:
        OpsError: what it came from is not there, or training fails.
    """
    found = version(settings, number)
    if "window" not in found.tags or found.tags.get("kind") != "training":
        raise OpsError(f"version {number} was not trained here", "it was handed over as a file")
    notes = _package_notes(settings.root, found.tags)
    with tempfile.TemporaryDirectory(prefix="reproduce-") as folder:
        place = Path(folder).resolve() / "project"
        place.mkdir()
        commit = found.tags.get("git_commit", "")
        if commit and COMMIT.fullmatch(commit) and _unpacked(settings.root, commit, place):
            tell(f"training again at commit {commit[:10]}")
            if found.tags.get("git_dirty") != "False":
                notes.append("it was trained with changes that were not committed")
            _link_data(settings.root / "data", place / "data")
            source = place / "src"
        else:
            same = found.tags.get("code_sha256") == code_digest()
            tell("training again with the code that lies here: its commit is not known")
            if not same:
                notes.append("the code is not that of then")
            if found.tags.get("settings_sha256") != settings_digest(settings.root):
                notes.append("the settings are not those of then")
            _copy_settings(settings.root, place)
            source = Path(__file__).parents[3]
        card = _trained(found, place, source, state(settings.root) / DATABASE)
    same_rows = card["data_sha256"] == found.tags.get("data_sha256")
    return Reproduction(found.metrics, card["metrics"], same_rows, tuple(notes))


def _package_notes(root: Path, tags: Mapping[str, str]) -> list[str]:
    """Whether the installed packages differ from those of then."""
    if tags.get("packages_sha256") == digest(packages().encode()):
        return []
    lock = root / "uv.lock"
    same = lock.is_file() and tags.get("lock_sha256") == digest(lock.read_bytes())
    more = "though uv.lock is" if same else "nor is uv.lock"
    return [f"the packages are not those of then, {more}"]


def _trained(found: Version, place: Path, source: Path, tables: Path) -> dict[str, Any]:
    """Train in a process of its own, beside tables as those are; returns the card."""
    window = found.told("window")
    words = [sys.executable, "-m", f"{PROJECT}.ops", "train", "--format", "json"]
    words += ["--start", str(window["start"]), "--end", found.tags["until"]]
    if "known_until" in found.tags:  # labels may have come later than the last row
        words += ["--known", found.tags["known_until"]]
    for name, value in found.told("params").items():
        words += ["--param", f"{name}={json.dumps(value)}"]
    outside = ("MLFLOW_", "PREFECT_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(outside)}
    more = {"PROJECT_ROOT": str(place), "PYTHONPATH": str(source), ALONE: "1"}
    more |= {AGAIN: json.dumps(dict(found.tags)), TABLES: str(tables.absolute())}
    done = subprocess.run(
        words, cwd=place, env={**kept, **more}, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1) or not done.stdout:  # a model that is refused is told, too
        lines = [line for line in done.stderr.splitlines() if line.startswith("error:")]
        said = lines[-1].removeprefix("error: ") if lines else done.stderr.strip()[-300:]
        raise OpsError(f"training again failed: {said}")
    card: dict[str, Any] = json.loads(done.stdout)
    return card


def _unpacked(root: Path, commit: str, place: Path) -> bool:
    """The project as that commit has it; whether git knows it."""
    # Of a project below the top of its repository, its own folder only.
    inside = subprocess.run(
        ["git", "-C", root, "rev-parse", "--show-prefix", "--show-toplevel"],
        capture_output=True,
        text=True,
        check=False,
    )
    if inside.returncode != 0:
        return False
    prefix, top = inside.stdout.splitlines()
    done = subprocess.run(
        ["git", "-C", top, "archive", "--format=tar", f"{commit}:{prefix}"],
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        return False
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        for member in archive.getmembers():
            if member.isfile() or member.isdir():
                archive.extract(member, place)
    return (place / "settings.toml").is_file()


def _link_data(data: Path, place: Path) -> None:
    """What lies in `data/` and not in git, linked."""
    for path in sorted(data.rglob("*")):
        target = place / path.relative_to(data)
        if path.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(path.resolve())


def _copy_settings(root: Path, place: Path) -> None:
    (place / "settings.toml").write_bytes((root / "settings.toml").read_bytes())
    _link_data(root / "data", place / "data")
