"""Reads and changes what a project's registry holds, by MLflow's own client.

    python _registry.py state PACKAGE OUT    aliases and versions
    python _registry.py check PACKAGE OUT    the newest version gets the checks in OUT/checks

Each leaves one JSON object in OUT/found.json.
"""

import json
import os
import sys
from pathlib import Path

from mlflow import MlflowClient

CLIENT = MlflowClient(f"sqlite:///{Path('.state/mlflow.db').resolve()}")


def state(package: str, out: Path) -> dict:
    """What the registry holds: aliases, and tags of each version."""
    found = CLIENT.search_model_versions(f"name = '{package}'")
    aliases = CLIENT.get_registered_model(package).aliases
    return {
        "aliases": {name: str(number) for name, number in aliases.items()},
        "versions": {str(one.version): {**one.tags, "run_id": one.run_id} for one in found},
    }


def check(package: str, out: Path) -> dict:
    """The newest version says of its checks what stands in OUT/checks."""
    newest = max(int(one.version) for one in CLIENT.search_model_versions(f"name = '{package}'"))
    told = (out / "checks").read_text(encoding="utf-8")
    CLIENT.set_model_version_tag(package, str(newest), "checks", told)
    return {"version": newest}


if __name__ == "__main__":
    verb, package, out = sys.argv[1:]
    found = {"state": state, "check": check}[verb](package, Path(out))
    (Path(out) / "found.json").write_text(json.dumps(found), encoding="utf-8")
    # The work is done: threads of libraries have aborted while the interpreter came down.
    os._exit(0)
