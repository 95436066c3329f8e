"""Contacts that can run out: what can be given, what is, who waits, who is lost, and who comes to another door.

One month at a time; who is not seen waits until a later month, is lost, or spills. Nobody is lost from the books: who asked
and who waited were given care, wait, or are counted as gone.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from placeplan.capacity.base import Capacity

LONGEST_WAIT = 120.0
"""Months at which a mean wait is cut off: where nothing is given, nobody's turn ever comes."""


class Contacts(Capacity, kind="contacts"):
    """What a door of care gives a month: those who wait and those who ask, up to its capacity."""

    kind: Literal["contacts"] = "contacts"
    example: ClassVar[dict[str, object]] = {"kind": "contacts"}


def from_staff(wte: Any, contacts_per_wte: Any) -> Any:
    """Capacity of staff: ``wte × contacts_per_wte``, contacts a month.

    wte: whole-time equivalents at work; contacts_per_wte: contacts a month by one of them.

    >>> from_staff(140.0, 95.0)
    13300.0
    """
    return wte * contacts_per_wte


def from_use(activity: Any, used: Any) -> Any:
    """Capacity of the base year where it is known how much of it was used: ``activity / 12 / used``, contacts a month.

    activity: contacts of the base year; used: share of the year's capacity.

    >>> from_use(114_000.0, 0.95)
    10000.0
    """
    return activity / 12.0 / used


def followed(follow: Any, need: Any) -> Any:
    """How far what can be given follows need: ``most(0, 1 + follow × (need − 1))``, ratio to the base year.

    follow: share of need's growth that is followed (1: all of it; 0: none); need: against the base year, ratio.

    >>> float(followed(0.5, 1.2))
    1.1
    """
    return np.maximum(1.0 + follow * (need - 1.0), 0.0)


def capacity(usual: Any, strength: Any, productivity: Any, grown: Any, opened: Any, month_share: Any) -> Any:
    """Contacts that can be given in a month: ``most(0, usual × strength × productivity × grown + opened) × 12 × month_share``.

    usual: contacts a month of the base year's staff; strength: staff at work against the base year's; productivity:
    contacts per whole-time equivalent against the base year's; grown: `followed` of the twelve months before; opened:
    contacts a month that initiatives opened (negative: closed); month_share: the month's days over its year's.

    >>> round(float(capacity(10_000.0, 0.9, 1.1, 1.0, 100.0, 1 / 12)), 6)
    10000.0
    """
    return np.maximum(usual * strength * productivity * grown + opened, 0.0) * (12.0 * month_share)


def contacts_given(asked: Any, backlog: Any, can: Any) -> Any:
    """Contacts given in a month: ``least(asked + backlog, can)``.

    asked: contacts asked for in the month; backlog: waiting since before; can: capacity of the month.

    >>> float(contacts_given(900.0, 300.0, 1000.0))
    1000.0
    """
    return np.minimum(asked + backlog, can)


def gone(not_seen: Any, gives_up: Any) -> Any:
    """Contacts that will never be given here: ``not_seen × gives_up``.

    not_seen: asked for or waiting, and not given; gives_up: share that gives up in a month; 1 where nobody waits.

    >>> gone(200.0, 0.05)
    10.0
    """
    return not_seen * gives_up


def next_backlog(asked: Any, backlog: Any, given: Any, left: Any) -> Any:
    """People who wait at the month's end: ``asked + backlog − given − left``.

    left: of them, those who gave up, were lost or went elsewhere; contacts of the month.

    >>> next_backlog(900.0, 300.0, 1000.0, 10.0)
    190.0
    """
    return asked + backlog - given - left


def spilled(left: Any, coefficient: Any) -> Any:
    """Contacts that come to another door a month later: ``left × coefficient``.

    left: contacts that are never given at this door; coefficient: contacts at the other door for each of them.

    >>> spilled(200.0, 0.25)
    50.0
    """
    return left * coefficient


def mean_wait(backlog: Any, leaving: Any) -> Any:
    """Mean wait in months: ``least(120, backlog / leaving)``, by Little's law.

    backlog: people waiting at the month's end; leaving: people whose wait ended in the month (seen, or given up).
    Source: Little (1961), Operations Research 9, 383–387.

    >>> float(mean_wait(500.0, 1000.0))
    0.5
    """
    some = np.maximum(leaving, 1e-9)
    return np.minimum(backlog / some, LONGEST_WAIT)
