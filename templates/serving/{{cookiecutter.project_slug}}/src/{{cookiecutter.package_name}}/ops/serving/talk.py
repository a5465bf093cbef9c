# ours: kept current by mlops-maturity upgrade
"""What a service says on its standard output and error.

Nobody may take it: a file on a disk that is full, a reader that has gone. That is no reason to end
an answer, or the watch for another model.
"""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress

STDOUT = 1


def write(content: bytes) -> None:
    """Write on standard output, by one call."""
    with suppress(OSError):
        os.write(STDOUT, content)


def say(text: str) -> None:
    """Print a line on standard error."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def trace(error: BaseException) -> None:
    """Print an error on standard error, with the way to it."""
    with suppress(OSError):
        traceback.print_exception(error)
