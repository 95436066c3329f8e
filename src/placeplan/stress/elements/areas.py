"""Each area as findings tell it: who lives there, where they go for care, and what the plan changes for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple, get_args

from placeplan.baseline.build import Baseline, Stream
from placeplan.core.tables import OUTSIDE, AreaPeople
from placeplan.effects.base import Primitive
from placeplan.model.demand import touched_cells
from placeplan.model.places import travel_times
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.elements.changes import Words
from placeplan.stress.elements.initiatives import sites_of
from placeplan.stress.elements.places import found_by, shapes
from placeplan.stress.elements.reach import ON_PEOPLE
from placeplan.stress.results.elements import AreaResult, CareAt, Minutes, Mode, Move
from placeplan.stress.touched import primitives_of

LEAST: Final = 0.01
"""Share of an area's care of one kind from which on a place is named."""
Why = Literal["named", "site", "council", "everyone"]
Given = Mapping[tuple[str, str], Mapping[str, float]]
"""Contacts a year by (area, pod), then by site."""


def areas(plan: Plan, baseline: Baseline) -> tuple[AreaResult, ...]:
    """Every area, by name."""
    rows: dict[str, AreaPeople] = {}
    people: dict[str, float] = defaultdict(float)
    for row in plan.tables["areas"]:
        if isinstance(row, AreaPeople):
            rows.setdefault(row.area, row)
            people[row.area] += row.people
    given, way, words = given_by(baseline), Way(plan), Words(plan)
    moving = tuple(_moving(plan, baseline, words))
    drawn = shapes(plan, "area")
    return tuple(
        AreaResult(
            id=r.area, name=r.name, council=r.council, council_name=words.place(r.council) if r.council else "",
            people=people[r.area], fifth=r.quintile, care=tuple(_care(r.area, given, way, words)),
            moves=tuple(m for one in moving for m in _moved(one, r.area, given, way, words)), initiatives=tuple(_reached(plan, r, given)),
            localities=found_by(plan, r.area), shape=drawn[r.area][0] if r.area in drawn else (),
            shape_source=drawn[r.area][1] if r.area in drawn else "",
        )
        for r in sorted(rows.values(), key=lambda r: (r.name, r.area))
    )  # fmt: skip


class Way:
    """How long people travel: by the one mode that nearness goes by, and by all others of which the plan says anything."""

    def __init__(self, plan: Plan) -> None:
        self._times = travel_times(plan.tables.get("travel", ()))
        self.mode = "car" if "car" in self._times else min(self._times, default="")
        known: tuple[Mode, ...] = get_args(Mode)
        self.modes = tuple(m for m in sorted(known, key=lambda m: m != self.mode) if m in self._times)

    def minutes(self, area: str, site: str, mode: str = "") -> float | None:
        """Minutes one way; None where it is not known."""
        return self._times.get(mode or self.mode, {}).get((area, site))

    def others(self, area: str, site: str) -> tuple[tuple[Mode, float], ...]:
        """Minutes by modes other than that which nearness goes by."""
        every = ((mode, self.minutes(area, site, mode)) for mode in self.modes if mode != self.mode)
        return tuple((mode, minutes) for mode, minutes in every if minutes is not None)

    def by_mode(self, area: str, old: str, new: str) -> tuple[Minutes, ...]:
        """Minutes to two sites by every mode."""
        return tuple(
            Minutes(mode=mode, old=self.minutes(area, old, mode), new=self.minutes(area, new, mode))
            for mode in self.modes
        )


def given_by(baseline: Baseline) -> Given:
    """Where the base year's care was given to each area's people."""
    found: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for s in baseline.streams:
        found[s.area, s.pod][s.site] += float(s.cells.sum())
    return found


def _care(area: str, given: Given, way: Way, words: Words) -> Iterator[CareAt]:
    """Kinds of care in order of name; of each the places where people go, the most used first."""
    own = {pod: sites for (a, pod), sites in given.items() if a == area and sum(sites.values()) > 0}
    for pod in sorted(own, key=lambda p: words.kinds.get(p, p)):
        whole = sum(own[pod].values())
        for site, contacts in sorted(own[pod].items(), key=lambda x: (-x[1], x[0])):
            if contacts >= LEAST * whole:
                minutes = way.minutes(area, site)
                yield CareAt(
                    pod=words.kinds.get(pod, pod), site="beyond the place" if site == OUTSIDE else words.place(site),
                    share=contacts / whole, minutes=minutes, mode=way.mode if minutes is not None else "",
                    others=way.others(area, site),
                )  # fmt: skip


