"""Where need by deprivation comes from: latent and unmet need, rates by quintile, what is prevented for whom."""

from __future__ import annotations

from collections.abc import Iterator

from placeplan.core.tables import AreaPeople
from placeplan.model import trace as ex
from placeplan.model.trace import Node, Origin, Parents, Step, Traced


def _parts(entity: str) -> tuple[int, str]:
    """Quintile (0: all) and pod of an entity."""
    fifth, _, pod = entity.rpartition("/")
    return int(fifth.removeprefix("q") or 0), pod


def _areas(t: Traced, quintile: int) -> Iterator[Node]:
    """The first row of each area of a quintile."""
    own = [r for r in t.plan.tables["areas"] if isinstance(r, AreaPeople) and r.quintile == quintile]
    first = {id(next(r for r in own if r.area == area)) for area in sorted({r.area for r in own})}
    yield from ex.rows(t, "areas", lambda r: id(r) in first, "quintile")


def _need(outcome: str) -> Parents:
    def parents(t: Traced, entity: str) -> Iterator[Step]:
        quintile, pod = _parts(entity)
        if not quintile:
            yield from ((outcome, e) for e in t.outcomes[outcome].entities if e.endswith(f"/{pod}"))
        else:
            yield from ex.assumption(t, f"need.unmet.q{quintile}", pod)
            yield from _areas(t, quintile)
        yield ("demand", pod)

    return parents


def _share(t: Traced, entity: str) -> Iterator[Step]:
    own = ("unmet_need", "latent_need")
    yield from ((name, entity) for name in own if entity in t.outcomes[name].entities)


def _rate(t: Traced, entity: str) -> Iterator[Step]:
    quintile, pod = _parts(entity)
    yield from _areas(t, quintile)
    yield ("demand", pod)
    yield ("prevented", entity)


def _prevented(t: Traced, entity: str) -> Iterator[Step]:
    quintile, pod = _parts(entity)
    yield from _areas(t, quintile)
    for i in t.plan.initiatives:
        if any(p.table == "demand" and (not p.scope.pods or pod in p.scope.pods) for p in ex.primitives(i)):
            yield ("contacts_prevented", i.id)


def _gap(t: Traced, pod: str) -> Iterator[Step]:
    own = [e for e in t.outcomes["activity_per_1000"].entities if e.endswith(f"/{pod}")]
    yield from (("activity_per_1000", e) for e in sorted({own[0], own[-1]}))


ORIGINS: dict[str, Origin] = {
    "latent_need": Origin("model.equity.latent_need", _need("latent_need")),
    "unmet_need": Origin("model.equity.unmet_need", _need("unmet_need")),
    "unmet_share": Origin("model.equity.unmet_share", _share),
    "activity_per_1000": Origin("model.equity.per_1000", _rate),
    "prevented": Origin("effects.combine.divided", _prevented),
    "rate_gap": Origin("model.equity.ratio_of", _gap),
}
