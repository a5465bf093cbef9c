"""A table of the user's own, read by DuckDB: what a project on it looks like, and its copy.

file ── source ──> raw ── kinds ──> clean ── survey ──> Survey: the table's form, remarks, the copy

    source    a file as a relation; refuses what is no table
    kinds     what each column holds
    clean     the columns as the project will see them, counted
    roles     target, time and key; refuses those that cannot be
    task      what the model predicts
    features  what can be learnt from, and what cannot
    remarks   what a person should look at
    survey    all of it
"""

from generator.table.roles import Wish
from generator.table.survey import Survey, survey

__all__ = ["Survey", "Wish", "survey"]
