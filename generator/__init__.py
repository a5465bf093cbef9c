"""A maturity level and what a user chose, turned into a project that runs."""
