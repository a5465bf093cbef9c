# ours: kept current by mlops-maturity upgrade
"""Serve the model over HTTP."""

from __future__ import annotations

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("--host", help="address to listen at; [serving] in settings.toml")
    parser.add_argument("--port", type=int, help="port to listen at")
    parser.add_argument("--workers", type=int, help="processes that answer")


def run(options: argparse.Namespace) -> int:
    """Serve until it is asked to end; then open requests are finished."""
    from ..serving.options import check_reach, read_serving, read_token, with_given
    from ..settings import read_settings
    from ..wiring import model_source

    serving = with_given(read_serving(), options.host, options.port, options.workers)
    check_reach(serving.host, read_token())
    from ..serving.port import check_free

    check_free(serving)
    # What is wrong with the model is told here, once, and not by each worker.
    model_source(read_settings()).load()
    from ..serving.server import serve

    return serve(serving)
