"""The likely range of people, from pairs of high and low variants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


def likely_low(people: Any, lows: Sequence[Any]) -> Any:
    """10th percentile of people: ``people × exp(−√(Σ log(people / low)²))``, each low counted as at most people.

    people: of the central projection; lows: one for each driver, the lower of its two variants. Births, deaths and moves are
    taken to be independent of each other, and the two variants of each to hold 4 futures of 5 between them: an assumption, as
    those who publish variants give them no probability.

    Fertility may take 5 of 100 and migration 2 of 100, and both together 5.4:

    >>> round(float(likely_low(100.0, [95.0, 98.0])), 2)
    94.64
    """
    people = np.asarray(people, dtype=float)
    total = np.zeros_like(people)
    for low in lows:
        total = total + _apart(people, np.minimum(low, people)) ** 2
    return people * np.exp(-np.sqrt(total))


def likely_high(people: Any, highs: Sequence[Any]) -> Any:
    """90th percentile of people: ``people × exp(√(Σ log(high / people)²))``, each high counted as at least people.

    people: of the central projection; highs: one for each driver, the higher of its two variants.

    >>> round(float(likely_high(100.0, [106.0, 103.0])), 2)
    106.75
    """
    people = np.asarray(people, dtype=float)
    total = np.zeros_like(people)
    for high in highs:
        total = total + np.where(people > 0, _apart(np.maximum(high, people), people), 0.0) ** 2
    return np.where(people > 0, people * np.exp(np.sqrt(total)), np.max([people, *highs], axis=0))


def _apart(more: Any, less: Any) -> Array:
    """log(more / less); without bound where less is nobody, 0 where both are."""
    more, less = np.asarray(more, dtype=float), np.asarray(less, dtype=float)
    ratio = np.where(less > 0, more / np.where(less > 0, less, 1.0), np.where(more > 0, np.inf, 1.0))
    return np.asarray(np.log(ratio))
