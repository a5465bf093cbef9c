"""What each level buys: the same year of real rows, replayed through levels 0 to 4."""
