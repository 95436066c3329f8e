"""The register of assumptions: every value that is assumed, its range, where it comes from and how sure we are of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from placeplan.futures.assumptions import Assumption
from placeplan.plan.draft import Draft

BLANK = ("", "unknown", "tbc", "to be confirmed", "none", "n/a", "?")
"""What stands for a source where there is none."""


@dataclass(frozen=True)
class Entry:
    """One assumption."""

    id: str
    about: str
    value: float
    low: float
    high: float
    unit: str
    spread: str
    """How its values are spread."""
    kind: str
    level: str
    source: str
    own: bool
    """Whether the plan says it, rather than the library."""

    @property
    def sourced(self) -> bool:
        """Whether a source is given."""
        return self.source.strip().casefold() not in BLANK


def register(draft: Draft) -> list[Entry]:
    """Every assumption of a plan, those without a source first, then its own, then the library's.

    The range is that in which 8 of 10 futures lie.
    """
    found = list(_entries(draft))
    return sorted(found, key=lambda e: (e.sourced, not e.own, e.id))


def _entries(draft: Draft) -> Iterator[Entry]:
    for item in draft.assumptions:
        a: Assumption = item.value
        low, high = (float(v) for v in a.distribution.quantile(np.array([0.1, 0.9])))
        yield Entry(a.id, a.about, float(a.distribution.middle), low, high, a.unit, a.distribution.name, a.kind, a.level, a.source, item.own)  # fmt: skip
