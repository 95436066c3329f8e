"""Rates of the cohort-component projection, from mid-year estimates up to the origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from published import Published

Array = np.ndarray[Any, np.dtype[np.float64]]
AGES = (*tuple(f"{a}-{a}" for a in range(100)), "100+")
"""Single years of age, as the estimates have them."""
SEXES = ("F", "M")


def counted(data: Published, districts: Sequence[str], years: Sequence[int]) -> Array:
    """People of some districts together, ``[year, sex, age]``."""
    return np.array([
        [[sum(data.people[d, year, sex, age] for d in districts) for age in range(101)] for sex in SEXES]
        for year in years
    ])  # fmt: skip


def kept(people: Array) -> Array:
    """Of those of each age, how many are there a year later and a year older, ``[sex, age]``; years taken together.

    people: ``[year, sex, age]``, the last age open. Deaths and moves are both in it.

    >>> people = np.array([[[100.0, 90.0, 40.0]], [[100.0, 95.0, 52.0]]])
    >>> kept(people).round(3).tolist()
    [[0.95, 0.4, 0.4]]
    """
    before, after = people[:-1].sum(axis=0), people[1:].sum(axis=0)
    found = np.zeros_like(before)
    found[:, :-2] = after[:, 1:-1] / before[:, :-2]
    found[:, -2:] = (after[:, -1] / (before[:, -2] + before[:, -1]))[:, None]
    return found


def deaths_of(ratio: Array) -> Array:
    """Deaths for each person that leave so many: ``2 (1 − ratio) / (1 + ratio)``, 0 where there are more.

    The inverse of the projection's `surviving`.

    >>> deaths_of(np.array([0.98, 1.01])).round(4).tolist()
    [0.0202, 0.0]
    """
    return np.asarray(np.where(ratio < 1.0, 2.0 * (1.0 - ratio) / (1.0 + ratio), 0.0))


def birth_rate(people: Array, mothers: tuple[int, int], infant: float) -> float:
    """Births a year for each woman of child-bearing age: ``Σ infants / (infant × Σ women)``, women in the middle of each step.

    people: ``[year, sex, age]``; infant: share of the newborn who are counted.
    """
    first, last = mothers
    women = people[:, 0, first : last + 1].sum(axis=1)
    return float(people[1:, :, 0].sum() / (infant * ((women[:-1] + women[1:]) / 2).sum()))


def components(people: Array, mothers: tuple[int, int]) -> list[dict[str, object]]:
    """Rows of `components.csv`: net losses of an age as deaths, net gains as moves, per 1,000."""
    ratio = kept(people)
    deaths = deaths_of(ratio)
    moves = np.maximum(ratio - 1.0, 0.0)
    infant = float(np.mean((1 - deaths[:, 0] / 4) / (1 + deaths[:, 0] / 4)))
    births = 1000.0 * birth_rate(people, mothers, infant)
    return [
        {
            "sex": sex, "age": age, "deaths": 1000.0 * deaths[s, a], "moves": 1000.0 * moves[s, a],
            "births": births if sex == "F" and mothers[0] <= a <= mothers[1] else 0.0,
        }
        for s, sex in enumerate(SEXES) for a, age in enumerate(AGES)
    ]  # fmt: skip


def tables(data: Published, districts: Sequence[str], rule: Mapping[str, Any]) -> tuple[Array, list[dict[str, object]]]:
    """People in the middle of the base year, ``[sex, age]``, and the rates of their projection."""
    years = range(data.origin - rule["years"], data.origin + 1)
    people = counted(data, districts, years)
    return people[-1], components(people, tuple(rule["mothers"]))
