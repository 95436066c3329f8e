"""Packages of care: home care, care homes and short-term care as stocks with starts and ends.

Numbers of people are means and need not be whole: packages are many, and their chance lies in who comes from hospital.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from placeplan.capacity.base import Capacity
from placeplan.capacity.contacts import followed


class Packages(Capacity, kind="packages"):
    """Packages of one kind of care in one council's area: who ends makes room, who asks starts or waits."""

    kind: Literal["packages"] = "packages"
    example: ClassVar[dict[str, object]] = {"kind": "packages"}


def turnover(days: Any, weeks: Any) -> Any:
    """How many mean lengths of a package fit into a month: ``days / (7 × weeks)``.

    >>> turnover(28, 8.0)
    0.5
    """
    return days / (7.0 * weeks)


def in_use_after(in_use: Any, starts: Any, turns: Any) -> Any:
    """Packages at the month's end: ``(in_use + starts) / (1 + turns)``.

    A stay of geometric length, as in a bed: whoever starts may end in the same month, so that packages shorter than a month
    are held as well. Steady where ``starts = in_use × turns``: Little's law, packages = starts a week × weeks.

    >>> in_use_after(100.0, 50.0, 0.5)
    100.0
    """
    return (in_use + starts) / (1.0 + turns)


def ends(in_use: Any, starts: Any, turns: Any) -> Any:
    """Packages that end in the month: ``(in_use + starts) × turns / (1 + turns)``.

    >>> ends(100.0, 50.0, 0.5)
    50.0
    """
    return (in_use + starts) * turns / (1.0 + turns)


def places(capacity: Any, in_use: Any, turns: Any) -> Any:
    """Packages that can start in the month: ``most(0, capacity × (1 + turns) − in_use)``.

    So many that those in use at the month's end just fill the capacity. Where it fell below those in use nobody is sent
    away, and nobody starts until enough have ended.

    >>> float(places(100.0, 90.0, 0.5)), float(places(50.0, 90.0, 0.5))
    (60.0, 0.0)
    """
    return np.maximum(capacity * (1.0 + turns) - in_use, 0.0)


def capacity_now(capacity: Any, supply: Any, follow: Any, need: Any, fees: Any, staff: Any) -> Any:
    """Packages that the market can give: ``capacity × most(0, 1 + supply) × followed × fees × staff``.

    supply: change of supply, share; follow: share of need's growth that the market follows; need: against the base year,
    before any effect; fees: what lower fees leave, ratio; staff: at work against the base year, ratio.

    >>> round(float(capacity_now(100.0, -0.05, 0.5, 1.1, 1.0, 1.0)), 3)
    99.75
    """
    return capacity * np.maximum(1.0 + supply, 0.0) * followed(follow, need) * fees * staff


def hospital_places(room: Any, hospital: Any, community: Any, first: Any) -> Any:
    """Places of the month for people from hospital.

    ``most(room − community, part + first × (least(hospital, room) − part))`` with ``part = room × hospital / (hospital +
    community)``: in proportion to who asks (first 0), all of it to the hospital first (first 1), and whatever the
    community does not ask for in any case. All in packages a month; first: share.

    >>> [float(hospital_places(60.0, 40.0, 80.0, f)) for f in (0.0, 0.5, 1.0)], float(hospital_places(150.0, 40.0, 80.0, 0.0))
    ([20.0, 30.0, 40.0], 70.0)
    """
    asked = hospital + community
    part = room * hospital / np.where(asked > 0, asked, 1.0)
    return np.maximum(room - community, part + first * (np.minimum(hospital, room) - part))


def queue_beyond(queue: Any, usual: Any) -> Any:
    """People held up in hospital beyond those of a usual month: ``most(0, queue − usual)``.

    usual: those who come to be held up in a day of the month × the nights that they wait in the base year.

    >>> float(queue_beyond(12.0, 9.0))
    3.0
    """
    return np.maximum(queue - usual, 0.0)


def starts(asked: Any, room: Any) -> Any:
    """Packages that start: ``least(asked, most(0, room))``; who asks and does not start waits.

    >>> float(starts(70.0, 60.0))
    60.0
    """
    return np.minimum(asked, np.maximum(room, 0.0))


def exit_share(share: Any, chance: Any, needing: Any) -> Any:
    """Share of those held up who wait for one way out: ``share / most(chance, needing)``.

    share: of all who are ready, that needs it; chance: share of all who are ready that is held up; needing: share of them
    that needs any care. People who need none (pathway 0) are held up only where more are than need care.

    >>> round(float(exit_share(0.3, 0.1, 0.4)), 3), round(float(exit_share(0.3, 0.5, 0.4)), 3)
    (0.75, 0.6)
    """
    return share / np.maximum(np.maximum(chance, needing), 1e-12)


def placed_at_once(ready: Any, share: Any, chance: Any, held: Any, room: Any) -> Any:
    """People a month who leave with their care as soon as they are ready: ``least(ready × (share − chance × held), room)``.

    ready: people a month whose long stay ends; share: of them that needs this way out; chance × held: share of them that
    is held up for it in the base year. Those beyond the room are held up too.

    >>> float(placed_at_once(100.0, 0.5, 0.25, 0.5, 50.0)), float(placed_at_once(100.0, 0.5, 0.25, 0.5, 20.0))
    (37.5, 20.0)
    """
    return np.minimum(np.maximum(ready * (share - chance * held), 0.0), np.maximum(room, 0.0))


def step_down_places(free: Any, leaving: Any, part: Any) -> Any:
    """Beds of the month for people who step down into another pool: ``most(0, free) + leaving × part``.

    free: beds open and empty with nobody waiting for them; leaving: people who leave that pool in a month; part: share of
    the beds they leave that goes to people who step down.

    >>> float(step_down_places(3.0, 40.0, 0.5)), float(step_down_places(-2.0, 40.0, 0.5))
    (23.0, 20.0)
    """
    return np.maximum(free, 0.0) + leaving * part
