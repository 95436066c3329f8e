"""What each outcome is made of, and the function that computes it: the table behind `explain`."""

from __future__ import annotations

from collections.abc import Iterator

from placeplan.core.tables import OUTSIDE, MoneyLine
from placeplan.model import trace as ex
from placeplan.model.record import SYSTEM
from placeplan.model.trace import Node, Origin, Traced

Step = Node | tuple[str, str]


def _per_organisation(outcome: str, own: tuple[str, ...], more: ex.Parents | None = None) -> ex.Parents:
    """Parents of a money outcome: for the system, each organisation's; else other outcomes and inputs."""

    def parents(t: Traced, entity: str) -> Iterator[Step]:
        if entity == SYSTEM:
            yield from ((outcome, org) for org in ex.organisations_of(t))
            return
        yield from ((name, entity) for name in own)
        if more:
            yield from more(t, entity)

    return parents


def _lines(*directions: str) -> ex.Parents:
    def parents(t: Traced, org: str) -> Iterator[Step]:
        yield from (("cost_line", f"{org}/{line.line}") for line in ex.lines_of(t, org, *directions))
        if "financing" in directions:
            for i in t.plan.initiatives:
                if i.capital and i.capital.organisation == org:
                    yield ("capital_charge", i.id)

    return parents


def _charge(t: Traced, entity: str) -> Iterator[Step]:
    """A charge on a building: its initiative, and the rate."""
    i = next(i for i in t.plan.initiatives if i.id == entity)
    yield from ex.initiative(t, entity)
    yield from ex.assumption(t, "capital.charge", entity)
    yield from ex.assumption(t, "prices.general", i.capital.organisation if i.capital else "")


def _line(t: Traced, entity: str) -> Iterator[Step]:
    org, _, name = entity.partition("/")

    def this(r: object) -> bool:
        return isinstance(r, MoneyLine) and (r.organisation, r.line) == (org, name)

    yield from ex.rows(t, "money", this, "amount")
    row = next(r for r in t.plan.tables["money"] if this(r))
    assert isinstance(row, MoneyLine)
    yield from ex.assumption(t, row.inflator)
    yield from ex.assumption(t, row.growth)
    if row.efficiency:
        yield from ex.assumption(t, "efficiency.background")
    if row.driver == "beds":
        yield ("beds_open", org)
    elif row.driver != "none":
        pods = [row.driver] if row.driver != "activity" else list(t.baseline.pods)
        sites = sorted(s for s, o in t.baseline.site_organisation.items() if o == org)
        yield from (("activity", f"{site}/{pod}") for site in sites for pod in pods)
    for i in t.plan.initiatives:
        if any(p.organisation == org and p.line == name for e in i.effects for p in e.primitives()):
            yield ("cip_saving", i.id)


def _contracts(side: str) -> ex.Parents:
    def parents(t: Traced, org: str) -> Iterator[Step]:
        yield from (("contract_payment", c.id) for c in t.plan.contracts if getattr(c, side) == org)

    return parents


def _contract(t: Traced, entity: str) -> Iterator[Step]:
    c = next(c for c in t.plan.contracts if c.id == entity)
    where = t.plan.places.get(f"contract/{c.id}", f"contracts/{c.id}.yaml")
    drawn = tuple(n for q in (*c.quantities(), c.uplift) for n in ex.assumption(t, q, c.id))
    yield Node(
        "contract",
        c.id,
        None,
        None,
        None,
        "",
        f"placeplan.contracts.{c.name}",
        c.about,
        where,
        c.source,
        c.level,
        drawn,
    )
    sites = sorted(s for s, o in t.baseline.site_organisation.items() if o == c.payee)
    yield from (("activity", f"{site}/{pod}") for site in sites for pod in c.pods())


def _programme(t: Traced, org: str) -> Iterator[Step]:
    yield from (("initiative_cost", f"{org}/{i.id}") for i in t.plan.initiatives)


def _cost(t: Traced, entity: str) -> Iterator[Step]:
    org, _, initiative = entity.rpartition("/")
    if not org:
        payers = [e for e in t.outcomes["initiative_cost"].entities if e.endswith(f"/{initiative}")]
        yield from (("initiative_cost", e) for e in payers)
    else:
        yield ("uptake", initiative)
    yield from ex.initiative(t, initiative)


def _capital(t: Traced, org: str) -> Iterator[Step]:
    for i in t.plan.initiatives:
        if i.capital and i.capital.organisation == org:
            yield from ex.initiative(t, i.id)


def _initiative(*outcomes: str) -> ex.Parents:
    def parents(t: Traced, entity: str) -> Iterator[Step]:
        yield from ((name, entity) for name in outcomes)
        yield from ex.initiative(t, entity)

    return parents


