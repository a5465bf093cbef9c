"""What can go wrong in the generator, and the exit code that tells it.

MaturityError                (assessment.errors)
└── GeneratorError
    ├── InvalidManifest  2   a layer's manifest, or two layers together, make no sense
    ├── InvalidChoice    2   a name or a value that the user chose cannot be used
    ├── InvalidTable     2   a user's table cannot be read, or nothing can be learnt from it
    ├── InvalidRecord    2   the record of a project is missing, damaged or edited by hand
    ├── Undecided        3   a person must decide before it goes on
    ├── Refused          4   a guard says no; nothing was written
    ├── ProgramFailed    1   another program (git, uv) ended with an error
    └── Interrupted    130   the person has left; what was kept stays
"""

from assessment.errors import MaturityError

__all__ = [
    "GeneratorError",
    "Interrupted",
    "InvalidChoice",
    "InvalidManifest",
    "InvalidRecord",
    "InvalidTable",
    "ProgramFailed",
    "Refused",
    "Undecided",
]


class GeneratorError(MaturityError):
    """Root of what the generator raises for a user to read."""


class InvalidManifest(GeneratorError):
    """A layer's manifest, or the layers taken together, make no sense."""

    exit_code = 2


class InvalidChoice(GeneratorError):
    """A name or value that the user chose cannot be used."""

    exit_code = 2


class InvalidTable(GeneratorError):
    """A table of the user's cannot be read, or nothing can be learnt from it."""

    exit_code = 2


class InvalidRecord(GeneratorError):
    """The record of a project is missing, damaged or edited by hand."""

    exit_code = 2


class Undecided(GeneratorError):
    """A person must decide before it can go on; what is open is left in place."""

    exit_code = 3


class Refused(GeneratorError):
    """A guard says no; nothing was written."""

    exit_code = 4


class ProgramFailed(GeneratorError):
    """Another program ended with an error that is not the user's mistake."""

    exit_code = 1


class Interrupted(GeneratorError):
    """The person has left before the end; what was kept stays."""

    exit_code = 130
