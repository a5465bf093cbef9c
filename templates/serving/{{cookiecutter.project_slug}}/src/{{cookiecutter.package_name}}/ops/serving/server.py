# ours: kept current by mlops-maturity upgrade
"""The service under uvicorn: one process, or a parent that keeps several alive."""

from __future__ import annotations

import os
import signal
import sys
import tempfile

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from .options import Serving
from .port import listen
from .protocol import Protocol

SHARED = "OPS_SHARED"
"""Names a folder that the workers of one run share; where there is one worker, it is not set."""

_APPLICATION = f"{__package__}.app:create"


def serve(serving: Serving) -> int:
    """Serve until a signal comes; open requests are finished first.

    Returns:
        0, or 2 where it could not start.

    Raises:
        OpsError: it cannot listen at this address.
    """
    config = uvicorn.Config(
        _APPLICATION,
        factory=True,
        http=Protocol,
        workers=serving.workers,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_level="warning",
        timeout_graceful_shutdown=serving.grace,
    )
    listening = listen(serving)
    print(f"serving at http://{serving.address}/docs, Ctrl-C ends it", file=sys.stderr)
    # To be asked to end is how a server ends: uvicorn passes signals on once it is done.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    if serving.workers > 1:
        parent = Multiprocess(config, [listening])
        with tempfile.TemporaryDirectory(prefix="ops-") as folder:
            os.environ[SHARED] = folder
            parent.run()
        return 2 if any(one.exitcode == STARTUP_FAILURE for one in parent.processes) else 0
    server = uvicorn.Server(config)
    try:
        server.run([listening])
    except SystemExit as error:
        return 2 if error.code == STARTUP_FAILURE else 0
    return 0 if server.started else 2
