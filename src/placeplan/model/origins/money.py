"""Where money comes from: lines, contracts, initiatives."""

from __future__ import annotations

from collections.abc import Iterator

from placeplan.core.tables import SYSTEM, MoneyLine, StaffGroup
from placeplan.model import trace as ex
from placeplan.model.trace import Node, Origin, Step, Traced


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


def _unforeseen(t: Traced, org: str) -> Iterator[Step]:
    """What is spent, and how far that departs."""
    yield ("escalation_cost", org)
    yield from _lines("cost")(t, org)
    yield from ex.assumption(t, "departure.cost", org)


def _with_unforeseen(t: Traced, org: str) -> Iterator[Step]:
    """The cost that nobody foresaw, and how soon income comes for it."""
    yield ("unforeseen_cost", org)
    yield from ex.assumption(t, "departure.income", org)


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
    if row.driver == "staff":
        staff = [
            r for r in t.plan.tables["staff"] if isinstance(r, StaffGroup) and (r.organisation, r.line) == (org, name)
        ]
        yield from (("staff_cost", f"{org}/{r.group}") for r in staff)
    elif row.driver == "beds":
        yield ("beds_open", org)
    if row.driver in ("packages", "charges"):
        yield ("packages_in_use", org)
    elif row.driver != "none":
        pods = [row.driver] if row.driver != "activity" else list(t.baseline.pods)
        sites = sorted(s for s, o in t.baseline.site_organisation.items() if o == org)
        yield from (("activity", f"{site}/{pod}") for site in sites for pod in pods)
    for i in t.plan.initiatives:
        if any(p.organisation == org and p.line == name for e in i.effects for p in e.primitives()):
            yield ("cip_saving", i.id)


def _contracts(side: str) -> ex.Parents:
    """Contracts of which an organisation is this side; of one with several partners, the parts that are its own."""

    def parents(t: Traced, org: str) -> Iterator[Step]:
        for c in t.plan.contracts:
            if c.parties():
                yield from (("contract_payment", f"{c.id}/{part}") for part in c.parts(org, side))
            elif getattr(c, side) == org:
                yield ("contract_payment", c.id)

    return parents


def _contract(t: Traced, entity: str) -> Iterator[Step]:
    """A contract's parts, then its rule with what was drawn for it, the care and the outcomes that it reads."""
    id_, _, part = entity.partition("/")
    c = next(c for c in t.plan.contracts if c.id == id_)
    if not part:
        yield from (("contract_payment", e) for e in _parts_of(t, c.id))
    where = t.plan.places.get(f"contract/{c.id}", f"contracts/{c.id}.yaml")
    sides = next((s for s in (c.payee, c.payer) if f"{c.uplift}@{s}" in t.outcomes.draws), c.id)
    drawn = tuple(n for q in c.assumptions() for n in ex.assumption(t, q, sides))
    yield Node(
        "contract", c.id, None, None, None, "", f"placeplan.contracts.{c.name}", c.about, where, c.source, c.level, drawn
    )  # fmt: skip
    yield from (("contract_payment", other) for other in c.rests_on())
    for org, pod in c.counts().values():
        sites = sorted(s for s, o in t.baseline.site_organisation.items() if o == org)
        yield from (("activity", f"{site}/{pod}") for site in sites)
    yield from ((r.outcome, r.entity) for r in c.outcomes() if (r.outcome, r.entity) != ("contract_payment", c.id))


def _parts_of(t: Traced, contract: str) -> list[str]:
    """Parts of a contract that were written down beside its total."""
    return [e for e in t.outcomes["contract_payment"].entities if e.startswith(f"{contract}/")]


def _pool(t: Traced, entity: str) -> Iterator[Step]:
    """What goes into a pool, out of it and back."""
    yield from (("contract_payment", e) for e in _parts_of(t, entity))


def _refused(t: Traced, entity: str) -> Iterator[Step]:
    """Contracts whose activity plan limits a pod, and what was asked and given of it."""
    org, _, pod = entity.partition("/")
    for c in t.plan.contracts:
        if any(p.pod == pod for p in c.activity_plan) and org in (c.payee, SYSTEM):
            where = t.plan.places.get(f"contract/{c.id}", f"contracts/{c.id}.yaml")
            yield Node(
                "contract", c.id, None, None, None, "", "placeplan.contracts.plans", c.about, where, c.source, c.level
            )
    yield ("demand", pod)


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


def _escalation(t: Traced, org: str) -> Iterator[Step]:
    yield ("escalation_beds", org)
    for name in ("beds.cost", "beds.escalation_premium", "prices.general"):
        yield from ex.assumption(t, name)


