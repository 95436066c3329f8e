"""Checks of a plan: one small named function each. Importing this package registers them all."""

from placeplan.plan.checks import base
from placeplan.plan.checks.base import run_checks

__all__ = ["base", "run_checks"]
