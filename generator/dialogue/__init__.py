"""The interview as a person meets it in a terminal; what is asked is decided elsewhere."""

__all__: list[str] = []
