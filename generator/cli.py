"""The command `mlops-maturity`: finds its verbs by file name and tells errors as a person reads."""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import signal
import sys
from collections.abc import Sequence

import click

import generator.commands
from assessment.errors import MaturityError
from generator.console import fail

__all__ = ["main"]

INTERRUPTED = 130
# Imports make many objects that live to the end: looking for garbage among them is in vain.
GARBAGE = 50_000


class Verbs(click.Group):
    """The verbs: one module in `generator.commands` each, imported when it is needed."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Names of the verbs, sorted."""
        return sorted(module.name for module in pkgutil.iter_modules(generator.commands.__path__))

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of a verb, or none."""
        if name not in self.list_commands(context):
            return None
        command: click.Command = importlib.import_module(f"generator.commands.{name}").command
        return command


@click.group(
    "mlops-maturity",
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="mlops-maturity", prog_name="mlops-maturity")
def command() -> None:
    """How far should we take MLOps, and what does that look like, running?

    Exit codes: 0 done · 1 the answer is no · 2 usage or bad input · 3 a person must decide ·
    4 refused, nothing written · 130 interrupted.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _terminated)
    gc.set_threshold(GARBAGE)
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        done = command.main(
            list(arguments) or ["--help"], prog_name="mlops-maturity", standalone_mode=False
        )
        sys.stdout.flush()
    except MaturityError as error:
        return fail(str(error), error.hint, error.exit_code)
    except click.UsageError as error:
        return fail(_lowered(error.format_message()), _usage_hint(error), error.exit_code)
    except click.ClickException as error:
        return fail(error.format_message(), "check the path", 2)
    except (KeyboardInterrupt, click.Abort):
        return fail("interrupted", None, INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = "check the path, its rights and the space that is left"
        return fail(f"{error.filename or 'the system'}: {reason}", hint, 2)
    return done if isinstance(done, int) else 0


def _terminated(number: int, frame: object) -> None:
    """End as an interruption does: what was started is ended, what was begun is taken back."""
    sys.exit(128 + number)


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".")


def _usage_hint(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else "mlops-maturity"
    return f"{path} --help"
