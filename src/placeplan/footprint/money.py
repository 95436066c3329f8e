"""Money of the base year: accounts divided by judged shares, an allocation a head, and a commissioner that spends what it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from placeplan.core.tables import OUTSIDE
from placeplan.footprint.figures import Accounts
from placeplan.footprint.flows import Flows
from placeplan.footprint.ground import COMMUNITY, HOSPITALS, MINDS, PRACTICES, Council, Ground, Row, part_said, row
from placeplan.footprint.judged import BASE_YEAR, CostLine, figure
from placeplan.footprint.judged import rows as judged_rows
from placeplan.footprint.prices import residents, unit_cost, weights
from placeplan.footprint.shelf import title
from placeplan.footprint.social import ADULTS, OTHER_OLD, Spent, of_council
from placeplan.footprint.trusts import Trust
from placeplan.series.plan_rows import before

SHARES = ("prescribing", "primary", "continuing", "ambulance", "better_care", "running")
"""Lines of a commissioner that are shares of its resource."""
DRIVEN = {"residential": "residential_week", "nursing": "nursing_week", "home care": "home_care_week"}


@dataclass
class Split:
    """Who pays a trust, £ of the base year."""

    here: float
    """The commissioner of the footprint."""
    england: float
    others: float
    """Commissioners of elsewhere."""
    fund: float
    rest: float
    """Councils, training, research, private and other."""

    @property
    def whole(self) -> float:
        """All income."""
        return self.here + self.england + self.others + self.fund + self.rest


@dataclass
class Budget:
    """What the commissioner has and on what it spends it, £ of the base year."""

    resource: float
    lines: Mapping[str, float]
    splits: Mapping[str, Split] = field(default_factory=dict)
    """Of each trust with accounts, ambulance trusts left out."""
    elsewhere: float = 0.0
    """Hospital care of residents beyond the footprint, at national average costs."""
    others: float = 0.0
    """Community and mental-health care by others."""
    ambulance: Mapping[str, float] = field(default_factory=dict)
    """Block of each ambulance trust."""
    paid: Mapping[str, float] = field(default_factory=dict)
    """Blocks of providers without accounts."""
    visitors: Mapping[str, float] = field(default_factory=dict)
    """What such providers have from commissioners of elsewhere."""
    cut: float = 1.0
    """By what the trusts' contracts were scaled so that the commissioner spends no more than it has."""


def accounts(ground: Ground, trust: Trust) -> Accounts | None:
    """Accounts of the part of a trust that is here."""
    known = ground.figures.accounts.get(trust.code)
    part = trust.part
    return Accounts(known.income * part, known.cost * part, known.position * part) if known else None


def budget(ground: Ground, flows: Flows, care: list[Row]) -> Budget:
    """What the commissioner has, and what it pays to whom.

    Contracts follow the trusts' accounts; where they and the other lines come to more than it has, all contracts are cut by
    one factor, and commissioners of elsewhere bear the rest: it spends what it has.
    """
    people = ground.people.total()
    resource = figure("allocation").value * people
    made = Budget(resource, {n: figure(f"ccg.{n}").value * resource for n in SHARES})
    made.elsewhere = sum(float(r["activity"]) * unit_cost(r["pod"]) for r in care if r["site"] == OUTSIDE)
    made.splits = {t.code: _split(t, flows, care, a) for t in ground.trusts if t.kind != "ambulance" and (a := accounts(ground, t))}  # fmt: skip
    made.ambulance = _ambulances(ground, made.lines["ambulance"])
    left = resource - made.elsewhere - sum(v for n, v in made.lines.items() if n != "ambulance") - sum(made.ambulance.values())  # fmt: skip
    wanted = sum(s.here for s in made.splits.values())
    if wanted > left > 0:
        made.cut = left / wanted
        for split in made.splits.values():
            split.others += split.here * (1 - made.cut)
            split.here *= made.cut
        wanted = left
    made.others = max(left - wanted, 0.0)
    made.paid, made.visitors = _unaccounted(ground, flows, care, made)
    return made


