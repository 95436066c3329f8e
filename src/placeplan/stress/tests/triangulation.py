"""Whether the returns agree: staff and pay, activity and staff, bed-days and beds, both sides of each contract, claims and plan."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np

from placeplan.core.tables import BedStock, MoneyLine, Reconciliation, Site, UnitCost
from placeplan.model.outcomes import Outcomes
from placeplan.plan.agree import CONTRACT, USUAL, YEAR, apart, beds_for, sides_told
from placeplan.plan.located import Item
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import pounds_apart, upper_first
from placeplan.stress.scene import Scene
from placeplan.stress.seen import NEEDED, beds_of, called, gravest, needed_in, pool_name

ASKED = 0.92
"""Occupancy at which beds are counted where the plan promises none."""
STEADY = 0.011
"""Productivity a year that is asked of everybody (Long Term Plan 2019)."""
FASTEST = 0.02
"""Productivity a year that nobody has kept up (T01)."""


def output_a_year(activity: float, staff: float, years: int) -> float:
    """Productivity a year that two returns ask for: ``(activity / staff)^(1 / years) − 1``, both against the first year.

    >>> round(output_a_year(1.10, 1.02, 4), 3)
    0.019
    """
    return float((activity / staff) ** (1.0 / years)) - 1.0


class Pair(NamedTuple):
    """Two returns of one thing."""

    kind: str
    what: str
    shown: str
    difference: float
    """As a share; of staff: productivity a year."""
    limit: float
    result: Result


def pay_pairs(plan: Plan, outcomes: Outcomes) -> list[Pair]:
    """Staff × rate, with bank and agency, against the pay on the books, last year, median over futures."""
    if "staff_cost" not in outcomes.series:
        return []
    names, lines = called(plan), defaultdict[str, list[str]](list)
    for row in plan.tables["money"]:
        if isinstance(row, MoneyLine) and row.direction == "cost" and row.kind in ("pay", "agency"):
            lines[row.organisation].append(f"{row.organisation}/{row.line}")
    found = []
    for org in (e for e in outcomes["staff_cost"].entities if e in lines):
        staff = float(np.median(outcomes["staff_cost"].by_year(org)[:, -1]))
        books = sum(outcomes["cost_line"].by_year(line)[:, -1] for line in lines[org])
        found.append(_pair("pay", f"{names[org]}: staff × rate, and pay", staff, float(np.median(books))))
    return found


def _pair(kind: str, what: str, one: float, other: float, limit: float = USUAL) -> Pair:
    """Two sums of money of one thing."""
    difference = apart(one, other)
    a, b = pounds_apart(one, other)
    shown = f"{a} against {b} ({_percent(difference)})"
    return Pair(kind, what, shown, difference, limit, "pass" if abs(difference) <= limit else "fail")


def staff_pairs(plan: Plan, outcomes: Outcomes) -> list[Pair]:
    """Care given against staff there is, both against the first year: what that asks of each hour."""
    if not {"staff_in_post", "agency"} <= set(outcomes.series) or len(outcomes.years) < 2:
        return []
    names, cost = called(plan), {r.pod: r.cost for r in plan.tables["unit_costs"] if isinstance(r, UnitCost)}
    owner = {s.id: s.organisation for s in plan.tables["sites"] if isinstance(s, Site)}
    care = defaultdict[str, Any](float)
    for entity in outcomes["activity"].entities:
        site, _, pod = entity.partition("/")
        care[owner.get(site, site)] += outcomes["activity"].by_year(entity) * cost.get(pod, 0.0)
    found = []
    for org in (e for e in outcomes["staff_in_post"].entities if e in names and e != "system"):
        if np.size(care[org]) == 1 or not np.all(care[org][:, 0] > 0):
            continue
        staff = outcomes["staff_in_post"].by_year(org) + outcomes["agency"].by_year(org)
        rise, more = (float(np.median(v[:, -1] / v[:, 0])) for v in (care[org], staff))
        yearly = output_a_year(rise, more, len(outcomes.years) - 1)
        result: Result = "fail" if yearly > FASTEST else "amber" if yearly > STEADY else "pass"
        shown = f"care {_percent(rise - 1)}, staff {_percent(more - 1)}, so that each does {_percent(yearly)} a year"
        found.append(Pair("staff", f"{names[org]}: care given, and staff", shown, yearly, FASTEST, result))
    return found


def bed_pairs(plan: Plan, outcomes: Outcomes) -> list[Pair]:
    """Bed-days ÷ occupancy against the beds that are open, last year, median over futures."""
    if not {*NEEDED, "beds_open"} <= set(outcomes.series):
        return []
    names, found = called(plan), []
    for pool in sorted({f"{b.site}/{b.pool}" for b in plan.tables["beds"] if isinstance(b, BedStock)}):
        if pool not in outcomes["occupied"].entities:
            continue
        opened = float(np.median(outcomes["beds_open"].by_year(pool)[:, -1]))
        share = promised_occupancy(plan, pool)
        wanted = beds_for(float(np.median(needed_in(outcomes, pool))) * YEAR, share)
        short = apart(wanted, opened)
        result: Result = "pass" if short <= 0 else "amber" if short <= USUAL else "fail"
        shown = f"{wanted:,.0f} beds needed at {share:.0%} full, {opened:,.0f} open ({_percent(short)})"
        found.append(Pair("beds", f"{pool_name(names, pool)}: bed-days, and beds", shown, short, 0.0, result))
    return found


def promised_occupancy(plan: Plan, pool: str) -> float:
    """Occupancy that the plan promises of a pool, or of its organisation; `ASKED` where it promises none."""
    site = pool.partition("/")[0]
    owner = next((s.organisation for s in plan.tables["sites"] if isinstance(s, Site) and s.id == site), site)
    for p in plan.promises:
        if p.outcome == "occupancy" and isinstance(p.at_most, float) and (p.entity or p.organisation) in (pool, owner):
            return p.at_most
    return ASKED


def contract_pairs(plan: Plan) -> list[Pair]:
    """What the payer’s return says of a contract and a year, against the payee’s: rows of reconcile.csv on ``contract_payment``."""
    names, sides = called(plan), {c.id: (c.payer, c.payee, c.about) for c in plan.contracts}
    rows = (Item(row, "", 0) for row in plan.tables["reconcile"] if isinstance(row, Reconciliation))
    found = []
    for (contract, period), by_side in sorted(sides_told(r for r in rows if r.value.entity in sides).items()):
        payer, payee, about = sides[contract]
        if payer in by_side and payee in by_side:
            what = f"{about}, {period}: {names.get(payer, payer)} pays, {names.get(payee, payee)} receives"
            one, other = (by_side[side].value.published for side in (payer, payee))
            found.append(_pair("contract", what, one, other, CONTRACT))
    return found


def system_pair(plan: Plan, outcomes: Outcomes) -> list[Pair]:
    """What all organisations pay each other under contracts against what they receive, in the year where they differ most."""
    if not plan.contracts or not {"contract_income", "contract_spend", "contract_payment"} <= set(outcomes.series):
        return []
    inside, paid = set(outcomes["contract_income"].entities), outcomes["contract_payment"]
    sums = {name: outcomes[name].by_year("system").mean(axis=0) for name in ("contract_income", "contract_spend")}
    for c in (c for c in plan.contracts if c.id in paid.entities):
        total = paid.by_year(c.id).mean(axis=0)
        if c.payer not in inside:
            sums["contract_income"] = sums["contract_income"] - total
        if c.payee not in inside:
            sums["contract_spend"] = sums["contract_spend"] - total
    spent, got = sums["contract_spend"], sums["contract_income"]
    at = int(np.abs(spent - got).argmax())
    what = f"All contracts, {outcomes.years[at]}: what is paid, and what is received"
    return [_pair("contract", what, float(spent[at]), float(got[at]), 1e-6)]


def claim_pairs(plan: Plan) -> list[Pair]:
    """Beds that an initiative is said to open or close, against those that its effects open or close."""
    found = []
    for i in plan.initiatives:
        said = [c for c in i.claims if c.outcome == "beds_open" and c.value is not None]
        moved = [p for e in i.effects for p in e.primitives() if p.table == "beds"]
        if not said or not moved:
            continue
        beds, claimed = sum(plan.middle(p.quantity) for p in moved), float(sum(c.value or 0.0 for c in said))
        difference = apart(claimed, beds)
        kinds = sorted({beds_of(p.pool) for p in moved})
        a, b = (f"{v:+,.0f}".replace("-", "−") for v in (claimed, beds))
        shown = f"{a} said, {b} {' and '.join(kinds)} in the plan’s tables"
        result: Result = "pass" if abs(difference) <= USUAL else "amber"
        found.append(Pair("claim", f"{i.name}: beds said, and beds planned", shown, difference, USUAL, result))
    return found


NOUNS = {
    "contract": "contracts whose two sides disagree", "pay": "pay bills that staff × rate does not make",
    "staff": "organisations whose staff would have to do ever more", "beds": "pools with fewer beds than their bed-days need",
    "claim": "claims of beds that the tables do not hold",
}  # fmt: skip
"""What a disagreement of each kind is, the gravest first."""


class Triangulation(StressTest):
    """Whether the plan's own returns agree with each other."""

    name, title = "triangulation", "Whether the returns agree"
    question = "Do the plan’s figures of staff, pay, care, beds and contracts fit each other?"
    method = (
        "The test takes the middle of all futures, in the last year. Staff times the rate they are paid is set against the pay bill. Care is set against staff: how much more "
        "does each one do a year? Nights are set against beds, at 92% full or as is promised. From the plan’s tables come what both sides say of one contract, and beds "
        "claimed against beds planned."
    )
    grounds = (
        "1.1% more a year is asked of everybody. Above 2%, nobody has kept up. For winter, NHS Improvement asked for 92% full at most (from memory). The limits of 1% for "
        "contracts, and 10% for the rest, are judgements."
    )
    source = "NHS Long Term Plan 2019; NHS Improvement"
    exactly = (
        "In the last year, medians over futures: staff × rate against pay; care given against staff, as productivity a year; bed-days ÷ occupancy (what is promised, else 92 %) against beds open."
        " From the tables: what the payer and the payee say of one contract and year (rows of reconcile.csv on contract_payment, one from each), and beds claimed against beds planned."
    )
    needs = frozenset({"staff_cost", "cost_line", "staff_in_post", "agency", "activity", "beds_open", *NEEDED,
                        "contract_income", "contract_spend", "contract_payment"})  # fmt: skip

    def run(self, scene: Scene) -> tuple[list[Pair], int]:
        """Every pair of returns."""
        outcomes, plan = scene.first[0], scene.plan
        pairs = [
            *contract_pairs(plan),
            *system_pair(plan, outcomes),
            *pay_pairs(plan, outcomes),
            *staff_pairs(plan, outcomes),
        ]
        return [*pairs, *bed_pairs(plan, outcomes), *claim_pairs(plan)], outcomes.count

    def tell(self, plan: Plan, found: tuple[list[Pair], int]) -> dict[str, Any]:
        """How many disagree, and the worst of the gravest kind."""
        each, futures = found
        silent = plan.contracts and not contract_pairs(plan)
        none = StressRow(
            what="Both sides of each contract",
            shown="Not asked: no contract has both sides’ figures",
            result="not asked",
        )
        if not each:
            return {"result": "not asked", "sentence": "The plan gives no two figures of one thing."}
        bad = [p for p in each if p.result not in ("pass", "shown")]
        rows = (*(_row(p) for p in sorted(each, key=lambda p: [*NOUNS].index(p.kind))), *([none] if silent else []))
        return {
            "result": gravest([p.result for p in each]), "figure": len(bad) / len(each), "unit": "share of pairs that disagree",
            "threshold": f"contracts within {CONTRACT:.0%}, other returns within {USUAL:.0%}, at most {STEADY:.1%} a year more from each",
            "sentence": _told(each, bad), "behind": _behind(bad, bool(silent)), "rows": rows, "futures": futures,
        }  # fmt: skip


