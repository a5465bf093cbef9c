# ours: kept current by mlops-maturity upgrade
"""The overview as a page: nothing is read here, and nothing is loaded from elsewhere."""