def _ambulances(ground: Ground, line: float) -> dict[str, float]:
    found = {t.code: figure("ambulance.block").value * a.cost for t in ground.of_kind("ambulance") if (a := accounts(ground, t))}  # fmt: skip
    return found or {t.code: line / len(ground.of_kind("ambulance")) for t in ground.of_kind("ambulance")}


def _split(trust: Trust, flows: Flows, care: list[Row], own: Accounts) -> Split:
    """Who pays a trust: judged shares, residents' part by flows, and no more than contracts at their highest prices explain."""
    kind = "specialist" if trust.specialist else trust.kind
    england, rest = (figure(f"income.{kind}.{n}").value for n in ("england", "rest"))
    fund = figure("fund").value * own.income
    contracted = own.income * (1 - england - rest)
    away = flows.away(trust.code)
    here = contracted * (1 - away)
    if trust.kind == "acute":
        planned, weighed, _ = weights(residents(trust.code, flows, care))
        most = figure("price_most").value * (planned + weighed * unit_cost("emergency_admission"))
        here = min(here, most) if most else here
    others = contracted * away * (here / (contracted * (1 - away)) if away < 1 else 1.0)
    return Split(here, own.income - here - others - own.income * rest, others, fund, own.income * rest - fund)


def line(organisation: str, name: str, direction: str, amount: float, source: str, level: str, note: str = "", **more: object) -> Row:  # fmt: skip
    """One row of ``money.csv``."""
    return row(source, level, note, organisation=organisation, line=name, direction=direction, amount=round(amount), **more)  # fmt: skip


def money(ground: Ground, made: Budget, known: Mapping[str, Spent], kinds: set[tuple[str, str]]) -> list[Row]:  # fmt: skip
    """Rows of ``money.csv``; kinds: council and kind of the packages there are."""
    found = [r for t in ground.trusts for r in _trust(ground, t, made)]
    found += _others(made) + _commissioner(ground, made)
    return found + [r for c in ground.councils for r in _council(ground, c, made, known, kinds)]


def _trust(ground: Ground, trust: Trust, made: Budget) -> list[Row]:
    own = accounts(ground, trust)
    if own is None:
        spent = made.ambulance.get(trust.code)
        return [line(trust.code, "ambulance service", "cost", spent, figure("ccg.ambulance").source, "default", driver="ambulance_incident", variable=0.1, stepped=0.6, steps=8, inflator="prices.pay", efficiency=True)] if spent else []  # fmt: skip
    part = part_said(trust.part)
    source = f"{title('trust_finance')}, {trust.code}, {BASE_YEAR}{part}"
    if trust.kind == "ambulance":
        return [
            line(trust.code, "other income", "income", own.income - made.ambulance.get(trust.code, 0.0), f"{source}; less the commissioner's block", "default", inflator="prices.general"),
            line(trust.code, "ambulance service", "cost", own.cost - one_off(ground, trust)[1], source, "default", driver="ambulance_incident", variable=0.1, stepped=0.6, steps=8, inflator="prices.pay", efficiency=True),
            *_financing(ground, trust, source),
        ]  # fmt: skip
    split = made.splits[trust.code]
    moves: Row = {"driver": "activity", "variable": 1.0} if trust.kind == "acute" else {}
    judged = f"{source}; judged share of operating income"
    rows = [
        line(trust.code, "specialised and direct commissioning", "income", split.england, judged, "default", kind="specialised", inflator="prices.tariff", **moves),
        line(trust.code, "other CCGs", "income", split.others, f"{judged}; people from elsewhere", "default", inflator="prices.tariff", **moves),
        line(trust.code, "councils, training, research, private and other", "income", split.rest, judged, "default", inflator="prices.general"),
    ]  # fmt: skip
    return [
        r
        for r in [
            *rows,
            *_costs(trust, own.cost - one_off(ground, trust)[1], source),
            *_financing(ground, trust, source),
        ]
        if r["amount"] or r["direction"] == "cost"
    ]


