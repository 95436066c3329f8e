"""A cohort-component projection, for plans that have no projection of their own: births, deaths, moves, and ageing.

Source of the method: United Nations, Methods for population projections by sex and age (1956); Preston, Heuveline and
Guillot, Demography (2001), chapter 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from placeplan.baseline.population import band_start
from placeplan.core.tables import Component, Row

Array = np.ndarray[Any, np.dtype[np.float64]]

GIRLS = 100 / 205
"""Share of births that are girls: 105 boys to 100 girls. Source: ONS, Births in England and Wales, any year."""
OLDEST = 100
"""Single years of age are told apart below this age."""


def surviving(deaths: Any) -> Any:
    """Share of people who live a year longer: ``(1 − deaths / 2) / (1 + deaths / 2)``, at least 0.

    deaths: deaths a year for each person of the age (not each 1,000).

    >>> round(float(surviving(0.02)), 4)
    0.9802
    """
    return np.maximum((1.0 - deaths / 2) / (1.0 + deaths / 2), 0.0)


def aged(people: Any, survival: Any) -> Array:
    """People one band older: ``later[x + 1] = people[x] × survival[x + 1]``; the last band is open and keeps its survivors.

    people: ``[age]``; survival: ``[age + 1]``, the first that of births, the last that of the open band. The first band
    is left empty for births.

    >>> aged(np.array([100.0, 80.0, 50.0]), np.array([0.99, 0.9, 0.5, 0.2])).tolist()
    [0.0, 90.0, 50.0]
    """
    later = np.concatenate([np.zeros(1), people[:-1] * survival[1:-1]])
    later[-1] += people[-1] * survival[-1]
    return later


def births(women: Any, later: Any, fertility: Any, years: float) -> Any:
    """Live births of a step: ``years × Σ fertility × (women + later) / 2``.

    women, later: by age at the beginning and the end of the step; fertility: births a year for each woman, ``[age]``.

    >>> births(np.array([0.0, 100.0]), np.array([0.0, 90.0]), np.array([0.0, 0.1]), 5.0)
    47.5
    """
    return years * float(np.sum(fertility * (women + later) / 2))


def step(
    people: Array, survival: Array, fertility: Array, moves: Array, years: float = 1.0, girls: float = GIRLS
) -> Array:  # fmt: skip
    """People ``[sex, age]`` (women first) one step of ``years`` later, in bands of that width, the last one open.

    Half of those who move do so at the beginning and half at the end: ``L (people + moved / 2) + moved / 2``, with
    ``moved = people × moves``. survival: ``[sex, age + 1]``; fertility: ``[age]``; moves: share of people a step, ``[sex, age]``.
    """
    moved = people * moves
    here = people + moved / 2
    later = np.array([aged(p, s) for p, s in zip(here, survival, strict=True)])
    born = births(here[0], later[0], fertility, years)
    for n, share in enumerate((girls, 1.0 - girls)[: len(people)]):
        later[n, 0] += born * share * survival[n, 0]
    return np.maximum(later + moved / 2, 0.0)


def projected(
    areas: Sequence[str], sexes: Sequence[str], ages: Sequence[str], rows: Sequence[Row], people: Array
) -> Array:
    """Mid-year people ``[year, area, sex, age]`` from those of the first year and the rates of `components.csv`.

    By single years of age: those of a band are divided evenly over it, an open band over the years to 100. Areas without
    rows keep their people.
    """
    found = people.copy()
    width = [len(_singles(age)) for age in ages]
    edges = np.concatenate([[0], np.cumsum(width)[:-1]])
    for a, area in enumerate(areas):
        own = [r for r in rows if isinstance(r, Component) and r.area == area]
        own = own or [r for r in rows if isinstance(r, Component) and not r.area]
        if not own:
            continue
        deaths, moves = (_by_age(own, sexes, column, sum(width)) / 1000.0 for column in ("deaths", "moves"))
        fertility = _by_age(own, ("F",), "births", sum(width))[0] / 1000.0
        now = np.repeat(found[0, a] / np.array(width), width, axis=1)
        infant = surviving(deaths[:, :1] / 2)
        survival = np.hstack([infant, surviving(deaths)])
        for year in range(1, len(found)):
            now = step(now, survival, fertility, moves)
            found[year, a] = np.add.reduceat(now, edges, axis=1)
    return found


def _singles(age: str) -> range:
    """Single years of a band, an open one up to 100."""
    first = band_start(age)
    return range(first, max(OLDEST, first) + 1 if age.endswith("+") else int(age.split("-")[1]) + 1)


def _by_age(rows: Sequence[Component], sexes: Sequence[str], column: str, count: int) -> Array:
    """A rate by sex and ``count`` single years of age, ``[sex, age]``, per 1,000 a year."""
    found = np.zeros((len(sexes), count))
    for n, sex in enumerate(sexes):
        for row in sorted(rows, key=lambda r: r.sex != "all"):
            if row.sex in ("all", sex):
                last = count if row.age.endswith("+") else min(_singles(row.age).stop, count)
                found[n, band_start(row.age) : last] = getattr(row, column)
    return found