def _rows_of(outcome: str, own: tuple[str, ...], table: str, column: str, *kinds: str) -> ex.Parents:
    """Parents of an outcome of an organisation or the system: other outcomes of it, and its rows of a table."""

    def parents(t: Traced, entity: str) -> Iterator[Step]:
        if outcome == "receipts" and entity == SYSTEM:
            yield from ((outcome, e) for e in t.outcomes[outcome].entities if e != SYSTEM)
        yield from ((name, entity) for name in own)

        def of(r: object) -> bool:
            return getattr(r, "organisation", "") == entity and getattr(r, "kind", "") in (kinds or ("",))

        yield from ex.rows(t, table, of, column)

    return parents


def _depreciation(t: Traced, org: str) -> Iterator[Step]:
    yield from (("cost_line", f"{org}/{r.line}") for r in ex.lines_of(t, org, "cost") if r.kind == "depreciation")
    yield from _capital(t, org)


def _interest(t: Traced, org: str) -> Iterator[Step]:
    yield from ex.rows(t, "balances", lambda r: r.organisation == org, "cash")
    yield from ex.assumption(t, "finance.interest", org)


def _setting(t: Traced, setting: str) -> Iterator[Step]:
    yield from ex.rows(t, "money", lambda r: r.direction == "cost" and r.setting == setting, "amount")
    yield ("operating_cost", SYSTEM)
    yield ("programme_cost", SYSTEM)


ORIGINS: dict[str, Origin] = {
    "position": Origin("model.run.position", _per_organisation(
        "position", ("income", "contract_income", "contract_spend", "operating_cost", "programme_cost", "financing", "reserves_used"))),
    "income": Origin("model.money.line_amount", _per_organisation("income", ("unforeseen_income",), _lines("income"))),
    "operating_cost": Origin("model.money.line_amount", _per_organisation(
        "operating_cost", ("escalation_cost", "unforeseen_cost"), _lines("cost"))),
    "financing": Origin("model.money.line_amount", _per_organisation("financing", (), _lines("financing"))),
    "contract_income": Origin("model.payments.Payments", _per_organisation("contract_income", (), _contracts("payee"))),
    "contract_spend": Origin("model.payments.Payments", _per_organisation("contract_spend", (), _contracts("payer"))),
    "programme_cost": Origin("model.programmes.running_cost", _per_organisation("programme_cost", (), _programme)),
    "capital_spend": Origin("model.programmes.building_cost", _per_organisation("capital_spend", (), _capital)),
    "escalation_cost": Origin("model.run.escalation_cost", _per_organisation("escalation_cost", (), _escalation)),
    "unforeseen_cost": Origin("model.unforeseen.unforeseen", _per_organisation("unforeseen_cost", (), _unforeseen)),
    "unforeseen_income": Origin("model.unforeseen.paid_for", _per_organisation(
        "unforeseen_income", (), _with_unforeseen)),
    "cost_line": Origin("model.money.line_amount", _line),
    "contract_line": Origin("model.payments.Payments", _contract),
    "contract_payment": Origin("model.payments.Payments", _contract),
    "pool_balance": Origin("contracts.pooled.pool_balance", _pool),
    "activity_refused": Origin("contracts.plans.given_share", _refused),
    "initiative_cost": Origin("model.programmes.running_cost", _cost),
    "capital_charge": Origin("model.money.capital_year_cost", _charge),
    "capital_limit": Origin("model.cash.month_of_year", _rows_of("capital_limit", (), "capital", "amount", "limit")),
    "capital_room": Origin("model.building.spending_by_year", _rows_of(
        "capital_room", ("capital_spend", "capital_limit"), "capital", "amount", "limit")),
    "receipts": Origin("model.cash.Balances", _rows_of("receipts", (), "capital", "amount", "receipt", "grant")),
    "depreciation": Origin("model.money.capital_year_cost", _per_organisation("depreciation", (), _depreciation)),
    "interest": Origin("model.cash.interest_due", _interest),
    "cash": Origin("model.cash.cash_at_end", _rows_of(
        "cash", ("position", "depreciation", "capital_spend", "interest"), "balances", "cash")),
    "against_control_total": Origin("model.cash.month_of_year", _rows_of(
        "against_control_total", ("position",), "control_totals", "position")),
    "spend_share": Origin("model.settings.spend_share", _setting),
    "cip_saving": Origin("model.money.cost_improvement", ex.initiative_outcomes("uptake")),
}  # fmt: skip
