# ours: kept current by mlops-maturity upgrade
"""The closed loop: what production shows starts training, and training a release, within limits."""
