"""Where beds and the people in them come from."""

from __future__ import annotations

from collections.abc import Iterator

from placeplan.core.tables import SYSTEM
from placeplan.model import trace as ex
from placeplan.model.trace import Origin, Step, Traced

RUN_MONTH = "capacity.bed_days.run_month"


def _pools(t: Traced, entity: str) -> list[str]:
    return [p.id for p in t.baseline.pools if entity in (p.organisation, SYSTEM)]


def _beds(outcome: str, *own: str, inputs: bool = True) -> ex.Parents:
    """Parents of a bed outcome: an organisation's pools; a pool's flows, rows and assumptions."""

    def parents(t: Traced, entity: str) -> Iterator[Step]:
        pools = _pools(t, entity)
        if pools:
            yield from ((outcome, pool) for pool in pools)
            return
        yield from ((name, entity) for name in own)
        if inputs:
            yield from _pool_inputs(t, entity)

    return parents


def _pool_inputs(t: Traced, entity: str) -> Iterator[Step]:
    site, _, pool = entity.partition("/")
    yield from ex.rows(t, "beds", lambda r: (r.site, r.pool) == (site, pool), "occupied")
    yield from ex.rows(t, "stays", lambda r: (r.site, r.pool) == (site, pool), "nights")
    for name in ("stay.short_share", "stay.short_nights", "stay.elective_nights", "stay.delay_share", "stay.delay_nights",
                 "stay.trend", "care.supply", "care.elasticity", "arrivals.dispersion", "arrivals.weekend", "elective.slots"):  # fmt: skip
        yield from ex.assumption(t, name, entity)


def _drawn(outcome: str, own: str, assumption: str) -> ex.Parents:
    """Parents of an outcome that is another one times an assumption."""

    def parents(t: Traced, entity: str) -> Iterator[Step]:
        yield from _beds(outcome, own, inputs=False)(t, entity)
        if "/" in entity:
            yield from ex.assumption(t, assumption, entity)

    return parents


def _boarders(t: Traced, entity: str) -> Iterator[Step]:
    yield from _beds("boarders", "arrivals", "occupied", inputs=False)(t, entity)
    site, _, pool = entity.partition("/")
    yield from ex.rows(t, "boarding", lambda r: (r.site, r.pool) == (site, pool), "share")
    yield from ex.assumption(t, "boarding.longer", entity)


def _arrivals(t: Traced, entity: str) -> Iterator[Step]:
    found = next((p for p in t.baseline.pools if p.id == entity), None)
    if found:
        yield from (("activity", f"{found.site}/{pod}") for pod, _ in (*found.emergency, *found.elective))
    else:
        yield from (("arrivals", pool) for pool in _pools(t, entity))


def _open(t: Traced, entity: str) -> Iterator[Step]:
    pools = _pools(t, entity) if "/" not in entity else []
    yield from (("beds_open", pool) for pool in pools)
    site, _, pool = entity.partition("/")
    yield from ex.rows(t, "beds", lambda r: (r.site, r.pool) == (site, pool), "available")
    for i in t.plan.initiatives:
        if any(p.table == "beds" and f"{p.site}/{p.pool}" == entity for e in i.effects for p in e.primitives()):
            yield from ex.initiative(t, i.id)


ORIGINS: dict[str, Origin] = {
    "beds_open": Origin("model.programmes.beds_added", _open),
    "occupied": Origin(RUN_MONTH, _beds("occupied", "admissions", "discharges", "beds_open")),
    "in_beds": Origin(RUN_MONTH, _beds("in_beds", "admissions", "discharges")),
    "occupancy": Origin(RUN_MONTH, _beds("occupancy", "occupied", "beds_open", inputs=False)),
    "days_over_92": Origin(RUN_MONTH, _beds("days_over_92", "occupied", "beds_open", inputs=False)),
    "days_over_100": Origin(RUN_MONTH, _beds("days_over_100", "occupied", "waiting_without_bed", "beds_open", inputs=False)),
    "waiting_without_bed": Origin("capacity.beds.admitted", _beds("waiting_without_bed", "arrivals", "occupied", "beds_open")),
    "waiting_at_end": Origin("capacity.beds.admitted", _beds("waiting_at_end", "arrivals", "occupied", "beds_open")),
    "escalation_beds": Origin("capacity.beds.admitted", _beds("escalation_beds", "occupied", "beds_open")),
    "occupied_others": Origin("model.doors.from_beyond", _beds("occupied_others", "occupied", inputs=False)),
    "boarders": Origin("capacity.boarding.boarded", _boarders),
    "transfers": Origin(RUN_MONTH, _beds("transfers", "discharges", inputs=False)),
    "deaths": Origin("capacity.bed_days.run_month", _drawn("deaths", "discharges", "stay.deaths")),
    "deaths_from_delay_low": Origin("capacity.beds.deaths_from_delay", _drawn("deaths_from_delay_low", "waiting_without_bed", "delay.deaths_low")),
    "deaths_from_delay_high": Origin("capacity.beds.deaths_from_delay", _drawn("deaths_from_delay_high", "waiting_without_bed", "delay.deaths_high")),
    "delayed_beds": Origin("model.wards.delay_after_supply", _beds("delayed_beds", "discharges")),
    "discharges": Origin("capacity.beds.leaving", _beds("discharges", "admissions")),
    "admissions": Origin("capacity.beds.admitted", _beds("admissions", "arrivals", "elective_admissions", inputs=False)),
    "elective_admissions": Origin("capacity.beds.electives_admitted", _beds("elective_admissions", "electives_deferred")),
    "electives_deferred": Origin("capacity.beds.electives_admitted", _beds("electives_deferred", "beds_open")),
    "arrivals": Origin("capacity.beds.over_night", _arrivals),
}  # fmt: skip
