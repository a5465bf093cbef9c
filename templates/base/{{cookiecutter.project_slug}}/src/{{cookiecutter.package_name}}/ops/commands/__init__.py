# ours: kept current by mlops-maturity upgrade
"""One module per verb, found by its file name: a docstring, `arguments(parser)`, `run(options)`."""
