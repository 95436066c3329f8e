"""The course of care in rows: which effects touch which people, and where their care goes; what no month changes of `flow`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from placeplan.core.sums import Groups, Sums, rows_of
from placeplan.effects import combine
from placeplan.effects.base import Primitive
from placeplan.model.demand import BEYOND, Home, Segment
from placeplan.model.need import Need, Pieces
from placeplan.model.places import relocated

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Named:
    """A primitive with the initiative it belongs to."""

    initiative: str
    primitive: Primitive


class Touches:
    """Where effects on need touch some rows of people: the rows of `Courses.combined` that hold for each."""

    def __init__(self, courses: Courses, touched: Sequence[tuple[int, ...]]) -> None:
        own = [courses.on_need(t) for t in touched]
        self.kept = [courses.sets[t] for t in own]
        """Row of what is left of each one's need."""
        pairs = [(n, e, courses.parts[t, e]) for n, t in enumerate(own) for e in t]
        self.rows, self.effects, self.parts = ([p[k] for p in pairs] for k in range(3))
        """By pair of people and effect, in order: the row of people, the effect, and the row of its part."""
        self.moving = [k for k, e in enumerate(self.effects) if courses.effects[e].primitive.verb == "move"]
        """Pairs whose effect makes contacts elsewhere."""
        effects = [self.effects[k] for k in self.moving]
        self.ratio, self.induced = courses.drawn("ratio", effects), courses.drawn("induced", effects)

    def arrived(self, removed: Array) -> Array:
        """Contacts made elsewhere for those removed, both ``[moving pair, future]``."""
        found: Array = combine.moved(removed, self.ratio, self.induced)
        return found


