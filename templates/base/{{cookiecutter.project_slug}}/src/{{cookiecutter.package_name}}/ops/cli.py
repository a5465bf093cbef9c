# ours: kept current by mlops-maturity upgrade
"""The command `ops`: finds its verbs by file name and tells errors as a person reads them."""

import argparse
import ast
import atexit
import difflib
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .errors import OpsError

COMMANDS = Path(__file__).parent / "commands"
INTERRUPTED = 130
# Libraries make objects by the million when they are loaded, and hardly any garbage: to look for it
# as often as Python does by itself, and once more at the end, took a fifth of a training, or more.
SELDOM = (50_000, 10, 10)
# Threads that wait for each other sleep: spinning on a busy machine takes a fit from 1 s to 40 s.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `ops` and exit with its code."""
    gc.set_threshold(*SELDOM)
    atexit.register(gc.freeze)
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run `ops` and return its exit code."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(overview())
        return 0
    verb, *rest = arguments
    if verb not in verbs():
        near = difflib.get_close_matches(verb, verbs(), 1)
        hint = f"did you mean {near[0]}?" if near else f"one of: {', '.join(verbs())}"
        return fail(f"no such verb: {verb}", hint, 2)
    try:
        command = importlib.import_module(f"{__package__}.commands.{verb}")
        about = command.__doc__
        parser = argparse.ArgumentParser(f"ops {verb}", description=about, allow_abbrev=False)
        command.arguments(parser)
        code = int(command.run(parser.parse_args(rest)))
        sys.stdout.flush()
    except OpsError as error:
        return fail(str(error), error.hint, error.exit_code)
    except KeyboardInterrupt:
        return fail("interrupted", "", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return fail(f"{error.filename or 'the system'}: {error.strerror or error}", "", 2)
    return code


def verbs() -> dict[str, str]:
    """Every verb and the first line about it; nothing is imported."""
    return {
        path.stem: (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
        .partition("\n")[0]
        .rstrip(".")
        for path in sorted(COMMANDS.glob("[a-z]*.py"))
    }


def overview() -> str:
    """What can be typed."""
    width = max(map(len, verbs()))
    lines = [f"  {verb:<{width}}  {about}" for verb, about in verbs().items()]
    return "\n".join(["usage: ops VERB …   (ops VERB --help tells more)", "", *lines])


def fail(message: str, hint: str, code: int) -> int:
    """Tell an error and return its exit code."""
    print(f"error: {message}", file=sys.stderr)
    if hint:
        print(f"\nhint: {hint}", file=sys.stderr)
    return code
