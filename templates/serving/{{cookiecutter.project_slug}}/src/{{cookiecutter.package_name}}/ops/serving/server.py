# ours: kept current by mlops-maturity upgrade
"""The service under uvicorn: one process, or a parent that keeps several alive."""

from __future__ import annotations

import uvicorn

from .options import Serving

_APPLICATION = f"{__package__}.app:create"


def serve(serving: Serving) -> int:
    """Serve until a signal comes; open requests are finished first.

    Returns:
        0, or 2 where it could not listen or start.
    """
    config = uvicorn.Config(
        _APPLICATION,
        factory=True,
        host=serving.host,
        port=serving.port,
        workers=serving.workers,
        access_log=False,
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=serving.grace,
    )
    if serving.workers == 1:
        server = uvicorn.Server(config)
        server.run()
        return 0 if server.started else 2
    from uvicorn.supervisors import Multiprocess

    Multiprocess(config, uvicorn.Server(config).run, [config.bind_socket()]).run()
    return 0
