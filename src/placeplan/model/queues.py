"""Waiting lists in monthly bins of waiting time: who comes, who is served next, who leaves without care.

Bin ``k`` holds people who have waited at least k and less than k + 1 months; the last bin is open. Arrays of bins are
``[bin, future]``, numbers of people ``[future]``; neither has to be whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.core.sums import in_order, table

Array = np.ndarray[Any, np.dtype[np.float64]]

BINS = 25
"""Bins of waiting time: 0, 1, … months, and 24 and more."""
MONTH = 365.25 / 12.0
"""Days of a mean month."""
WEEKS_18 = 18 * 7 / MONTH
WEEKS_52 = 52 * 7 / MONTH
"""Months in 18 and 52 weeks: 4.14 and 11.96."""


def listed_after(listed: Any, starts: Any, stops: Any, removals: Any) -> Any:
    """People on a list at a month's end: ``listed + starts − stops − removals``, people of the month.

    >>> listed_after(1000.0, 300.0, 280.0, 30.0)
    990.0
    """
    return listed + starts - stops - removals


def clock_starts(asked: Any, removed: Any, usual: Any) -> Any:
    """People who join a list in a month: ``asked × (1 + removed / usual)``.

    asked: contacts asked for at base-year access, which is what was given; removed: people a month who left the list
    without care in the base year; usual: people a month who were served. So in the base year who comes is who is
    served or leaves, and the list neither grows nor shrinks.

    >>> float(clock_starts(330.0, 30.0, 300.0).round(9))
    363.0
    """
    return asked * (1.0 + removed / np.where(usual > 0, usual, 1.0))


def removed(listed: Any, share: Any) -> Any:
    """People (or bins of them) who leave a list in a month without care: ``listed × share``.

    >>> removed(1000.0, 0.03)
    30.0
    """
    return listed * share


def served(waiting: Any, capacity: Any) -> Any:
    """People of a list who are served in a month: ``least(waiting, capacity)``.

    >>> float(served(1200.0, 300.0))
    300.0
    """
    return np.minimum(waiting, capacity)


def usual_or(capacity: Any, asked: Any) -> Any:
    """Places of a month: the ``capacity``, or what is asked for where nothing limits it, ``capacity = ∞``.

    >>> float(usual_or(np.inf, 300.0)), float(usual_or(250.0, 300.0))
    (300.0, 250.0)
    """
    return np.where(np.isfinite(capacity), capacity, asked)


def for_admission(seen: Any, asked_first: Any, asked_admission: Any) -> Any:
    """People listed for admission, as they are seen: ``least(seen, seen / asked_first × asked_admission)``.

    People a month; asked_first: contacts asked for by those who come to be seen; asked_admission: of the month's clock
    starts those who need an admission. Where fewer are seen than
    come, fewer are listed; whoever is seen later is listed later.

    >>> float(for_admission(240.0, 300.0, 100.0)), float(for_admission(50.0, 50.0, 80.0))
    (80.0, 50.0)
    """
    some = asked_first > 0
    wanted = np.where(some, seen / np.where(some, asked_first, 1.0) * asked_admission, asked_admission)
    return np.minimum(wanted, seen)


def aged(bins: Any) -> Array:
    """Bins a month later: each one on, the open last bin keeps its own, ``bin'[k] = bin[k − 1]``, ``bin'[0] = 0``.

    bins: people by whole months waited, ``[bin, future]``.

    >>> aged([3.0, 2.0, 1.0]).tolist()
    [0.0, 3.0, 3.0]
    """
    before = table(bins)
    after: Array = np.empty_like(before)
    after[0], after[1:] = 0.0, before[:-1]
    after[-1] += before[-1]
    return after


def at_random(bins: Any, number: Any) -> Any:
    """Who is served when anybody may be next: from each bin ``bin × number / people``.

    bins: people by whole months waited, the last bin open; number: people served; people: all bins together.

    >>> at_random([4.0, 4.0, 2.0], 5.0).tolist()
    [2.0, 2.0, 1.0]
    """
    waiting = table(bins)
    people = in_order(waiting)
    return waiting * np.minimum(number / np.where(people > 0, people, 1.0), 1.0)


def oldest_first(bins: Any, number: Any) -> Any:
    """Who is served when the longest waiter is next: ``least(bin, most(0, number − people in older bins))``; bins, number: as in `at_random`.

    >>> oldest_first([4.0, 4.0, 2.0], 5.0).tolist()
    [0.0, 3.0, 2.0]
    """
    waiting = table(bins)
    older = np.zeros_like(waiting)
    older[:-1] = np.cumsum(waiting[:0:-1], axis=0)[::-1]
    return np.minimum(waiting, np.maximum(number - older, 0.0))


def mixed(bins: Any, number: Any, mix: Any) -> Any:
    """Who is served by a mix: ``(1 − mix) × number`` at random, then ``mix × number`` oldest first.

    bins, number: as in `at_random`; mix: share of those served who are next because they wait longest.

    >>> mixed([4.0, 4.0, 2.0], 5.0, 0.5).tolist()
    [1.0, 2.0, 2.0]
    """
    waiting = table(bins)
    chosen = at_random(waiting, (1.0 - mix) * number)
    return np.minimum(chosen + oldest_first(waiting - chosen, mix * number), waiting)


def urgent_first(urgent: Any, routine: Any, number: Any, mix: Any) -> tuple[Any, Any]:
    """Who is served, urgent and routine: ``least(number, urgent)``, then routine from what is left.

    Urgent patients go oldest first, routine ones by the mix of oldest-first and random.

    >>> [t.tolist() for t in urgent_first([2.0, 1.0], [4.0, 2.0], 5.0, 1.0)]
    [[2.0, 1.0], [0.0, 2.0]]
    """
    ahead = np.minimum(number, in_order(urgent))
    rest = np.minimum(number - ahead, in_order(routine))
    return oldest_first(urgent, ahead), mixed(routine, rest, mix)


def not_aside(routine: Any, aside: Any, number: Any, mix: Any) -> tuple[Any, Any]:
    """Places of routine patients who have their turn by age, and the mix among them, where others are passed over.

    ``least(routine, number − chance × aside / (routine + aside))`` with ``chance = (1 − mix) × number``: chance takes from
    all alike, age only from those who are not aside; their mix is ``1 − chance × routine / (routine + aside) / places``.
    routine, aside: people; number: people served, at most all; what is left of it goes to those aside, by chance.

    >>> [float(x) for x in not_aside(80.0, 20.0, 50.0, 0.5)]
    [45.0, 0.5555555555555556]
    """
    people = routine + aside
    chance = (1.0 - mix) * number / np.where(people > 0, people, 1.0)
    places = np.minimum(routine, number - chance * aside)
    some = np.where(places > 0, places, 1.0)
    return places, np.where(aside > 0, np.maximum(1.0 - chance * routine / some, 0.0), mix)


def waiting_less(bins: Any, months: float) -> Any:
    """People who have waited less than some months, evenly spread within a bin: whole bins + ``part × bin``.

    >>> float(waiting_less([10.0, 8.0, 6.0], 1.5))
    14.0
    """
    waiting = table(bins)
    whole = int(months)
    return in_order(waiting[:whole]) + (months - whole) * waiting[whole]


def share_of(part: Any, whole: Any) -> Any:
    """A share of a list: ``part / whole``; 1 where nobody waits, as nobody then waits too long.

    >>> float(share_of(90.0, 100.0)), float(share_of(0.0, 0.0))
    (0.9, 1.0)
    """
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 1.0)


def median_weeks(bins: Any) -> Any:
    """Weeks that half of those listed have waited: ``Σ least(1, most(0, half − people before) / bin) × 4.35``.

    people before: those in younger bins.

    >>> round(float(median_weeks([4.0, 4.0, 0.0])), 2)
    4.35
    """
    waiting = table(bins)
    younger = np.cumsum(waiting, axis=0) - waiting
    left = np.maximum(in_order(waiting) / 2.0 - younger, 0.0)
    part = np.where(waiting > 0, left / np.where(waiting > 0, waiting, 1.0), left > 0)
    return in_order(np.minimum(part, 1.0)) * (MONTH / 7.0)


def put_off(came_due: Any, owing: Any) -> Any:
    """Planned patients cancelled in a month: who fell due in it and is still owed, ``least(came_due, owing)``.

    came_due: patients who fell due in the month; owing: patients put off, at the month's end; who was put off before goes first.

    >>> float(put_off(100.0, 7.0))
    7.0
    """
    return np.minimum(came_due, owing)
