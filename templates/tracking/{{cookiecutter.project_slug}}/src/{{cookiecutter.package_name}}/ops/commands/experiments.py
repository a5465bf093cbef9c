# ours: kept current by mlops-maturity upgrade
"""Compare the last training runs; --ui opens MLflow's page."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..settings import Settings

LAST = 10
SHORT = 8


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("--last", type=int, default=LAST, help="how many runs")
    parser.add_argument("--ui", action="store_true", help="open MLflow's page, until Ctrl-C")
    parser.add_argument("--port", type=int, default=5000, help="of that page")
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    """Print the runs, newest first; ends with 0."""
    from ..errors import OpsError
    from ..settings import read_settings
    from ..tracking.place import address, shown
    from ..tracking.runs import recent

    settings = read_settings()
    if options.ui:
        return _page(settings, options.port)
    if not 0 < options.last <= 1000:
        raise OpsError(f"--last {options.last}", "a number from 1 to 1000")
    rows = [_row(one) for one in recent(settings, options.last)]
    if options.format == "json":
        print(json.dumps({"schema_version": 1, "runs": rows}, indent=2))
        return 0
    _show(rows, settings.metric.name)
    print(f"\nin MLflow at {shown(address(settings))}", file=sys.stderr)
    print("what to type next:\n  uv run ops experiments --ui", file=sys.stderr)
    return 0


def _row(run: Any) -> dict[str, Any]:
    tags = run.data.tags
    return {
        "run_id": run.info.run_id,
        "started": datetime.fromtimestamp(run.info.start_time / 1000, UTC).isoformat(
            timespec="seconds"
        ),
        "status": run.info.status.lower(),
        "failed": tags.get("failed"),
        "kind": tags.get("kind"),
        "version": tags.get("version"),
        "metrics": dict(run.data.metrics),
        "params": dict(run.data.params),
        "data_sha256": tags.get("data_sha256"),
        "git_commit": tags.get("git_commit"),
        "git_dirty": tags.get("git_dirty"),
        "who": tags.get("who"),
    }


def _show(rows: list[dict[str, Any]], metric: str) -> None:
    """A line for each run; of the parameters, those that differ between them."""
    names = sorted({name for one in rows for name in one["params"]})
    known = [one["params"] for one in rows if one["params"]]
    differing = [name for name in names if len({params.get(name) for params in known}) > 1]
    print(
        f"{'run':<{SHORT}}  {'started':<25}  {'status':<8}  {'version':>7}  {metric:>10}  "
        f"{'dummy':>10}  {'data':<{SHORT}}  {'commit':<{SHORT}}  parameters that differ"
    )
    for one in rows:
        figures = (one["metrics"].get(name) for name in (metric, f"baseline_{metric}"))
        told = "  ".join(f"{'-' if value is None else f'{value:.4g}':>10}" for value in figures)
        params = ", ".join(f"{name}={one['params'].get(name, '-')}" for name in differing)
        params += f"  ({one['failed']})" if one["failed"] else ""
        print(
            f"{one['run_id'][:SHORT]}  {one['started']:<25}  {one['status']:<8}  "
            f"{one['version'] or '-':>7}  {told}  {(one['data_sha256'] or '-')[:SHORT]:<{SHORT}}  "
            f"{(one['git_commit'] or '-')[:SHORT]:<{SHORT}}  {params}"
        )
    if not rows:
        print("no run yet: uv run ops train", file=sys.stderr)


def _page(settings: Settings, port: int) -> int:
    """MLflow's page, over the same database; in the place of this process."""
    from ..settings import within
    from ..tracking.opening import ENVIRONMENT
    from ..tracking.place import address, client, is_own, shown, state

    within("--port", port, 1, 65535)
    uri = address(settings)
    if uri.startswith("http"):
        print(shown(uri))
        return 0
    more = ["--default-artifact-root", (state(settings.root) / "artifacts").as_uri()]
    words = ["mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    words += more if is_own(settings) else []
    with client(settings):
        pass  # its tables are made here, for a server that is ended meanwhile leaves half of them
    print(f"MLflow's page: http://127.0.0.1:{port}, Ctrl-C ends it", file=sys.stderr, flush=True)
    # Not as an option, which everybody on this machine could read: it may hold a password.
    os.environ["MLFLOW_BACKEND_STORE_URI"] = uri
    os.environ.update({**ENVIRONMENT, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"})
    os.execv(sys.executable, [sys.executable, "-m", *words])
