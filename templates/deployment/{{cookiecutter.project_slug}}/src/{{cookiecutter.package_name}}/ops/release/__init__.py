# ours: kept current by mlops-maturity upgrade
"""Two versions on live traffic: who is asked, which is better, and what follows."""
