"""The account of a year: who was born, died, came and left, so that people later follow from people now.

Source of the method: United Nations, Methods for population projections by sex and age (1956); Preston, Heuveline and
Guillot, Demography (2001), chapters 3 and 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Account:
    """One step: ``later = people + births − deaths + arrivals − leavers``, in each sex; all ``[…, sex, age]`` but births, ``[…, sex]``.

    Deaths stand at the age at which the step began (of infants at the first), moves at the age at which they are counted.
    """

    later: Array
    births: Array
    deaths: Array
    arrivals: Array
    leavers: Array


def surviving(deaths: Any) -> Any:
    """Share of people who live a year longer: ``(1 − deaths / 2) / (1 + deaths / 2)``, at least 0.

    deaths: deaths a year for each person of the age (not each 1,000).

    >>> round(float(surviving(0.02)), 4)
    0.9802
    """
    return np.maximum((1.0 - deaths / 2) / (1.0 + deaths / 2), 0.0)


def aged(people: Any, survival: Any) -> Array:
    """People one band older: ``later[x + 1] = people[x] × survival[x + 1]``; the last band is open and keeps its survivors.

    people: ``[…, age]``; survival: ``[…, age + 1]``, the first that of births, the last that of the open band. The first band
    is left empty for births.

    >>> aged(np.array([100.0, 80.0, 50.0]), np.array([0.99, 0.9, 0.5, 0.2])).tolist()
    [0.0, 90.0, 50.0]
    """
    later = np.zeros_like(people)
    later[..., 1:] = people[..., :-1] * survival[..., 1:-1]
    later[..., -1] += people[..., -1] * survival[..., -1]
    return np.asarray(later)


def births(women: Any, later: Any, fertility: Any, years: float) -> Any:
    """Live births of a step: ``years × Σ fertility × (women + later) / 2``.

    women, later: by age at the beginning and the end of the step, ``[…, age]``; fertility: births a year for each woman,
    ``[…, age]``.

    >>> float(births(np.array([0.0, 100.0]), np.array([0.0, 90.0]), np.array([0.0, 0.1]), 5.0))
    47.5
    """
    return years * np.sum(fertility * (women + later) / 2, axis=-1)


def left(people: Any, moving_in: Any, moving_out: Any) -> Any:
    """Those who move out in half a step: ``least(moving_out / 2, people + moving_in / 2)``; nobody leaves who is not there.

    people: those there; moving_in, moving_out: people of a whole step.

    >>> float(left(10.0, 4.0, 6.0)), float(left(1.0, 0.0, 6.0))
    (3.0, 1.0)
    """
    return people + moving_in / 2 - np.maximum(people + (moving_in - moving_out) / 2, 0.0)


def account(
    people: Array, survival: Array, fertility: Array, moving_in: Array, moving_out: Array, years: float, girls: float
) -> Account:  # fmt: skip
    """People ``[…, sex, age]`` (women first) one step of ``years`` later, in bands of that width, the last one open.

    Half of those who move do so at the beginning and half at the end: ``L (people + moved / 2) + moved / 2``, with moved =
    moving_in − moving_out, people a step. survival: ``[…, sex, age + 1]``; fertility: ``[…, age]``; girls: share of births.
    """
    out = left(people, moving_in, moving_out)
    here = people + moving_in / 2 - out
    later = aged(here, survival)
    dying = 1.0 - survival
    deaths = here * np.concatenate([dying[..., 1:-1], dying[..., -1:]], axis=-1)
    both = np.array([girls, 1.0 - girls])[: people.shape[-2]]
    born = np.asarray(births(here[..., 0, :], later[..., 0, :], fertility, years))[..., None] * both
    later[..., 0] += born * survival[..., 0]
    deaths[..., 0] += born * dying[..., 0]
    out_later = left(later, moving_in, moving_out)
    return Account(later + moving_in / 2 - out_later, born, deaths, moving_in, out + out_later)


def life_expectancy(deaths: Any) -> float:
    """Years that a newborn lives at these rates: ``Σ lived × (1 + survival) / 2``, the open age adding ``lived / deaths``.

    deaths: deaths a year for each person, by single years of age, the last of them open, ``[age]``. survival: share who live a
    year longer; lived: share who reach the age.

    Nobody dies but in the open age, from 2 on, where half do in a year:

    >>> life_expectancy(np.array([0.0, 0.0, 0.5]))
    4.0
    """
    survival = surviving(np.asarray(deaths)[:-1])
    lived = np.concatenate([[1.0], np.cumprod(survival)])
    last = float(deaths[-1])
    return float(np.sum(lived[:-1] * (1.0 + survival) / 2)) + (float(lived[-1]) / last if last else float("inf"))


def ratio_at(ratio: float, reached: float, year: int) -> float:
    """What a variant multiplies a rate by: ``1 + (ratio − 1) × least(1, year / reached)``; at once where reached is 0.

    ratio: in the end; reached: years until then; year: years after the first.

    >>> ratio_at(0.8, 10, 5), ratio_at(0.8, 10, 20), ratio_at(0.8, 0, 1)
    (0.9, 0.8, 0.8)
    """
    return 1.0 + (ratio - 1.0) * (min(1.0, year / reached) if reached else 1.0)
