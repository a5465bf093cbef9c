# ours: kept current by mlops-maturity upgrade
"""The model over HTTP: `uv run ops serve`."""
