"""What can go wrong for a user, and the exit code that tells it.

MaturityError            2   root of every error that a user may read, in the whole tool
├── InvalidFile          2   a file of answers or facts cannot be read or makes no sense
├── NotJudged            3   too little is known to say anything
└── GeneratorError           (generator.errors)
"""

from __future__ import annotations

__all__ = ["InvalidFile", "MaturityError", "NotJudged"]


class MaturityError(Exception):
    """Root of what the tool raises for a user to read.

    Attributes:
        message: one line, lower case, no full stop.
        hint: what to do or type about it, if anything.
        exit_code: of the process that ends with this error.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InvalidFile(MaturityError):
    """A file that the user wrote cannot be read, or what it says makes no sense."""

    exit_code = 2


class NotJudged(MaturityError):
    """Too little is known to give an answer; a person must add to it."""

    exit_code = 3
