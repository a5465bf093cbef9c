# ours: kept current by mlops-maturity upgrade
"""Versions of the model in MLflow's registry, and which of them answers."""
