"""Whom an initiative reaches: people, the care within its scopes, and how long the way becomes where care moves; of the base year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, get_args

import numpy as np

from placeplan.baseline.build import Array, Baseline, Stream
from placeplan.baseline.cohorts import Cohorts
from placeplan.core.tables import OUTSIDE, AreaPeople, Pod
from placeplan.effects.base import Primitive, Scope
from placeplan.model.demand import touched_cells
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.elements.changes import Words
from placeplan.stress.results.elements import AreaResult, How, Journey, Minutes, Mode, Move, Touched
from placeplan.stress.touched import primitives_of

ON_PEOPLE: Final = frozenset({"demand", "sites", "stay", "delay"})
"""Tables whose effects reach people by where they live."""
LEAST: Final = 0.01
"""Share of an area's care of one kind from which on people count as those who use a place."""
HOW: Final[Mapping[tuple[str, str], tuple[How, How]]] = {
    ("scale", "demand"): ("less", "more"), ("move", "demand"): ("becomes", "becomes"), ("move", "sites"): ("moves", "moves"),
    ("scale", "stay"): ("shorter", "longer"), ("scale", "delay"): ("sooner", "later"),
}  # fmt: skip
"""By verb and table: what becomes of care where the share is above 0, and below."""
COUNTED: Final = frozenset({"less", "more", "moves", "becomes"})
"""What changes contacts; the rest changes how long they last."""


@dataclass(frozen=True)
class Reach:
    """A plan's base year, ready to say whom each initiative reaches."""

    plan: Plan
    baseline: Baseline
    words: Words

    def people(self, i: Initiative) -> dict[str, float] | None:
        """People by area whom its effects on care are meant for, each once; None where it has no such effect.

        A scope of a place or of a kind of care holds the people of areas that use it, of the scope's ages, sexes and cohorts.
        """
        own = self._on_people(i)
        if not own:
            return None
        base = self._base
        as_need = {"": self.baseline.cohorts.people}
        by_people = replace(
            self.baseline, cohorts=Cohorts(self.baseline.cohorts.names, self.baseline.cohorts.people, as_need)
        )
        found = {}
        for n, area in enumerate(self.baseline.areas):
            whom = [replace(p, scope=_of_people(p.scope)) for p in own if self._used(p, area)]
            living = Stream("", area, "", base[n], np.zeros_like(base[n]))
            parts = touched_cells(by_people, whom, living, "", self.plan.about.overlap)
            found[area] = sum(float((part * base[n]).sum()) for touched, part in parts.items() if touched)
        return {area: people for area, people in found.items() if people > 0}

    def touches(self, i: Initiative) -> tuple[Touched, ...]:
        """Care within its scopes by kind and what becomes of it; what several effects touch in one way counts once."""
        kinds: dict[How, list[Primitive]] = defaultdict(list)
        for p in self._on_people(i):
            kinds[_how(p, self.words.middle(p.quantity))].append(p)
        pods = {r.id: r for r in self.plan.tables["pods"] if isinstance(r, Pod)}
        found = [
            self._touched(pods.get(pod), pod, how, by_stream)
            for how, own in kinds.items()
            for pod, by_stream in self._within(i, own).items()
        ]
        return tuple(sorted(found, key=lambda t: (t.pod, t.how)))

    def _touched(self, row: Pod | None, pod: str, how: How, within: _Within) -> Touched:
        by_area: dict[str, float] = defaultdict(float)
        for area, contacts, _ in within:
            by_area[area] += contacts
        return Touched(
            pod=self.words.kinds.get(pod, pod), unit=row.unit if row else "", how=how,
            contacts=sum(by_area.values()), changed=sum(changed for *_, changed in within) if how in COUNTED else None,
            by_area=tuple(sorted((a, c) for a, c in by_area.items() if a != OUTSIDE)),
        )  # fmt: skip

    def _within(self, i: Initiative, own: Sequence[Primitive]) -> dict[str, _Within]:
        """By pod: area, contacts that any of some effects touches, and contacts that change at their full reach."""
        reach = self.words.middle(i.peak)
        shares = [reach * self.words.middle(p.quantity) for p in own]
        found: dict[str, _Within] = defaultdict(list)
        for s in self.baseline.streams:
            parts = touched_cells(self.baseline, list(own), s, s.site, self.plan.about.overlap)
            in_each = [(t, float((part * s.cells).sum())) for t, part in parts.items() if t]
            if contacts := sum(c for _, c in in_each):
                changed = sum(c * _together([shares[n] for n in t]) for t, c in in_each)
                found[s.pod].append((s.area, contacts, changed))
        return dict(found)

    def _on_people(self, i: Initiative) -> list[Primitive]:
        return [p for p in primitives_of(i) if (p.verb, p.table) in HOW and self.words.middle(p.quantity)]

    def _used(self, p: Primitive, area: str) -> bool:
        """Whether people of an area use what a scope names: an area, a kind of care, a place."""
        s = p.scope
        if s.areas and area not in s.areas:
            return False
        whole: dict[str, float] = defaultdict(float)
        part: dict[str, float] = defaultdict(float)
        for stream in (x for x in self._by_area.get(area, ()) if not s.pods or x.pod in s.pods):
            given = float(stream.cells.sum())
            whole[stream.pod] += given
            part[stream.pod] += given if not s.sites or stream.site in s.sites else 0.0
        return any(part[pod] >= LEAST * whole[pod] > 0 for pod in whole)

    @cached_property
    def _by_area(self) -> Mapping[str, Sequence[Stream]]:
        """Streams of each area."""
        found: dict[str, list[Stream]] = defaultdict(list)
        for stream in self.baseline.streams:
            found[stream.area].append(stream)
        return found

    @cached_property
    def _base(self) -> Array:
        """People of the base year as the plan has them, ``[area, sex, age]``."""
        b = self.baseline
        found = np.zeros((len(b.areas), len(b.sexes), len(b.ages)))
        for r in self.plan.tables["areas"]:
            if isinstance(r, AreaPeople):
                found[b.areas.index(r.area), b.sexes.index(r.sex), b.ages.index(r.age)] += r.people
        return found


