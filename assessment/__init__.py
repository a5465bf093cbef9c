"""Answers and evidence in, a level and a target out. Knows nothing of templates or terminals."""

__all__: list[str] = []
