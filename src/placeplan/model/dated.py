"""What is otherwise from a month on: a partner leaves, work is halted, closures are held, prices grow at another rate.

Each is a number by future (`model.draws.WhatIf.dated`), so that worlds in which it happens run beside worlds in which it does
not. Months are counted from the run's first, as starts are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from placeplan.effects.base import Primitive
from placeplan.model.draws import Draws

HALT_FROM, HALT_MONTHS = "halt from", "halt months"
"""Month in which a halt begins, and how many months it lasts."""
TOGETHER = "together "
"""Before a relationship: where it is 1, nobody leaves."""
HELD_FROM = "closures held from"
"""Month from which nothing closes any more."""
ENDS, FASTER, FASTER_FROM = "ends ", "faster ", "faster from "
"""Before an initiative: the last month in which it can work. Before an assumption: points by which a yearly rate changes, and the
first yearly step in which it does, counted from 1."""


def usual(name: str) -> float:
    """What stands under a name where nothing is otherwise: no change, or a month that never comes.

    >>> usual(HALT_MONTHS), usual(ENDS + "hub")
    (0.0, inf)
    """
    speed = name.startswith(FASTER) and not name.startswith(FASTER_FROM)
    return 0.0 if speed or name == HALT_MONTHS or name.startswith(TOGETHER) else np.inf


def halted(start: Any, ahead: int, since: Any, months: Any) -> Any:
    """Start of what is planned, after a halt: ``start + months`` where ``start − ahead ≥ since``, else as it was.

    start: month; ahead: months of building or double running before it. What is under way when the halt comes goes on.

    Twelve months from month 10; the second is being built since month 8:

    >>> [float(halted(start, ahead, 10, 12)) for start, ahead in ((14, 0), (14, 6), (9, 0))]
    [26.0, 14.0, 9.0]
    """
    return start + np.where(start - ahead >= since, months, 0.0)


def in_halt(start: Any, ahead: int, since: Any, months: Any) -> Any:
    """Whether work on what starts in a month would begin within a halt: ``since ≤ start − ahead < since + months``.

    >>> [bool(in_halt(start, 0, 10, 12)) for start in (9, 10, 21, 22)]
    [False, True, True, False]
    """
    return (start - ahead >= since) & (start - ahead < since + months)


def after_halt(start: Any, ahead: int, since: Any, months: Any) -> Any:
    """Start of what had to wait into a halt: its end, ``since + months + ahead``, where it would begin within it.

    start: month, however late; ahead: months of work before it.

    >>> [float(after_halt(start, 2, 10, 12)) for start in (11, 12, 24)]
    [11.0, 24.0, 24.0]
    """
    return np.where(in_halt(start, ahead, since, months), since + months + ahead, start)


def price_path(rate: Any, more: Any, since: Any, years: int) -> Any:
    """Prices against the base year where their rate changes: ``Π (1 + rate + more [y ≥ since])`` over the years y from 1.

    Two years at 2 %, then one at 1 %:

    >>> round(float(price_path(0.02, -0.01, 3, 3)), 6)
    1.050804
    """
    index: Any = 1.0
    for year in range(1, years + 1):
        index = index * (1.0 + np.where(year >= since, rate + more, rate))
    return index


def amount_of(draws: Draws, initiative: str, p: Primitive, started: Mapping[str, Any]) -> Any:
    """How much a primitive does, ``[future]``: nought where it closes something and began when closures were held.

    What gives a number that is drawn closes only where it lies below nought.
    """
    found = draws.amount(initiative, p)
    held = draws.what_if.dated.get(HELD_FROM) if p.closes else None
    if held is None:
        return found
    kept = np.maximum(found, 0.0) if isinstance(p.quantity, str) and p.verb == "add" else 0.0
    return np.where(started[initiative] < held, found, kept)


def of_closures(draws: Draws, uptake: Mapping[str, Any], started: Mapping[str, Any]) -> Mapping[str, Any]:
    """Uptake by initiative of its moves away from what closes, ``[future]``: nought where closures were held."""
    held = draws.what_if.dated.get(HELD_FROM)
    return uptake if held is None else {i: np.where(started[i] < held, u, 0.0) for i, u in uptake.items()}