class Courses:
    """Segments, the effects that touch them, and the *parcels* into which each divides by the site that gives its care."""

    def __init__(self, segments: Sequence[Segment], effects: Sequence[Named], need: Need) -> None:
        self.segments, self.effects, self.draws = tuple(segments), tuple(effects), need.draws
        strength = [self.draws.amount(e.initiative, e.primitive) for e in self.effects]
        self.strength = rows_of(strength, self.draws.count)
        self.by_size = self._by_size()
        self.pieces = Pieces(segments, [need.row_of(s.pod, s.area, s.site) for s in segments])
        self.touches = Touches(self, [s.touched for s in segments])
        self._moves()
        self._sums()

    def drawn(self, field: str, effects: Iterable[int]) -> Array:
        """A number of some effects, ``[effect, future]``."""
        named = [self.effects[e] for e in effects]
        found = [self.draws.of(getattr(e.primitive, field), e.initiative) for e in named]
        return rows_of(found, self.draws.count)

    def on_need(self, touched: tuple[int, ...]) -> tuple[int, ...]:
        """Those of some effects that act on need, and not on where care is given."""
        return tuple(n for n in touched if self.effects[n].primitive.table == "demand")

    def _by_size(self) -> list[list[list[int]]]:
        """The effects that act on the same people's need, by how many they are: ``[size][place in set][set]``."""
        found = sorted({self.on_need(s.touched) for s in self.segments} - {()}, key=lambda t: (len(t), t))
        self.sets = {t: n for n, t in enumerate(((), *found))}
        """Row of each set of effects in what is kept; the first is of people whom none touches."""
        sizes = [list(same) for _, same in groupby(found, len)]
        places = [(t, k) for same in sizes for k in range(len(same[0])) for t in same]
        self.parts = {(t, t[k]): n for n, (t, k) in enumerate(places)}
        """Row of each effect's part of what its set removes."""
        return [[[t[k] for t in same] for k in range(len(same[0]))] for same in sizes]

    def combined(self, shares: Array) -> tuple[Array, Array]:
        """Share of need left by set of effects ``[set, future]``, and each one's part of what is removed ``[part, future]``."""
        kept, parts = [np.ones((1, self.draws.count))], [np.zeros((0, self.draws.count))]
        for places in self.by_size:
            own = [shares[effects] for effects in places]
            kept.append(combine.keep(own))
            parts.extend(combine.divided(own))
        return np.concatenate(kept), np.concatenate(parts)

    def _moves(self) -> None:
        """The parcels, and the rows from which they come: what stays of each segment, then what each move brings."""
        self.rounds: list[tuple[list[int], list[int]]] = []
        goings: list[tuple[int, int]] = []
        ends: list[tuple[int, float]] = []
        parcels: dict[tuple[int, str], list[int]] = {}
        moving = [[e for e in s.touched if self.effects[e].primitive.table == "sites"] for s in self.segments]
        for k in range(max(map(len, moving), default=0)):
            rows = [n for n, own in enumerate(moving) if len(own) > k]
            self.rounds.append((rows, [moving[n][k] for n in rows]))
            goings += [(n, k) for n in rows]
        for n, s in enumerate(self.segments):
            for k, e in enumerate(moving[n]):
                for site, part in self.effects[e].primitive.to_sites:
                    parcels.setdefault((n, site), []).append(len(self.segments) + len(ends))
                    ends.append((goings.index((n, k)), part))
            parcels.setdefault((n, s.site), []).append(n)
        self.parcels = list(parcels)
        """Segment and site of each parcel."""
        self._divided = Groups(list(parcels.values()))
        self._ends, self._end_parts = [g for g, _ in ends], np.array([[p] for _, p in ends]).reshape(-1, 1)
        in_order = [goings.index((n, k)) for n, own in enumerate(moving) for k in range(len(own))]
        self._movers, self._going = Sums(self.effects[e].initiative for own in moving for e in own), in_order

    def divided(self, left: Array, shares: Array) -> tuple[Array, dict[str, Any]]:
        """Contacts of each parcel ``[parcel, future]``, and those moved by initiative; each move takes its share of what is left."""
        if not self.rounds:
            return left, {}
        goings = []
        for rows, effects in self.rounds:
            goings.append(relocated(left[rows], shares[effects]))
            left[rows] = left[rows] - goings[-1]
        going = np.concatenate(goings)
        ends = going[self._ends] * self._end_parts
        return self._divided(np.concatenate((left, ends))), self._movers.by_name(going[self._going])

    def _sums(self) -> None:
        """What is summed over segments, pairs and parcels, by name."""
        residents = [(n, s) for n, s in enumerate(self.segments) if s.home != BEYOND]
        self.resident, self.demand = [n for n, _ in residents], Sums(s.pod for _, s in residents)
        self.untouched = Sums((s.site, s.pod) for s in self.segments)
        initiatives = [self.effects[e].initiative for e in self.touches.effects]
        self.prevented = Sums(initiatives)
        moving = [(self.segments[self.touches.rows[k]], self.touches.effects[k]) for k in self.touches.moving]
        to = [(self.effects[e].primitive.to_site, self.effects[e].primitive.to_pod, s.home) for s, e in moving]
        self.arriving = sorted(set(to))
        self.landed = Groups([[k for k, at in enumerate(to) if at == one] for one in self.arriving])
        pairs = len(initiatives)
        more = [(k, 0, k) for k in range(pairs)] + [(k, 1, pairs + n) for n, k in enumerate(self.touches.moving)]
        self.more = [row for _, _, row in sorted(more)]
        self.added = Sums(initiatives[k] for k, _, _ in sorted(more))
        there: list[tuple[str, str, Home]] = [
            (site, self.segments[n].pod, self.segments[n].home) for n, site in self.parcels
        ]
        there += self.arriving
        self.activity = Sums((site, pod) for site, pod, _ in there)
        self.of_home = [n for n, (_, _, home) in enumerate(there) if home != BEYOND]
        self.by_home = Sums((home, (site, pod)) for site, pod, home in there if home != BEYOND)
