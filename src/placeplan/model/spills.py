"""Spills in a run: who is not given care at one door and comes to another a month later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.capacity.contacts import spilled
from placeplan.core.forms import turn
from placeplan.core.tables import ContactCapacity, Spill
from placeplan.futures.assumptions import Assumption
from placeplan.model.demand import Home
from placeplan.model.draws import Draws
from placeplan.model.flow import Flow

Array = np.ndarray[Any, np.dtype[np.float64]]

Place = tuple[str, str]
"""Site and pod."""
HELD = {"low": 0.1, "high": 0.9}
"""Share of its distribution below which a coefficient is held, by form."""
DOORS = frozenset({"spills", "waits"})
"""What becomes of those not seen at doors from which people go elsewhere: at once, or when they give up waiting."""


@dataclass(frozen=True)
class Way:
    """One way from a door to another."""

    door: int
    """Row of the door in `Clinics.places`."""
    to: Place
    coefficient: Any
    """Contacts at the other door for each one that is never given at this one."""


def destination(spill: Spill, site: str) -> Place:
    """The place where people of one site come instead."""
    return spill.to_site or site, spill.to_pod


def ways(
    rows: Sequence[ContactCapacity], spills: Sequence[Spill], assumptions: Sequence[Assumption], form: str, draws: Draws
) -> tuple[Way, ...]:
    """Every way from a door to another, in order of door and destination; none where spills are off in every future.

    ``low`` and ``high`` hold each coefficient at the 10th and 90th percentile of what was elicited, the same in every
    future: coefficients are hard to identify, so the form asks what hangs on them, and chance draws none.
    """
    if form not in HELD and not any(turn("spills", end) in draws.what_if.turned for end in HELD):
        return ()
    ends = np.array(list(HELD.values()))
    held = {a.id: dict(zip(HELD, a.distribution.quantile(ends).tolist(), strict=True)) for a in assumptions}
    found = []
    for n, row in enumerate(rows):
        for s in spills if row.unmet in DOORS else ():
            if s.pod == row.pod and s.site in ("", row.site):
                own = held[s.coefficient] if isinstance(s.coefficient, str) else dict.fromkeys(HELD, s.coefficient)
                by = {"off": 0.0, **{end: max(value, 0.0) for end, value in own.items()}}
                found.append(Way(n, destination(s, row.site), draws.in_form("spills", form, by.__getitem__)))
    return tuple(sorted(found, key=lambda w: (w.door, w.to)))


class Spills:
    """What spilled last month and comes this month, for one block of futures."""

    def __init__(self, found: tuple[Way, ...], homes: tuple[Home, ...], count: int) -> None:
        self.ways, self.homes = found, homes
        nobody = np.zeros(count), np.zeros((len(homes), count))
        self.coming: dict[Place, tuple[Any, Any]] = {way.to: nobody for way in found}
        """By place: contacts ``[future]`` of everybody, and ``[home, future]`` of residents."""

    def arrive(self, care: Flow) -> None:
        """Adds what spilled last month to the care asked of its new doors, each contact with who pays for it."""
        for place, (everybody, residents) in sorted(self.coming.items()):
            add(care.activity, place, everybody)
            for home, own in zip(self.homes, residents, strict=True):
                add(care.resident.setdefault(home, {}), place, own)
        self.coming = {}

    def send(self, left: Array, residents: Array) -> Array:
        """Contacts on their way to another door, by door ``[row, future]``; they arrive next month.

        left: contacts that will never be given at each door, ``[row, future]``; residents: of them those of each home,
        ``[row, home, future]``.
        """
        sent = np.zeros_like(left)
        for way in self.ways:
            none = way.coefficient == 0.0
            everybody = np.where(none, 0.0, spilled(left[way.door], way.coefficient))
            own = np.where(none, 0.0, spilled(residents[way.door], way.coefficient))
            before = self.coming.get(way.to)
            self.coming[way.to] = (everybody, own) if before is None else (before[0] + everybody, before[1] + own)
            sent[way.door] += everybody
        return sent


def add(to: dict[Place, Any], place: Place, amount: Any) -> None:
    """Adds to an entry, beginning at 0."""
    to[place] = np.where(amount == 0.0, to[place], to[place] + amount) if place in to else amount


def parts(care: Flow, places: Sequence[Place], homes: Sequence[Home], draws: Draws) -> Array:
    """What residents of each home ask for at each place, contacts of the month ``[row, home, future]``."""
    found: Array = draws.zeros(len(places), len(homes))
    for h, home in enumerate(homes):
        own: Mapping[Place, Any] = care.resident.get(home, {})
        for n, place in enumerate(places):
            if place in own:
                found[n, h] = own[place]
    return found
