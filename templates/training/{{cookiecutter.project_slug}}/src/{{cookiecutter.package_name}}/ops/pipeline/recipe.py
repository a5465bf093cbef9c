# ours: kept current by mlops-maturity upgrade
"""What decides how a model turns out; where all of it is as before, nothing is fitted again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import UntrustedModel
from ..model_file import Model, read, unpack
from ..rows import digest
from ..tracking.origin import digest as digest_of
from ..tracking.origin import packages, settings_digest
from ..tracking.place import Unreachable, client, released
from ..tracking.runs import experiment_id

if TYPE_CHECKING:
    from ..rows import Rows
    from ..settings import Settings


def recipe(settings: Settings, rows: Rows, params: Mapping[str, Any], code: str) -> str:
    """Digest of rows, code, packages, parameters and all settings: the model may read any."""
    parts = {
        "rows": digest(rows),
        "known": digest_of(rows.known.astype(str).str.cat(sep="\n").encode()),
        "code": code,
        "packages": digest_of(packages().encode()),
        "params": dict(params),
        "settings": settings_digest(settings.root),
    }
    return digest_of(json.dumps(parts, sort_keys=True, default=str).encode())


def fitted_before(settings: Settings, made_from: str) -> Model | None:
    """The model of a finished run with this recipe, if its file is as it was kept."""
    with client(settings) as mlflow:
        wanted = f"tags.recipe = '{made_from}' and attributes.status = 'FINISHED'"
        found = mlflow.search_runs([experiment_id(mlflow, settings)], wanted, max_results=1)
        if not found:
            return None
        run = found[0]
        try:
            with released(settings, run.info.run_id) as place:
                card, content = read(place / "model.skops")
            if card["sha256"] != run.data.tags.get("sha256"):
                return None
            return unpack(content, card, settings.trusted)
        except (UntrustedModel, OSError, Unreachable):  # what is lost is fitted again
            return None
