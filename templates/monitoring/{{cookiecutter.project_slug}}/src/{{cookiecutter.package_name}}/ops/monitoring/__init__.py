# ours: kept current by mlops-maturity upgrade
"""Whether the world of the live model is still the one that it learnt from."""
