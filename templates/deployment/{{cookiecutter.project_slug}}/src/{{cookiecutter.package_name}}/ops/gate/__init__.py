# ours: kept current by mlops-maturity upgrade
"""Whether a version may go on without a person: judged beside the champion on fresh rows."""