def _activity(t: Traced, entity: str) -> Iterator[Step]:
    site, _, pod = entity.partition("/")
    if site == SYSTEM:
        sites = [e for e in t.outcomes["activity"].entities if e.endswith(f"/{pod}") and not e.startswith(f"{SYSTEM}/")]
        yield from (("activity", e) for e in sites)
        return
    yield from ex.rows(t, "activity", lambda r: (r.site, r.pod) == (site, pod), "activity")
    yield from ex.rows(t, "flows", lambda r: r.site == site and r.pod in (pod, "all"), "share")
    yield ("demand", pod)
    for i in t.plan.initiatives:
        touched = [p for e in i.effects for p in e.primitives() if p.table == "demand"]
        if any(not p.scope.pods or pod in p.scope.pods or p.to_pod == pod for p in touched):
            yield ("contacts_prevented", i.id)


def _left(t: Traced, pod: str) -> Iterator[Step]:
    yield from ex.rows(t, "activity", lambda r: (r.site, r.pod) == (OUTSIDE, pod), "activity")
    yield ("demand", pod)


def _demand(t: Traced, pod: str) -> Iterator[Step]:
    yield from ex.rows(t, "activity", lambda r: r.pod == pod, "activity")
    yield from ex.rows(t, "seasons", lambda r: r.pod == pod, "index")
    own = f"growth.{pod}"
    yield from ex.assumption(t, own if own in t.outcomes.draws else "growth.other", pod)
    for name in ("departure.sd", "departure.persistence", "departure.common", "people.total", "people.old"):
        yield from ex.assumption(t, name)


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


def _escalation(t: Traced, org: str) -> Iterator[Step]:
    yield ("escalation_beds", org)
    for name in ("beds.cost", "beds.escalation_premium", "prices.general"):
        yield from ex.assumption(t, name)


RUN_MONTH = "capacity.beds.run_month"

ORIGINS: dict[str, Origin] = {
    "position": Origin("model.run.position", _per_organisation(
        "position", ("income", "contract_income", "contract_spend", "operating_cost", "programme_cost", "financing"))),
    "income": Origin("model.money.line_amount", _per_organisation("income", (), _lines("income"))),
    "operating_cost": Origin("model.money.line_amount", _per_organisation("operating_cost", ("escalation_cost",), _lines("cost"))),
    "financing": Origin("model.money.line_amount", _per_organisation("financing", (), _lines("financing"))),
    "contract_income": Origin("model.payments.Payments", _per_organisation("contract_income", (), _contracts("payee"))),
    "contract_spend": Origin("model.payments.Payments", _per_organisation("contract_spend", (), _contracts("payer"))),
    "programme_cost": Origin("model.programmes.running_cost", _per_organisation("programme_cost", (), _programme)),
    "capital_spend": Origin("model.programmes.building_cost", _per_organisation("capital_spend", (), _capital)),
    "escalation_cost": Origin("model.run.escalation_cost", _per_organisation("escalation_cost", (), _escalation)),
    "cost_line": Origin("model.money.line_amount", _line),
    "contract_payment": Origin("model.payments.Payments", _contract),
    "initiative_cost": Origin("model.programmes.running_cost", _cost),
    "capital_charge": Origin("model.money.capital_year_cost", _charge),
    "cip_saving": Origin("model.money.cost_improvement", _initiative("uptake")),
    "uptake": Origin("model.uptake.uptakes", _initiative()),
    "started": Origin("model.uptake.starts", _initiative()),
    "contacts_prevented": Origin("effects.combine.divided", _initiative("uptake")),
    "activity": Origin("effects.combine.keep", _activity),
    "left_footprint": Origin("effects.combine.keep", _left),
    "demand": Origin("model.demand.demand_of", _demand),
    "beds_open": Origin("model.programmes.beds_added", _open),
    "occupied": Origin(RUN_MONTH, _beds("occupied", "admissions", "discharges", "beds_open")),
    "in_beds": Origin(RUN_MONTH, _beds("in_beds", "admissions", "discharges")),
    "occupancy": Origin(RUN_MONTH, _beds("occupancy", "occupied", "beds_open", inputs=False)),
    "days_over_92": Origin(RUN_MONTH, _beds("days_over_92", "occupied", "beds_open", inputs=False)),
    "days_over_100": Origin(RUN_MONTH, _beds("days_over_100", "occupied", "waiting_without_bed", "beds_open", inputs=False)),
    "waiting_without_bed": Origin("capacity.beds.admitted", _beds("waiting_without_bed", "arrivals", "occupied", "beds_open")),
    "waiting_at_end": Origin("capacity.beds.admitted", _beds("waiting_at_end", "arrivals", "occupied", "beds_open")),
    "escalation_beds": Origin("capacity.beds.admitted", _beds("escalation_beds", "occupied", "beds_open")),
    "delayed_beds": Origin("model.wards.delay_after_supply", _beds("delayed_beds", "discharges")),
    "discharges": Origin("capacity.beds.leaving", _beds("discharges", "admissions")),
    "admissions": Origin("capacity.beds.admitted", _beds("admissions", "arrivals", "elective_admissions", inputs=False)),
    "elective_admissions": Origin("capacity.beds.electives_admitted", _beds("elective_admissions", "electives_deferred")),
    "electives_deferred": Origin("capacity.beds.electives_admitted", _beds("electives_deferred", "beds_open")),
    "arrivals": Origin("capacity.beds.over_night", _arrivals),
}  # fmt: skip
