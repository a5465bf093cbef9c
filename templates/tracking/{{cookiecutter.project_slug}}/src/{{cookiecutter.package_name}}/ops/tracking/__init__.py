# ours: kept current by mlops-maturity upgrade
"""Every training run, kept in MLflow with what it came from."""
