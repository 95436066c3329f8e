"""Longer ways: who travels further where care moves to another site, and whether the site that receives has room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.core.tables import OUTSIDE, AreaPeople, Pod
from placeplan.effects.base import Primitive
from placeplan.model.outcomes import Outcomes
from placeplan.model.places import nearness, resolve
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.scene import Scene
from placeplan.stress.seen import called, gravest, pods, pool_name, three

FAR, LONGER = 30.0, 15.0
"""Minutes, one way, that people of one area may travel further, mean of their journeys: fails above, amber above; judgements."""
FULL = 0.92
"""Occupancy above which a site has no room for those who come; NHS Improvement's ask for winter (T06)."""
APART = 1.0
"""Minutes by which the most deprived may travel further than all do; a judgement."""


def further(contacts: float, before: float, after: float) -> float:
    """Minutes that some journeys take longer, all together: ``contacts × (after − before)``, one way.

    >>> further(1000.0, 16.0, 24.0)
    8000.0
    """
    return contacts * (after - before)


class Way(NamedTuple):
    """People of one area whose care of one kind moves from a site: contacts of the base year, minutes one way."""

    initiative: str
    area: str
    pod: str
    contacts: float
    before: float
    after: float


class Found(NamedTuple):
    """Where care moves, and what was run."""

    ways: tuple[Way, ...]
    rooms: tuple[tuple[str, float, float], ...]
    """Receiving pool in words; its occupancy in the last quarter where care has moved, and with nothing done; medians."""
    moved: tuple[tuple[str, int], ...]
    """Initiative in words, and futures in which it has moved care by the last month."""
    ran: tuple[tuple[str, float, float], ...]
    """Kind of care, with all and with the most deprived: change of mean minutes in the run where care has moved."""
    calls: tuple[float, float, float] | None
    """Change of ambulance incidents against doing nothing, share, where care has moved."""
    futures: int


def ways_of(plan: Plan, baseline: Baseline) -> tuple[Way, ...]:
    """Journeys of the base year that the plan moves, at full uptake and the middle of its shares."""
    minutes = nearness(plan.tables["travel"])
    moves = [(i.id, p) for i in plan.initiatives for e in i.effects for p in e.primitives() if p.table == "sites"]
    found = []
    known = [m for m in moves if not m[1].nearest_of or minutes]
    for initiative, p in resolve(known, baseline, minutes):
        for stream in baseline.streams:
            if stream.area == OUTSIDE or not _in_scope(p, stream.area, stream.pod, stream.site):
                continue
            ends = [(minutes.get((stream.area, site)), share) for site, share in p.to_sites]
            here = minutes.get((stream.area, stream.site))
            if here is None or any(m is None for m, _ in ends):
                continue
            after = sum((m or 0.0) * share for m, share in ends)
            contacts = float(stream.cells.sum()) * min(max(plan.middle(p.quantity), 0.0), 1.0)
            found.append(Way(initiative, stream.area, stream.pod, contacts, here, after))
    return tuple(w for w in found if w.contacts > 0)


def _in_scope(p: Primitive, area: str, pod: str, site: str) -> bool:
    """Whether care of an area at a site is within a move; ages and cohorts are left aside."""
    s = p.scope
    return all(not own or one in own for own, one in ((s.areas, area), (s.pods, pod), (s.sites, site)))


def mean_further(ways: tuple[Way, ...]) -> float:
    """Mean minutes longer of some journeys; 0 where there are none."""
    contacts = sum(w.contacts for w in ways)
    return sum(further(w.contacts, w.before, w.after) for w in ways) / contacts if contacts else 0.0


def by(ways: tuple[Way, ...], key: Mapping[str, Any]) -> dict[Any, tuple[Way, ...]]:
    """Journeys by what their area belongs to."""
    found: dict[Any, list[Way]] = defaultdict(list)
    for w in ways:
        if w.area in key:
            found[key[w.area]].append(w)
    return {k: tuple(v) for k, v in sorted(found.items())}


def moving(plan: Plan) -> dict[str, list[Primitive]]:
    """What moves care to other sites, by initiative."""
    found = {i.id: [p for e in i.effects for p in e.primitives() if p.table == "sites"] for i in plan.initiatives}
    return {i: moves for i, moves in found.items() if moves}


def found_of(plan: Plan, baseline: Baseline, whole: Outcomes, nothing: Outcomes) -> Found:
    """Journeys on paper; in the run, where care has moved: journeys, rooms, ambulances."""
    names = {i.id: i.name for i in plan.initiatives}
    begun = {i: whole["uptake"].of(i)[:, -1] > 0 for i in moving(plan) if i in whole["uptake"].entities}
    moved = tuple((names[i], int(b.sum())) for i, b in begun.items())
    ways = ways_of(plan, baseline)
    ran = _ran(plan, ways, whole, nothing, begun)
    return Found(
        ways, _rooms(plan, whole, nothing, begun), moved, ran, _calls(plan, whole, nothing, begun), whole.count
    )