def one_off(ground: Ground, trust: Trust) -> tuple[float, float]:
    """What is usual below the operating result, and what the position leaves out of operating cost, £ of the part that is here.

    Where the position is better than the operating result, the cost holds something that the position does not count, mostly
    that buildings were written down. How much follows from what lay below the result the year before.
    """
    own, known = accounts(ground, trust), ground.figures.accounts_before.get(trust.code)
    if own is None or own.financing >= 0:
        return (own.financing if own else 0.0), 0.0
    usual = max(known.financing * trust.part, 0.0) if known else 0.0
    return usual, usual - own.financing


def _financing(ground: Ground, trust: Trust, source: str) -> list[Row]:
    """What lies between the operating result and the position; a gain is told apart, and goes as the cost goes that it makes up for."""
    named = "interest, dividend and other below the operating result"
    level = "published" if trust.part == 1 else "default"
    worked = f"{source}: operating income less operating cost less position"
    usual, gain = one_off(ground, trust)
    if not gain:
        return [line(trust.code, named, "financing", usual, worked, level)]
    return [
        line(trust.code, named, "financing", usual, worked.replace(BASE_YEAR, before(BASE_YEAR)), level, "of the year before: the base year holds a gain besides"),
        line(trust.code, "gain below the operating result", "financing", -gain, worked, level, "what is left of the base year; it makes up for cost that the position leaves out", growth="growth.gain_returning"),
        line(trust.code, "cost that the position leaves out", "cost", gain, f"{worked}, and the same of {before(BASE_YEAR)}", "default", "mostly buildings written down (judgement)", growth="growth.gain_returning"),
    ]  # fmt: skip


def _costs(trust: Trust, cost: float, source: str) -> list[Row]:
    kind = "acute" if trust.kind == "acute" else "community"
    made = []
    for rule in judged_rows("cost_lines", CostLine):
        if rule.type == kind:
            amount = cost * rule.share
            steps = max(1, round(amount * rule.stepped / figure("ward_cost").value)) if rule.stepped else None
            made.append(line(trust.code, rule.line, "cost", amount, f"{source}; {rule.source}", "default", kind=rule.kind, driver=rule.driver, variable=rule.variable, stepped=rule.stepped, steps=steps, inflator=rule.inflator, efficiency=rule.efficiency))  # fmt: skip
    return made


def _others(made: Budget) -> list[Row]:
    """Practices, and care of a kind for which no trust is known: they spend what they are paid."""
    source = f"{figure('ccg.primary').source}; practices are taken to spend what they are paid"
    rows = [line(PRACTICES, "general practice", "cost", made.lines["primary"], source, "default", kind="primary_care", driver="gp_appointment", variable=0.2, inflator="prices.pay")]  # fmt: skip
    for name, paid in made.paid.items():
        away = made.visitors.get(name, 0.0)
        amount = paid + away
        if away >= 1:
            rows.append(line(name, "other CCGs", "income", away, "Care of people from elsewhere at national costs; no accounts are known", "default", driver="activity", variable=1.0, inflator="prices.tariff"))  # fmt: skip
        rows.append(line(name, "care", "cost", amount, "What is paid for it; no accounts are known", "default", driver="activity", variable=0.2, stepped=0.5, steps=max(1, round(amount * 0.5 / figure("ward_cost").value)), inflator="prices.pay", efficiency=True))  # fmt: skip
    return rows


def _unaccounted(ground: Ground, flows: Flows, care: list[Row], made: Budget) -> tuple[dict[str, float], dict[str, float]]:  # fmt: skip
    """Providers without accounts → what the commissioner pays them, £, and what others do: their care at national costs, within what is left."""
    names = {t.code for t in ground.of_kind("acute", "community", "mental_health")} | {HOSPITALS, COMMUNITY, MINDS}
    costs: dict[str, float] = {}
    for r in care:
        if r["site"] in names - {*made.splits}:
            costs[r["site"]] = costs.get(r["site"], 0.0) + float(r["activity"]) * unit_cost(r["pod"])
    here = {name: n * (1 - flows.away(name)) for name, n in costs.items()}
    whole = sum(here.values())
    scale = min(made.others / whole, 1.0) if whole else 0.0
    return {n: v * scale for n, v in here.items()}, {n: (v - here[n]) * scale for n, v in costs.items()}


