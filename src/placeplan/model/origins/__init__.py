"""What each outcome is made of, and the function that computes it: the tables behind `explain`, one file a part."""

from __future__ import annotations

from placeplan.model.origins import beds, care, contacts, equity, lists, money, packages, staff
from placeplan.model.trace import Origin

ORIGINS: dict[str, Origin] = (
    care.ORIGINS
    | contacts.ORIGINS
    | equity.ORIGINS
    | beds.ORIGINS
    | packages.ORIGINS
    | lists.ORIGINS
    | money.ORIGINS
    | staff.ORIGINS
)
"""By outcome; a test holds that each outcome of the model has one."""
