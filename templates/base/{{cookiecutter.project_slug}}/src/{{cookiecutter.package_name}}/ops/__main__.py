# ours: kept current by mlops-maturity upgrade
"""`python -m` does what `ops` does."""

from .cli import main

main()