Flags = np.ndarray[Any, np.dtype[np.bool_]]
Begun = Mapping[str, Flags]
"""By initiative, whether it has moved care by the last month, ``[future]``."""


def _any(begun: Begun, initiatives: set[str]) -> Flags:
    """Whether any of some initiatives has moved care, ``[future]``."""
    none = np.zeros(len(next(iter(begun.values()), ())), dtype=bool)
    return np.asarray(np.any([none, *(begun[i] for i in sorted(initiatives & set(begun)))], axis=0))


def _rooms(plan: Plan, whole: Outcomes, nothing: Outcomes, begun: Begun) -> tuple[tuple[str, float, float], ...]:
    """Occupancy of the pools of sites that receive care with beds, last quarter, the fullest first."""
    if "occupancy" not in whole.series:
        return ()
    names, found = called(plan), []
    beds = {p.id for p in plan.tables["pods"] if isinstance(p, Pod) and p.beds != "none"}
    sends: dict[str, set[str]] = defaultdict(set)
    for i, moves in moving(plan).items():
        for p in (p for p in moves if not p.scope.pods or beds & set(p.scope.pods)):
            for site in (*(s for s, _ in p.to_sites), *p.nearest_of):
                sends[site].add(i)
    for pool in (e for e in whole["occupancy"].entities if "/" in e and e.partition("/")[0] in sends):
        at = _any(begun, sends[pool.partition("/")[0]])
        if at.any():
            full, before = (float(np.median(o["occupancy"].of(pool)[at, -3:].mean(axis=1))) for o in (whole, nothing))
            found.append((pool_name(names, pool), full, before))
    return tuple(sorted(found, key=lambda r: -r[1]))


def _ran(
    plan: Plan, ways: tuple[Way, ...], whole: Outcomes, nothing: Outcomes, begun: Begun
) -> tuple[tuple[str, float, float], ...]:
    """Change of mean minutes of all journeys to care of each kind that moves, last month, and of those of the most deprived."""
    if "travel_minutes" not in whole.series:
        return ()
    kinds, found = pods(plan), []
    poorest = min(_quintiles(plan).values(), default=0)
    for pod in sorted({w.pod for w in ways}):
        at = _any(begun, {w.initiative for w in ways if w.pod == pod})
        entities = [e for e in (f"car/{pod}", f"car/{pod}/q{poorest}") if e in whole["travel_minutes"].entities]
        if at.any() and entities:
            changes = [
                np.median([o["travel_minutes"].of(e)[at, -1] for o in (whole, nothing)], axis=1) for e in entities
            ]
            apart = [float(plan_ - idle) for plan_, idle in changes]
            found.append((kinds.get(pod, pod), apart[0], apart[-1]))
    return tuple(found)


def _calls(plan: Plan, whole: Outcomes, nothing: Outcomes, begun: Begun) -> tuple[float, float, float] | None:
    """Change of ambulance incidents in the last month where emergencies have moved, share; None where no ambulance is run."""
    rides = {p.id for p in plan.tables["pods"] if isinstance(p, Pod) and p.setting == "ambulance"}
    entities = [e for e in whole["activity"].entities if e.startswith("system/") and e.partition("/")[2] in rides]
    urgent = {p.id for p in plan.tables["pods"] if isinstance(p, Pod) and p.beds == "emergency"}
    at = _any(begun, {i for i, moves in moving(plan).items() if any(urgent & set(p.scope.pods) for p in moves)})
    if not entities or not at.any():
        return None
    plan_, idle = (np.sum([o["activity"].of(e)[at, -1] for e in entities], axis=0) for o in (whole, nothing))
    return three(plan_ / idle - 1)


def _quintiles(plan: Plan) -> dict[str, int]:
    return {r.area: r.quintile for r in plan.tables["areas"] if isinstance(r, AreaPeople) and r.quintile is not None}