def _commissioner(ground: Ground, made: Budget) -> list[Row]:
    own, fact = ground.commissioner, figure("allocation")
    people = f"; times {ground.people.total():,.0f} people"
    others = made.others - sum(made.paid.values())
    lines = [
        line(own, "allocation", "income", made.resource, fact.source + people, "default", kind="allocation", inflator="prices.allocation"),
        line(own, "hospital care bought elsewhere", "cost", made.elsewhere, "Residents' care beyond the footprint at national average costs", "default", kind="commissioned", setting="acute", inflator="prices.tariff", growth="growth.bought_elsewhere"),
        line(own, "community, mental-health and other care by others", "cost", others, "What is left of the allocation", "default", kind="commissioned", setting="community", inflator="prices.tariff", growth="growth.bought_elsewhere"),
        line(own, "prescribing", "cost", made.lines["prescribing"], figure("ccg.prescribing").source, "default", kind="prescribing", setting="primary", inflator="prices.prescribing", growth="growth.prescribing"),
        line(own, "continuing care and funded nursing", "cost", made.lines["continuing"], figure("ccg.continuing").source, "default", kind="continuing_healthcare", setting="social", inflator="prices.care", growth="growth.continuing_care"),
        line(own, "running cost", "cost", made.lines["running"], figure("ccg.running").source, "default", setting="other", inflator="prices.pay", efficiency=True),
    ]  # fmt: skip
    return [r for r in lines if r["amount"] >= 1]


def better_care(ground: Ground, made: Budget, known: Mapping[str, Spent]) -> dict[str, float]:
    """What the commissioner pays each council under the Better Care Fund, £: by what others pay it, and no more than that."""
    others = {c.code: of_council(ground, c, known)[0].others for c in ground.councils}
    whole = sum(others.values())
    return {c: min(made.lines["better_care"] * n / whole, 0.9 * n) for c, n in others.items() if n > 0}


def _council(ground: Ground, council: Council, made: Budget, known: Mapping[str, Spent], kinds: set[tuple[str, str]]) -> list[Row]:  # fmt: skip
    """Adult social care of one council's part; capital charges are left out."""
    spent, published = of_council(ground, council, known)
    level = "published" if published and council.old == 1 else "default"
    part = part_said(council.old)
    source = f"{title('ascfr_totals')}, {council.code}, {BASE_YEAR}{part}" if published else figure("care_spend").source
    rows, named = [], 0.0
    for name in (*DRIVEN, OTHER_OLD, ADULTS):
        amount = spent.lines.get(name, 0.0)
        named += amount
        growth = "growth.social_care_adults" if name == ADULTS else "growth.social_care_old"
        pod = DRIVEN.get(name, "")
        moves: Row = {"driver": pod, "variable": 1.0} if (council.code, pod) in kinds else {"growth": growth}
        title_ = name if name in (OTHER_OLD, ADULTS) else f"{name} 65+"
        rows.append(line(council.code, title_, "cost", amount, f"{source}: gross current expenditure, long-term support", level, inflator="prices.care", **moves))  # fmt: skip
    fees = spent.gross - spent.net
    paid = better_care(ground, made, known).get(council.code, 0.0)
    charges: Row = {"driver": "charges", "variable": 1.0} if any(c == council.code for c, _ in kinds) else {}
    rows += [
        line(council.code, "short-term, assessment and other", "cost", spent.gross - named, f"{source}: gross current expenditure less long-term support", level, inflator="prices.pay", efficiency=True),
        line(council.code, "care paid for by the NHS and others", "cost", spent.others, f"{source}: total expenditure less gross total expenditure", level, inflator="prices.care"),
        line(council.code, "client contributions", "income", fees, f"{source}: gross less net current expenditure", level, kind="fees", inflator="prices.general", **charges),
        line(council.code, "joint arrangements and others, beside the Better Care Fund", "income", spent.others - paid, f"{source}: paid by others, less the commissioner's payment", "default", inflator="prices.care"),
        line(council.code, "council funding", "income", spent.net, f"{source}: net current expenditure", level, "fitted: no budget beside the outturn is published, so funding is what was spent net", inflator="prices.council_funding"),
    ]  # fmt: skip
    return [r for r in rows if r["amount"]]
