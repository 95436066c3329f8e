"""Where contacts that run out, backlogs and spills come from."""

from __future__ import annotations

from collections.abc import Iterator

from placeplan.core.tables import SYSTEM
from placeplan.model import trace as ex
from placeplan.model.trace import Origin, Step, Traced


def _doors(outcome: str, *own: str, more: ex.Parents | None = None) -> ex.Parents:
    """Parents of an outcome by door: for the system each site's, else other outcomes of the door and inputs."""

    def parents(t: Traced, entity: str) -> Iterator[Step]:
        site, _, pod = entity.partition("/")
        if site == SYSTEM:
            every = t.outcomes[outcome].entities if outcome in t.outcomes.series else ()
            yield from ((outcome, e) for e in every if e.endswith(f"/{pod}") and not e.startswith(f"{SYSTEM}/"))
            return
        yield from ((name, entity) for name in own)
        if more:
            yield from more(t, entity)

    return parents


def _capacity(t: Traced, entity: str) -> Iterator[Step]:
    site, _, pod = entity.partition("/")
    owner = t.baseline.site_organisation.get(site, "")
    yield from ex.rows(t, "contacts", lambda r: (r.site, r.pod) == (site, pod), "capacity")
    yield from ex.rows(t, "activity", lambda r: (r.site, r.pod) == (site, pod), "activity")
    yield from ex.rows(t, "contacts", lambda r: (r.site, r.pod) == (site, pod) and r.follow is not None, "follow")
    yield from ex.assumption(t, "contacts.used", pod if f"contacts.used@{pod}" in t.outcomes.draws else owner)
    for i in t.plan.initiatives:
        touched = (p for e in i.effects for p in e.primitives() if p.table in ("contacts", "productivity"))
        if any(p.site in ("", site) and p.pod in ("", pod) and p.organisation in ("", owner) for p in touched):
            yield from ex.initiative(t, i.id)


def _coming(t: Traced, entity: str) -> Iterator[Step]:
    """What a door is asked for: need after effects, and what spills from other doors."""
    yield ("demand", entity.partition("/")[2])
    yield from ex.coming(t, entity)


def _waiting(t: Traced, entity: str) -> Iterator[Step]:
    site, _, pod = entity.partition("/")
    yield from ex.rows(t, "contacts", lambda r: (r.site, r.pod) == (site, pod), "backlog")
    yield from ex.assumption(t, "contacts.gives_up", pod)


def _ways(t: Traced, entity: str) -> Iterator[Step]:
    site, _, pod = entity.partition("/")
    yield from ex.rows(t, "spills", lambda r: r.pod == pod and r.site in ("", site), "coefficient")


_NOT_SEEN = ("asked", "contacts_capacity")
ORIGINS: dict[str, Origin] = {
    "contacts_capacity": Origin("capacity.contacts.capacity", _doors("contacts_capacity", more=_capacity)),
    "asked": Origin("effects.combine.keep", _doors("asked", more=_coming)),
    "not_given": Origin("capacity.contacts.contacts_given", _doors("not_given", *_NOT_SEEN)),
    "backlog": Origin("capacity.contacts.next_backlog", _doors("backlog", *_NOT_SEEN, more=_waiting)),
    "lost": Origin("capacity.contacts.gone", _doors("lost", *_NOT_SEEN, more=_waiting)),
    "spilled": Origin("capacity.contacts.spilled", _doors("spilled", *_NOT_SEEN, more=_ways)),
    "wait_months": Origin("capacity.contacts.mean_wait", _doors("wait_months", "backlog", "activity", "lost")),
    "used_capacity": Origin("capacity.contacts.contacts_given", _doors("used_capacity", *_NOT_SEEN)),
}
