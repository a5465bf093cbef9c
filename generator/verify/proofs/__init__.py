"""One module per layer: what must be shown of a project that holds it."""
