# ours: kept current by mlops-maturity upgrade
"""Every answer, kept until its label comes: features, prediction, version, key, time."""
