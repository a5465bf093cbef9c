# ours: kept current by mlops-maturity upgrade
"""Training as a pipeline: extract, validate, train, evaluate, register."""