class Travel(StressTest):
    """T14: side effects of bringing care together."""

    name, title = "travel", "Longer ways"
    question = "Who has to travel further, and has the site that receives room for them?"
    method = (
        "The test takes all care of the first year that the plan moves to other sites. It goes by area, and by how well off people are there. What are the minutes by car, one "
        "way, to the old site and to the new? Then it looks at the futures in which the care has moved by the last month. How long is the way to each kind of care? How full "
        "are the sites that take people in? How often is an ambulance called? How long an ambulance is away on a job is not followed."
    )
    grounds = (
        "After five A&E departments closed, there were 13.9% more calls for an ambulance (3.5% to 24.4%). The way from call to hospital took 3.9 minutes more. The limits in "
        "minutes are judgements. For winter, NHS Improvement asked for 92% full at most (from memory)."
    )
    source = "Knowles and others 2018; NHS Improvement"
    exactly = (
        "Care of the base year that the plan moves to other sites, by area and fifth of deprivation: minutes by car one way to the old site and to the new. Then the run, in the futures in which"
        " it has moved by the last month: mean minutes to each kind of care, occupancy of the sites that receive, ambulance incidents. The time that an ambulance is away on a job is not followed."
    )
    needs = frozenset({"uptake", "travel_minutes", "occupancy", "activity"})

    def ask(self, plan: Plan) -> str:
        """Care has to change its site, and travel times have to be known."""
        if not moving(plan):
            return "No care moves to another site."
        return "" if plan.tables["travel"] else "Care moves to other sites, but travel.csv says nobody’s way there."

    def run(self, scene: Scene) -> Found:
        """Ways on paper and in the run."""
        return found_of(scene.plan, scene.runs.baseline(scene.plan), *scene.first)

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """The worst area, the most deprived, and the fullest site that receives."""
        names = {r.area: r.name for r in plan.tables["areas"] if isinstance(r, AreaPeople)}
        areas = {area: mean_further(w) for area, w in by(found.ways, {a: a for a in names}).items()}
        if not areas:
            return {"result": "not asked", "sentence": "Care moves, but nobody’s way to both sites is known."}
        worst = max(areas, key=lambda a: areas[a])
        whole = mean_further(found.ways)
        fifths = by(found.ways, _quintiles(plan))
        poorest = mean_further(fifths[min(fifths)]) if fifths else whole
        results = [
            _far(areas[worst]),
            "amber" if poorest > whole + APART else "pass",
            *(_room(r[1]) for r in found.rooms[:1]),
        ]
        head = f"Those whose care moves travel {_minutes(whole)}, one way; people of {names[worst]} {_minutes(areas[worst])}."
        room = f" {found.rooms[0][0]}: {found.rooms[0][1]:.0%} full once care has moved there." if found.rooms else ""
        return {
            "result": gravest(results), "figure": areas[worst], "unit": "minutes further, one way, worst area",
            "threshold": f"at most {LONGER:.0f} minutes further; above {FAR:.0f} fails, and so does a site above {FULL:.0%} full",
            "sentence": head + room, "behind": _behind(found), "rows": tuple(_rows(found, names, areas, fifths)), "futures": found.futures,
        }  # fmt: skip


def _far(minutes: float) -> Result:
    return "fail" if minutes > FAR else "amber" if minutes > LONGER else "pass"


def _room(occupancy: float) -> Result:
    return "fail" if occupancy > FULL else "pass"


def _minutes(longer: float) -> str:
    """Minutes further, in words.

    >>> _minutes(8.4), _minutes(-3.0), _minutes(0.2)
    ('8 minutes further', '3 minutes less', 'as far as before')
    """
    whole = round(abs(longer))
    return (
        "as far as before"
        if not whole
        else f"{whole} {'minute' if whole == 1 else 'minutes'} {'further' if longer > 0 else 'less'}"
    )


def _behind(found: Found) -> str:
    """In how many futures it has moved, and ambulances."""
    said = (
        "By the last month care has moved: "
        + "; ".join(f"{name} in {n} of {found.futures} futures" for name, n in found.moved)
        + "."
    )
    if found.calls is None:
        return said
    low, middle, high = (f"{v:+.1%}".replace("-", "−") for v in found.calls)
    return f"{said} Ambulances are called {middle} ({low} to {high}) against doing nothing; where A&E departments closed it was +13.9%."


def _rows(
    found: Found, names: Mapping[str, str], areas: Mapping[str, float], fifths: Mapping[int, tuple[Way, ...]]
) -> list[StressRow]:
    """Areas, fifths, kinds of care in the run, rooms."""
    rows = [
        StressRow(what=f"From {names[a]}", figure=m, shown=_minutes(m), threshold=LONGER, result=_far(m))
        for a, m in sorted(areas.items(), key=lambda x: -x[1])
    ]
    called_ = {1: "Most deprived fifth", 5: "Least deprived fifth"}
    for q, ways in fifths.items():
        m = mean_further(ways)
        rows.append(StressRow(what=called_.get(q, f"Fifth {q} of 5 by deprivation"), figure=m, shown=_minutes(m)))
    for kind, change, poorest in found.ran:
        shown = f"{change:+.1f} minutes, mean of all journeys; most deprived {poorest:+.1f}".replace("-", "−")
        rows.append(StressRow(what=f"Run: {kind}", shown=shown))
    for room, full, before in found.rooms:
        shown = f"{full:.0%} full once care has moved; {before:.0%} in the same futures with nothing done"
        rows.append(StressRow(what=room, shown=shown, result=_room(full)))
    return rows
