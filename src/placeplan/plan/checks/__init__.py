"""Checks of a plan: one small named function each. Importing this package registers them all."""

from placeplan.plan.checks import (
    about,
    assumptions,
    beds,
    capital,
    cohorts,
    contacts,
    contracts,
    effects,
    initiatives,
    lists,
    paid,
    promises,
    questions,
    rules,
    spills,
    sums,
    tables,
    travel,
    triangulation,
    triggers,
)
from placeplan.plan.checks.base import CHECKS, run_checks

__all__ = [
    "CHECKS", "about", "assumptions", "beds", "capital", "cohorts", "contacts", "contracts", "effects", "initiatives", "lists", "paid", "promises",
    "questions", "rules", "run_checks", "spills", "sums", "tables", "travel", "triangulation", "triggers",
]  # fmt: skip
