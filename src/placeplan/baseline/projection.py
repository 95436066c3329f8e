"""A cohort-component projection, for plans that have no projection of their own: births, deaths, moves, and ageing.

Source of the method: United Nations, Methods for population projections by sex and age (1956); Preston, Heuveline and
Guillot, Demography (2001), chapter 6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from placeplan.baseline.accounts import Account, account, ratio_at, surviving
from placeplan.baseline.population import band_start
from placeplan.core.tables import Component, Row, Variant

Array = np.ndarray[Any, np.dtype[np.float64]]

GIRLS = 100 / 205
"""Share of births that are girls: 105 boys to 100 girls. Source: ONS, Births in England and Wales, any year."""
OLDEST = 100
"""Single years of age are told apart below this age."""


def step(
    people: Array, survival: Array, fertility: Array, moves: Array, years: float = 1.0, girls: float = GIRLS
) -> Array:  # fmt: skip
    """People ``[sex, age]`` a step later (`accounts.account`), where of those who move only the balance is known.

    moves: who moves in less who moves out, a share of people a step, ``[sex, age]``.
    """
    moved = people * moves
    return account(people, survival, fertility, np.maximum(moved, 0.0), np.maximum(-moved, 0.0), years, girls).later


@dataclass(frozen=True)
class Rates:
    """Rates by single years of age, a year for each person: ``[…, sex, age]``, births of women ``[…, age]``."""

    deaths: Array
    births: Array
    moves: Array
    arrivals: Array
    """Against the people of the first year."""
    leavers: Array

    def year(self, now: Array, base: Array, variants: Sequence[Variant], year: int, girls: float = GIRLS) -> Account:
        """The account of the year that ends ``year`` years after the first; now, base: people now and then, ``[…, sex, age]``."""
        ratios = {n: ratio(variants, n, year) for n in ("births", "deaths", "arrivals", "leavers")}
        deaths = self.deaths * ratios["deaths"]
        survival = np.concatenate([surviving(deaths[..., :1] / 2), surviving(deaths)], axis=-1)
        moved = now * self.moves
        arriving = (np.maximum(moved, 0.0) + base * self.arrivals) * ratios["arrivals"]
        leaving = (np.maximum(-moved, 0.0) + now * self.leavers) * ratios["leavers"]
        return account(now, survival, self.births * ratios["births"], arriving, leaving, 1.0, girls)


def ratio(variants: Sequence[Variant], name: str, year: int) -> float:
    """What variants that hold together multiply a rate by in a year after the first."""
    return prod(ratio_at(getattr(v, name), v.reached, year) for v in variants)


@dataclass(frozen=True)
class Followed:
    """People by year, and what became of them on the way."""

    people: Array
    """``[year, area, sex, age]``."""
    counts: Mapping[str, Array]
    """Births, deaths, arrivals and leavers of the year that ends in each mid-year, ``[year, area]``; 0 for the first."""


COUNTED = ("births", "deaths", "arrivals", "leavers")


def projected(
    areas: Sequence[str], sexes: Sequence[str], ages: Sequence[str], rows: Sequence[Row], people: Array
) -> Array:
    """Mid-year people ``[year, area, sex, age]`` from those of the first year and the rates of `components.csv`.

    By single years of age: those of a band are divided evenly over it, an open band over the years to 100. Areas without
    rows keep their people.
    """
    return followed(areas, sexes, ages, rows, people).people


def followed(
    areas: Sequence[str], sexes: Sequence[str], ages: Sequence[str], rows: Sequence[Row], people: Array,
    variants: Sequence[Variant] = (),
) -> Followed:  # fmt: skip
    """The same with what variants change, and with the births, deaths and moves of each year."""
    found, counts = people.copy(), {n: np.zeros(people.shape[:2]) for n in COUNTED}
    width = np.array([len(_singles(age)) for age in ages])
    edges = np.concatenate([[0], np.cumsum(width)[:-1]])
    moving = [n for n, area in enumerate(areas) if rows_for(rows, area)]
    if not moving:
        return Followed(found, counts)
    base = now = np.repeat(found[0, moving] / width, width, axis=-1)
    rates = _rates(rows, [areas[n] for n in moving], sexes, int(width.sum()))
    for year in range(1, len(found)):
        done = rates.year(now, base, variants, year)
        now = done.later
        found[year, moving] = np.add.reduceat(now, edges, axis=-1)
        for n in COUNTED:
            counts[n][year, moving] = getattr(done, n).reshape(len(moving), -1).sum(axis=1)
    return Followed(found, counts)


def _rates(rows: Sequence[Row], areas: Sequence[str], sexes: Sequence[str], count: int) -> Rates:
    """Rates of some areas, ``[area, sex, age]``; those without rows of their own share the rows for all."""
    own = {r.area for r in rows if isinstance(r, Component)}
    known = {key: rates_of(rows_for(rows, key), sexes, count) for key in {a if a in own else "" for a in areas}}
    each = [known[a if a in own else ""] for a in areas]
    return Rates(
        *(np.array([getattr(r, n) for r in each]) for n in ("deaths", "births", "moves", "arrivals", "leavers"))
    )


def rows_for(rows: Sequence[Row], area: str) -> list[Component]:
    """The rows of an area, or those for all areas where it has none."""
    given = [r for r in rows if isinstance(r, Component)]
    return [r for r in given if r.area == area] or [r for r in given if not r.area]


def rates_of(own: Sequence[Component], sexes: Sequence[str], count: int) -> Rates:
    """Rates of one area by ``count`` single years of age."""
    deaths, moves, arrivals, leavers = (
        _by_age(own, sexes, column, count) / 1000.0 for column in ("deaths", "moves", "arrivals", "leavers")
    )
    return Rates(deaths, _by_age(own, ("F",), "births", count)[0] / 1000.0, moves, arrivals, leavers)


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
