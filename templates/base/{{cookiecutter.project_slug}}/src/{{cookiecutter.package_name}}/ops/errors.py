# ours: kept current by mlops-maturity upgrade
"""What a person reads when something is wrong, and the exit code that goes with it."""


class OpsError(Exception):
    """Something that the user can mend.

    Attributes:
        hint: what to do about it.
        exit_code: 2 for bad input unless a subclass says otherwise.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class InvalidSettings(OpsError):
    """`settings.toml` holds something that makes no sense."""


class InvalidTable(OpsError):
    """A table cannot be read or does not fit the schema.

    Attributes:
        place: number of the row, from 1, and name of the column, where one value is wrong.
    """

    def __init__(self, message: str, hint: str = "", place: tuple[int, str] | None = None) -> None:
        super().__init__(message, hint)
        self.place = place


class NoLabels(InvalidTable):
    """No row of a window has a label yet."""


class UntrustedModel(OpsError):
    """A model file is missing, damaged, changed or holds types that are not trusted."""


class NoModel(UntrustedModel):
    """There is none yet."""


class Undecided(OpsError):
    """There is not enough to judge; a person must decide."""

    exit_code = 3


class Refused(OpsError):
    """A guard stands against it; nothing was done."""

    exit_code = 4