_Within = list[tuple[str, float, float]]
"""Area, contacts within a scope, contacts that change."""


def _how(p: Primitive, amount: float) -> How:
    return HOW[p.verb, p.table][amount < 0]


def _of_people(s: Scope) -> Scope:
    """A scope's people, wherever and for whatever they come."""
    return s.model_copy(update={"pods": (), "sites": ()})


def _together(shares: Sequence[float]) -> float:
    """Share that changes where several effects in one way touch the same care: each takes its part of what is left, or adds it.

    >>> round(_together([0.5, 0.2]), 6), round(_together([-0.1, -0.1]), 6)
    (0.6, 0.21)
    """
    return abs(1.0 - float(np.prod([1.0 - min(s, 1.0) for s in shares])))


def journeys(areas: Sequence[AreaResult], initiative: str) -> tuple[Journey, ...]:
    """How long the way becomes for those whose care an initiative moves: of all, then of those who have least; by mode."""
    moved = [(a, m) for a in areas for m in a.moves if m.initiative == initiative and m.contacts]
    fifths = [a.fifth for a in areas if a.fifth is not None]
    groups: list[tuple[int | None, list[Move]]] = [(None, [m for _, m in moved])]
    if fifths:
        least = min(fifths)
        groups.append((least, [m for a, m in moved if a.fifth == least]))
    return tuple(j for fifth, moves in groups for mode in get_args(Mode) for j in _journey(fifth, mode, moves))


def _journey(fifth: int | None, mode: Mode, moves: Sequence[Move]) -> Iterator[Journey]:
    """Means over contacts; nothing where no way is known by this mode."""
    known, unknown = [], 0.0
    for m in moves:
        way = next((w for w in m.by_mode if w.mode == mode), Minutes(mode=mode, old=None, new=None))
        if way.old is None or way.new is None:
            unknown += m.contacts or 0.0
        else:
            known.append((m.contacts or 0.0, way.old, way.new))
    whole = sum(c for c, _, _ in known)
    if whole > 0:
        before, after = (sum(k[0] * k[end] for k in known) / whole for end in (1, 2))
        yield Journey(fifth=fifth, mode=mode, contacts=whole, unknown=unknown, before=before, after=after)
