"""What going along pays an organisation: its own statutory duty first, then the present value of its surplus."""

from __future__ import annotations

from typing import Any

import numpy as np

RATE = 0.035
"""Real discount rate a year: social time preference, HM Treasury, The Green Book (2003 and later; recalled). An assumption."""


def discount(rate: Any, inflation: Any, years: int) -> Any:
    """What £1 of each year is worth at the start of the run, in its prices: ``1 / ((1 + rate) × (1 + inflation))^(y + ½)``.

    rate: real, a year; inflation: general prices a year, a number or ``[future]``; years: of the run, y from 0; money comes
    over a year, so that its middle counts. Returns ``[…, year]``.

    >>> discount(0.035, 0.0, 2).round(4).tolist()
    [0.9829, 0.9497]
    """
    each = (1.0 + rate) * (1.0 + np.asarray(inflation, dtype=float))
    return 1.0 / each[..., None] ** (np.arange(years) + 0.5)


def present_value(surplus: Any, factors: Any) -> Any:
    """Present value of a surplus: ``Σ_y surplus_y × factors_y``.

    surplus: £ nominal of each year (negative: a deficit), ``[…, year]``; factors: `discount`. Nothing beyond the run's last
    year counts.

    >>> float(present_value(np.array([100.0, -50.0]), np.array([1.0, 0.5])))
    75.0
    """
    return (surplus * factors).sum(axis=-1)


def worth_of_years(factors: Any, paid: Any) -> Any:
    """What £1 in each of some years is worth at the start of the run: ``Σ_y factors_y × paid_y``.

    factors: `discount`, ``[…, year]``; paid: 1 in the years in which it is paid, else 0, ``[year]``.

    >>> float(worth_of_years(np.array([0.98, 0.95, 0.92]), np.array([0.0, 1.0, 1.0])).round(2))
    1.87
    """
    return (factors * paid).sum(axis=-1)
