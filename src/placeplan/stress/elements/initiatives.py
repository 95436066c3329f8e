"""Each initiative as findings tell it: the plan's own words, whom it costs something, and when it begins in the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.core.tables import AreaPeople
from placeplan.model.outcomes import Outcomes
from placeplan.plan.benchmarks import evidence_for
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.authority.rights import on_record, positions
from placeplan.stress.elements.changes import Words, changes
from placeplan.stress.elements.reach import Reach, journeys
from placeplan.stress.results.elements import AreaResult, Beginning, Building, InitiativeResult, Side, Stated
from placeplan.stress.seen import three
from placeplan.stress.shocks.actions import when
from placeplan.stress.touched import primitives_of, touched

NEEDED: Final = frozenset({"uptake", "started"})
"""Outcomes that say when an initiative begins and how far it reaches."""
ROLES: Final = {"lead": "leads", "follow": "takes part", "step_aside": "steps aside"}
FOUND: Final = {
    "reduces": "there was less", "no_effect": "no effect was found", "increase": "there was more", "mixed": "results differ",
    "side_effect": "a side effect", "unproven": "not proven", "claimed": "claimed, not shown",
}  # fmt: skip
"""What a study found, in words."""


def initiatives(
    plan: Plan, outcomes: Outcomes, baseline: Baseline, places: Sequence[AreaResult]
) -> tuple[InitiativeResult, ...]:
    """Every initiative, in order of id. outcomes: of the plan in the first futures, with `NEEDED`; places: all areas."""
    words, studies = Words(plan), evidence_for(plan)
    reach = Reach(plan, baseline, words)
    areas = {r.area: r.name for r in plan.tables["areas"] if isinstance(r, AreaPeople)}
    titles = {s.id: s.title for s in plan.sources}

    def study(name: str) -> tuple[str, str]:
        row = studies.get(name)
        return (f"{row.initiative}: {FOUND[row.result_type]}", row.cited) if row else (titles.get(name, name), "")

    return tuple(
        InitiativeResult(
            id=i.id, name=i.name, about=i.about, owner=i.owner, owner_name=words.place(i.owner), status=i.status, theme=i.theme,
            origin=i.origin, evidence_grade=i.evidence_grade, evidence=tuple(study(e) for e in i.evidence),
            start=i.start or "", end=i.end or "", ramp_months=i.ramp_months,
            trigger=when(i.trigger, words.places) if i.trigger else "", begun=_begun(i, outcomes),
            requires=i.requires, building=_building(i, words), budget=i.budget, changes=changes(plan, i, words),
            posts=sum(max(words.middle(p.quantity), 0.0) for p in primitives_of(i) if p.table == "posts"),
            areas=tuple((a, areas[a]) for a in _named(i, "areas") if a in areas),
            sites=tuple((s, words.place(s)) for s in sites_of(i)), closes=i.closes,
            stated=tuple(Stated(what=c.what, year=c.year or "", source=c.source) for c in i.claims),
            involvement=tuple((g.who, g.asked, g.affected, g.source) for g in i.involvement),
            sides=tuple(sides(plan, i, words)), not_modelled=i.not_modelled, source=i.source, note=i.note,
            **_people(reach, i), touches=reach.touches(i), journeys=journeys(places, i.id), assumes=assumes(plan, i),
        )
        for i in sorted(plan.initiatives, key=lambda i: i.id)
    )  # fmt: skip


def _people(reach: Reach, i: Initiative) -> dict[str, Any]:
    people = reach.people(i)
    if people is None:
        return {}
    return {"people": sum(people.values()), "people_by_area": tuple(sorted(people.items()))}


def assumes(plan: Plan, i: Initiative) -> tuple[str, ...]:
    """Assumptions of the plan on which an initiative draws, each once: its reach, its dates, its building, its effects."""
    capital = (i.capital.secured, i.capital.overrun) if i.capital else ()
    known = {a.id for a in plan.assumptions}
    asked = [i.peak, i.delay, *capital, *(q for e in i.effects for q in e.quantities())]
    return tuple(dict.fromkeys(q for q in asked if isinstance(q, str) and q in known))


def _named(i: Initiative, field: str) -> tuple[str, ...]:
    """Areas or sites that the scopes name, in order; none where some effect on care names none."""
    scopes = [p.scope for p in primitives_of(i) if p.table in ("demand", "sites", "stay", "delay")]
    if field == "areas" and not all(s.areas for s in scopes):
        return ()
    return tuple(dict.fromkeys(x for s in scopes for x in getattr(s, field)))


def sites_of(i: Initiative) -> tuple[str, ...]:
    """Sites at which something changes: where care comes from, where it goes, where capacity changes."""
    found: dict[str, None] = dict.fromkeys(_named(i, "sites"))
    for p in primitives_of(i):
        ends = (p.site, p.to_site, *(s for s, _ in p.to_sites), *p.nearest_of)
        found |= dict.fromkeys(s for s in ends if s)
    return tuple(found)


def _building(i: Initiative, words: Words) -> Building | None:
    c = i.capital
    if c is None or c.need <= 0:
        return None
    return Building(
        need=c.need, organisation_name=words.place(c.organisation), source_of_funds=c.source_of_funds or "",
        build_months=c.build_months,
    )  # fmt: skip


def sides(plan: Plan, i: Initiative, words: Words) -> Iterator[Side]:
    """The owner, the partners, whoever pays or loses, and whoever said something of it."""
    hit, said = touched(plan, i), positions(plan, i)
    roles = {i.owner: ("answers for it",)} | {
        p.organisation: (ROLES[p.role],) for p in i.partners if p.organisation != i.owner
    }
    for name in dict.fromkeys([*roles, *hit, *said]):
        what = tuple(dict.fromkeys((*roles.get(name, ()), *hit.get(name, ()))))
        told = on_record(plan, i, name, said[name]) if name in said else {}
        yield Side(organisation=name, name=words.place(name), what=what, touched=name in hit, **told)


def _begun(i: Initiative, outcomes: Outcomes) -> Beginning | None:
    """Months of its beginning over the futures, in how many it begins, and how far it reaches in the last month."""
    if any(name not in outcomes.series or i.id not in outcomes[name].entities for name in NEEDED):
        return None
    on = outcomes["started"].of(i.id) > 0
    first = np.sort(np.where(on.any(axis=1), on.argmax(axis=1), len(outcomes.months)))
    at = [int(first[min(int(q * len(first)), len(first) - 1)]) for q in (0.1, 0.5, 0.9)]
    early, middle, late = (outcomes.months[m] if m < len(outcomes.months) else "" for m in at)
    return Beginning(
        months=(early, middle, late),
        share=float(on.any(axis=1).mean()),
        reach=three(outcomes["uptake"].of(i.id)[:, -1]),
    )