def _told(each: list[Pair], bad: list[Pair]) -> str:
    """The finding in a sentence or two."""
    if not bad:
        return f"All {len(each)} pairs of figures agree." if len(each) > 1 else "The one pair of figures agrees."
    worst = next(p for kind in NOUNS for p in sorted(bad, key=_size) if p.kind == kind)
    return (
        f"{len(bad)} of {len(each)} pairs of figures do not fit. {worst.what.replace(': ', ' – ', 1)}: {worst.shown}."
    )


def _size(p: Pair) -> float:
    return -abs(p.difference)


def _behind(bad: list[Pair], silent: bool) -> str:
    """What disagrees, by kind, and what was not asked."""
    counts = {kind: sum(p.kind == kind for p in bad) for kind in NOUNS}
    parts = [f"{NOUNS[kind]}: {n}" for kind, n in counts.items() if n]
    said = f"{upper_first('; '.join(parts))}." if parts else ""
    lack = " No contract has both sides’ figures; two rows of reconcile.csv would give them." if silent else ""
    return (said + lack).strip()


def _percent(share: float) -> str:
    """A difference with its sign.

    >>> _percent(-0.044), _percent(0.0), _percent(float("inf"))
    ('−4.4%', '0.0%', 'nothing on the other side')
    """
    if not np.isfinite(share):
        return "nothing on the other side"
    return f"{share:+.1%}".replace("-", "−").replace("+0.0%", "0.0%").replace("−0.0%", "0.0%")


def _row(p: Pair) -> StressRow:
    figure = p.difference if np.isfinite(p.difference) else None
    return StressRow(what=p.what, figure=figure, shown=p.shown, threshold=p.limit, result=p.result)
