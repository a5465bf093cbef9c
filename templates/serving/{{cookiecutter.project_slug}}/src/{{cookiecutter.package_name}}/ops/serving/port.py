# ours: kept current by mlops-maturity upgrade
"""The port that the service listens at."""

from __future__ import annotations

import socket

from ..errors import OpsError
from .options import Serving


def check_free(serving: Serving) -> None:
    """Find out at once whether it can listen there, before a model is loaded.

    Raises:
        OpsError: it cannot.
    """
    listen(serving).close()


def listen(serving: Serving) -> socket.socket:
    """Listen there.

    Raises:
        OpsError: it cannot.
    """
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    try:
        listening = socket.create_server((serving.host, serving.port), family=family, backlog=2048)
    except OSError as error:
        raise OpsError(
            f"cannot listen at {serving.address}: {(error.strerror or str(error)).lower()}",
            "--port takes another port, --host another address",
        ) from None
    listening.set_inheritable(True)
    return listening
