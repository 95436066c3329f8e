"""Who gets how much by deprivation, and the need that nobody meets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.baseline.population import band_start
from placeplan.core.sums import Groups, Sums, rows_of
from placeplan.model.courses import Courses, Touches
from placeplan.model.demand import OLD
from placeplan.model.flow import Flow
from placeplan.model.need import Need, Pieces
from placeplan.model.record import Recorder

Array = np.ndarray[Any, np.dtype[np.float64]]
Place = tuple[str, str]


def latent_need(met: Any, waits: Any, unmet: Any) -> Any:
    """All need: ``(met + waits) / (1 − unmet)``; contacts of the month.

    met: demand at base-year access; waits: people on a recorded list or backlog; unmet: share of all need that is on no
    record, below 1.

    >>> float(latent_need(90.0, 5.0, 0.05))
    100.0
    """
    return (met + waits) / (1.0 - unmet)


def unmet_need(met: Any, waits: Any, unmet: Any) -> Any:
    """Need that is not met: ``latent_need − met``: those who wait, and those on no record; contacts of the month.

    met, waits, unmet: as in `latent_need`.

    >>> float(unmet_need(90.0, 5.0, 0.05))
    10.0
    """
    return latent_need(met, waits, unmet) - met


def unmet_share(unmet: Any, latent: Any) -> Any:
    """Share of all need that is not met: ``unmet / latent``, 0 where there is none.

    >>> float(unmet_share(10.0, 100.0)), float(unmet_share(0.0, 0.0))
    (0.1, 0.0)
    """
    return np.where(latent > 0, unmet / np.where(latent > 0, latent, 1.0), 0.0)


def per_1000(contacts: Any, people: Any) -> Any:
    """Contacts a month for each 1,000 people: ``contacts / people × 1000``; 0 where nobody lives.

    >>> float(per_1000(30.0, 60000.0))
    0.5
    """
    return np.where(people > 0, contacts / np.where(people > 0, people, 1.0) * 1000.0, 0.0)


def ratio_of(deprived: Any, other: Any) -> Any:
    """The most deprived against the least deprived: ``deprived / other``; 1 where neither has any, 0 where one has none.

    >>> float(ratio_of(3.0, 2.0)), float(ratio_of(0.0, 0.0))
    (1.5, 1.0)
    """
    found = np.where(other > 0, deprived / np.where(other > 0, other, 1.0), 0.0)
    return np.where((other <= 0) & (deprived <= 0), 1.0, found)


def residents_of(waits: Mapping[Place, Any], care: Flow) -> dict[str, Any]:
    """Residents among those who wait, by pod, ``[future]``: as many as among those who ask at the site."""
    found: dict[str, Any] = {}
    for (site, pod), people in sorted(waits.items()):
        every = care.activity.get((site, pod), 0.0)
        own = sum(by_place.get((site, pod), 0.0) for by_place in care.resident.values())
        _add(found, pod, people * np.where(every > 0, own / np.where(every > 0, every, 1.0), 0.0))
    return found


class Equity:
    """Care of residents by deprivation quintile; off where not every area states its quintile."""

    def __init__(self, baseline: Baseline, courses: Courses, need: Need) -> None:
        self.baseline, self.courses, self.need = baseline, courses, need
        self.quintiles = sorted(set(baseline.quintile.values()))
        self.people = np.array([self._people(q) for q in self.quintiles])
        """Of each quintile by month, under 75 and older, ``[quintile, 2, month]``."""
        found = [(n, q, piece) for n, s in enumerate(courses.segments) for q, piece in s.quintiles]
        self.of = [n for n, _, _ in found]
        """Segment of each piece."""
        own = [courses.segments[n] for n in self.of]
        self.pieces = Pieces([p for _, _, p in found], [need.row_of(s.pod, s.area, s.site) for s in own])
        self.touches = Touches(courses, [s.touched for s in own])
        self._sums([(q, courses.segments[n].pod) for n, q, _ in found])

    def _people(self, quintile: int) -> tuple[Array, Array]:
        """People of a quintile by month: under 75, and older."""
        b = self.baseline
        old = np.array([band_start(a) >= OLD for a in b.ages])
        ages = b.people[:, [n for n, area in enumerate(b.areas) if b.quintile[area] == quintile]].sum(axis=(1, 2))
        return ages[:, ~old].sum(axis=1), ages[:, old].sum(axis=1)

    def _sums(self, names: list[tuple[int, str]]) -> None:
        """What is summed over pieces, pairs and parcels; names: quintile and pod of each piece."""
        t, c = self.touches, self.courses
        self.served = Groups([[k for k, (n, _) in enumerate(c.parcels) if n == m] for m in range(len(c.segments))])
        """Over the parcels of each segment."""
        self.places = sorted({(site, c.segments[n].pod) for n, site in c.parcels})
        self.place_of = [self.places.index((site, c.segments[n].pod)) for n, site in c.parcels]
        to = [c.effects[t.effects[k]].primitive for k in t.moving]
        self.landing = [(p.to_site, p.to_pod) for p in to]
        self.demand = Sums(names, sorted(set(names)))
        self.prevented = Sums(names[n] for n in t.rows)
        rows = [(n, 0, n) for n in range(len(names))]
        rows += [(t.rows[k], 1, len(names) + m) for m, k in enumerate(t.moving)]
        own = [*names, *((names[t.rows[k]][0], p.to_pod) for k, p in zip(t.moving, to, strict=True))]
        self.order = [row for _, _, row in sorted(rows)]
        self.given = Sums(own[row] for row in self.order)
        self.pods = Sums(pod for _, pod in self.demand.names)

    @cached_property
    def unmet(self) -> Array:
        """Share of all need that is on no record, by quintile and pod of the demand, ``[name, future]``."""
        draws = self.need.draws
        rows = [draws.of(f"need.unmet.q{q}", pod) for q, pod in self.demand.names]
        found: Array = np.clip(rows_of(rows, draws.count), 0.0, 0.99)
        return found

    def record(self, recorder: Recorder, number: int, care: Flow, waits: Mapping[Place, Any]) -> None:
        """Writes down one month.

        care: with what is given in the end; waits: by (site, pod), people on a list or in a backlog, ``[future]``; where there
        is neither, nobody waits on record.
        """
        demand = self.need.of(self.pieces, number)
        part = care.parts[self.touches.parts]
        prevented = self.prevented(demand[self.touches.rows] * np.maximum(part, 0.0))
        recorder.each("prevented", [f"q{q}/{pod}" for q, pod in self.prevented.names], prevented)
        self._rates(recorder, number, self.given(self._given(care, demand)[self.order]))
        self._needs(recorder, self.demand(demand), residents_of(waits, care))

    def _given(self, care: Flow, demand: Array) -> Array:
        """Contacts given of each piece's need, and then made elsewhere for those removed, ``[row, future]``."""
        t = self.touches
        share = rows_of([_share(care, place) for place in self.places], self.need.draws.count)[self.place_of]
        total = self.served(care.given)
        served = self.served(care.given * share) / np.where(total > 0, total, 1.0)
        here = demand * care.kept[t.kept] * served[self.of]
        pairs, parts = [t.rows[k] for k in t.moving], [t.parts[k] for k in t.moving]
        landed = rows_of([_share(care, place) for place in self.landing], self.need.draws.count)
        return np.concatenate((here, t.arrived(demand[pairs] * care.parts[parts]) * landed))

    def _rates(self, recorder: Recorder, number: int, given: Array) -> None:
        """Contacts for each 1,000 people by quintile and pod, and the most against the least deprived that the place has."""
        names, (more, more_old, _) = self.given.names, self.need.month(number)
        young, old = self.people[:, 0, number, None], self.people[:, 1, number, None]
        people = young * more + old * more_old
        rates = per_1000(given, people[[self.quintiles.index(q) for q, _ in names]])
        recorder.each("activity_per_1000", [f"q{q}/{pod}" for q, pod in names], rates)
        first, last = self.quintiles[0], self.quintiles[-1]
        pods = [pod for q, pod in names if q == first and (last, pod) in names] if first != last else []
        ends = ([names.index((q, pod)) for pod in pods] for q in (first, last))
        recorder.each("rate_gap", pods, ratio_of(*(rates[rows] for rows in ends)))

    def _needs(self, recorder: Recorder, demand: Array, waits: Mapping[str, Any]) -> None:
        """Latent and unmet need by pod, of all and by quintile; who waits is divided as the demand is."""
        pods = self.pods.names
        of = [pods.index(pod) for _, pod in self.demand.names]
        total = self.pods(demand)[of]
        waiting = rows_of([waits.get(pod, 0.0) for pod in pods], self.need.draws.count)[of]
        waiting = waiting * np.where(total > 0, demand / np.where(total > 0, total, 1.0), 0.0)
        latent, unmet = latent_need(demand, waiting, self.unmet), unmet_need(demand, waiting, self.unmet)
        names = [f"q{q}/{pod}" for q, pod in self.demand.names]
        for outcome, value in (("latent_need", latent), ("unmet_need", unmet)):
            recorder.each(outcome, names, value)
            recorder.each(outcome, pods, self.pods(value))
        recorder.each("unmet_share", names, unmet_share(unmet, latent))


def _share(care: Flow, place: Place) -> Any:
    """Share that is given of what is asked for at a site: the same for all who ask."""
    asked, given = care.wanted[place], care.activity[place]
    return 1.0 if asked is given else given / np.where(asked > 0, asked, 1.0)


def _add(to: dict[Any, Any], name: Any, amount: Any) -> None:
    to[name] = to[name] + amount if name in to else amount
