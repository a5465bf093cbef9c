# ours: kept current by mlops-maturity upgrade
"""What runs the project: `uv run ops` lists the verbs."""
