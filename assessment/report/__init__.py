"""What an assessment found, as one model with one module for each format."""

__all__: list[str] = []
