"""Checks of a plan: one small named function each. Importing this package registers them all."""

from placeplan.plan.checks import (
    about,
    assumptions,
    beds,
    contracts,
    effects,
    initiatives,
    lists,
    promises,
    questions,
    sums,
    tables,
    travel,
)
from placeplan.plan.checks.base import CHECKS, run_checks

__all__ = [
    "CHECKS", "about", "assumptions", "beds", "contracts", "effects", "initiatives", "lists", "promises", "questions", "run_checks",
    "sums", "tables", "travel",
]  # fmt: skip