class Moving(NamedTuple):
    """Something that takes care to another site, and the contacts that it means."""

    initiative: Initiative
    primitive: Primitive
    meant: Mapping[tuple[str, str, str], float]
    """Contacts a year within its scope by (area, pod, site)."""


def _moving(plan: Plan, baseline: Baseline, words: Words) -> Iterator[Moving]:
    """All that takes care to another site, by initiative."""
    for i in sorted(plan.initiatives, key=lambda i: i.id):
        for p in primitives_of(i):
            if p.table == "sites" and words.middle(p.quantity) > 0:
                yield Moving(i, p, {(s.area, s.pod, s.site): _meant(p, s, baseline, plan) for s in baseline.streams})


def _meant(p: Primitive, s: Stream, baseline: Baseline, plan: Plan) -> float:
    """Contacts of a stream of whom a scope means: their ages, sexes and cohorts."""
    parts = touched_cells(baseline, [p], s, s.site, plan.about.overlap)
    return sum(float((part * s.cells).sum()) for touched, part in parts.items() if touched)


def _moved(one: Moving, area: str, given: Given, way: Way, words: Words) -> Iterator[Move]:
    """Care of an area that goes to another site, by the sites that it leaves; places with little of its care are left out."""
    i, p, meant = one
    used: dict[str, set[str]] = defaultdict(set)
    whole: dict[str, float] = defaultdict(float)
    many: dict[str, float] = defaultdict(float)
    for (a, pod), sites in given.items():
        for site, contacts in sites.items() if a == area else ():
            own = meant.get((area, pod, site), 0.0)
            if contacts >= LEAST * sum(sites.values()) > 0 and own > 0:
                used[site].add(words.kinds.get(pod, pod))
                whole[site] += contacts
                many[site] += own
    reach = min(words.middle(p.quantity) * words.middle(i.peak), 1.0)
    for old, kinds in sorted(used.items()):
        for new in _ends(p, area, way):
            if new != old:
                yield Move(
                    initiative=i.id, pods=tuple(sorted(kinds)), old=words.place(old), new=words.place(new),
                    share=reach * many[old] / whole[old], minutes_old=way.minutes(area, old), minutes_new=way.minutes(area, new),
                    contacts=many[old] * reach * _part(p, new), by_mode=way.by_mode(area, old, new),
                )  # fmt: skip


def _ends(p: Primitive, area: str, way: Way) -> tuple[str, ...]:
    """Where an area's care goes: to stated sites, or to the nearest of some."""
    if not p.nearest_of:
        return tuple(s for s, share in p.to_sites if share > 0)
    known = [(m, s) for s in p.nearest_of if (m := way.minutes(area, s)) is not None]
    return (min(known)[1],) if known else p.nearest_of


def _part(p: Primitive, new: str) -> float:
    """Share of what moves that goes to one end; all of it where the nearest is meant."""
    return dict(p.to_sites).get(new, 1.0)


def _reached(plan: Plan, row: AreaPeople, given: Given) -> Iterator[tuple[str, Why]]:
    """Initiatives that reach people of an area, in order of id."""
    sites = {
        site
        for (a, _), by_site in given.items() if a == row.area
        for site, contacts in by_site.items() if contacts >= LEAST * sum(by_site.values()) > 0
    }  # fmt: skip
    for i in sorted(plan.initiatives, key=lambda i: i.id):
        if why := _why(i, row, sites):
            yield i.id, why


def _why(i: Initiative, row: AreaPeople, sites: set[str]) -> Why | None:
    """Why an initiative reaches people of an area; None where it does not."""
    on_people = [p for p in primitives_of(i) if p.table in ON_PEOPLE]
    if any(row.area in p.scope.areas for p in on_people):
        return "named"
    if sites & set(sites_of(i)):
        return "site"
    if row.council and row.council in {
        i.owner,
        *(p.organisation for p in i.partners),
        *(p.organisation for p in primitives_of(i)),
    }:
        return "council"
    return "everyone" if any(not p.scope.areas and not p.scope.sites for p in on_people) else None
