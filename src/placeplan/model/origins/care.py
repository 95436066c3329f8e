"""Where need and care come from: activity, people, growth, effects."""

from __future__ import annotations

from collections.abc import Iterator

from placeplan.core.tables import OUTSIDE, SYSTEM, Organisation, Site
from placeplan.model import trace as ex
from placeplan.model.trace import Origin, Step, Traced


def _activity(t: Traced, entity: str) -> Iterator[Step]:
    site, _, pod = entity.partition("/")
    if site == SYSTEM:
        sites = [e for e in t.outcomes["activity"].entities if e.endswith(f"/{pod}") and not e.startswith(f"{SYSTEM}/")]
        yield from (("activity", e) for e in sites)
        return
    yield from ex.rows(t, "activity", lambda r: (r.site, r.pod) == (site, pod), "activity")
    yield from ex.rows(t, "flows", lambda r: r.site == site and r.pod in (pod, "all"), "share")
    yield ("demand", pod)
    yield from _own_departure(t, site)
    yield from ((name, entity) for name in ("asked", "contacts_capacity"))
    yield from ex.coming(t, entity)
    for i in t.plan.initiatives:
        touched = [p for p in ex.primitives(i) if p.table in ("demand", "sites")]
        if any(not p.scope.pods or pod in p.scope.pods or p.to_pod == pod for p in touched):
            yield ("contacts_prevented", i.id)
            yield ("contacts_added", i.id)


def _own_departure(t: Traced, site: str) -> Iterator[Step]:
    """How far the acute provider of a site goes its own way."""
    owner = next((s.organisation for s in t.plan.tables["sites"] if isinstance(s, Site) and s.id == site), site)
    if any(isinstance(o, Organisation) and (o.id, o.type) == (owner, "acute") for o in t.plan.tables["organisations"]):
        yield from ex.assumption(t, "departure.provider", owner)


def _left(t: Traced, pod: str) -> Iterator[Step]:
    yield from ex.rows(t, "activity", lambda r: (r.site, r.pod) == (OUTSIDE, pod), "activity")
    yield ("demand", pod)


def _demand(t: Traced, pod: str) -> Iterator[Step]:
    yield from ex.rows(t, "activity", lambda r: r.pod == pod, "activity")
    yield from ex.rows(t, "seasons", lambda r: r.pod == pod, "index")
    own = f"growth.{pod}"
    yield from ex.assumption(t, own if own in t.outcomes.draws else "growth.other", pod)
    for name in ("departure.sd", "departure.persistence", "departure.common", "departure.areas", "people.total", "people.old",
                 "people.health_shift", "shock.probability", "shock.size"):  # fmt: skip
        yield from ex.assumption(t, name, pod)


def _travel(t: Traced, entity: str) -> Iterator[Step]:
    """Ways of a mode; of a pod, also what moves it to other sites."""
    mode, _, pod = entity.partition("/")
    yield from ex.rows(t, "travel", lambda r: r.mode == mode, "minutes")
    for i in t.plan.initiatives:
        if any(p.table == "sites" and (not p.scope.pods or pod in p.scope.pods) for p in ex.primitives(i)):
            yield ("contacts_moved", i.id)


def _started(t: Traced, entity: str) -> Iterator[Step]:
    """What an initiative waits for: others that it requires, what its trigger watches; and the initiative itself."""
    for i in t.plan.initiatives:
        if i.id == entity:
            yield from (("started", required) for required in i.requires)
            if i.trigger:
                yield (i.trigger.outcome, i.trigger.entity)
    yield from ex.assumption(t, "start.slip", entity)
    yield from ex.initiative(t, entity)


ORIGINS: dict[str, Origin] = {
    "contacts_moved": Origin("model.places.relocated", ex.initiative_outcomes("uptake")),
    "travel_minutes": Origin("model.places.mean_minutes", _travel),
    "uptake": Origin("model.uptake.uptake_of", ex.initiative_outcomes("staffed")),
    "started": Origin("model.starts.Starts", _started),
    "contacts_prevented": Origin("effects.combine.divided", ex.initiative_outcomes("uptake")),
    "contacts_added": Origin("effects.combine.divided", ex.initiative_outcomes("uptake")),
    "activity": Origin("effects.combine.keep", _activity),
    "left_footprint": Origin("effects.combine.keep", _left),
    "demand": Origin("model.demand.demand_of", _demand),
}  # fmt: skip
