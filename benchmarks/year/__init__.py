"""What each level buys: the same year of real rows, replayed through levels 0 to 4.

Needs level 4, which no project can have yet: see templates/automation/README.md.
"""
