# ours: kept current by mlops-maturity upgrade
"""What runs here: the project, its commit, its libraries."""

from __future__ import annotations

import os
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ..model_file import LIBRARIES
from ..settings import Settings

COMMIT = "OPS_COMMIT"
PROJECT = str(__package__).partition(".")[0]


def project_version() -> str:
    """The version of the installed project."""
    try:
        return version(PROJECT)
    except PackageNotFoundError:
        return "0"


def about(settings: Settings) -> dict[str, Any]:
    """Project, task, target, commit (where the image was told), and versions of libraries."""
    return {
        "project": PROJECT,
        "version": project_version(),
        "commit": os.environ.get(COMMIT) or None,
        "task": settings.task,
        "target": settings.data.target,
        "python": ".".join(map(str, sys.version_info[:3])),
        "libraries": {name: version(name) for name in LIBRARIES},
    }
