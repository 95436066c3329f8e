"""Causes planted in staff and in care outside hospital are named, and change when they are removed (model.md § 12)."""

from __future__ import annotations

from fixtures import hillford
from fixtures.care_place import care_place
from placeplan.core.tables import MoneyLine, StaffGroup
from placeplan.futures.assumptions import Assumption
from placeplan.futures.distributions import Fixed
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.stress import run

ENTRANTS = {"kind": "uniform", "low": 0.7, "high": 2.4}
SUPPLY = {"kind": "uniform", "low": -0.25, "high": 0.15}


GROWTH = "growth.emergency_admission"


def quiet(plan: Plan) -> Plan:
    """The plan with every assumption at its middle."""
    return plan.changed(
        assumptions=tuple(
            a.model_copy(update={"distribution": Fixed(kind="fixed", value=a.distribution.middle)})
            for a in plan.assumptions
        )
    )


def loud(plan: Plan, named: dict[str, dict[str, object]]) -> Plan:
    """The plan with some assumptions uncertain, and nothing else."""

    def own(a: Assumption) -> Assumption:
        return (
            Assumption.model_validate(a.model_dump() | {"distribution": named[a.id], "level": "local"})
            if a.id in named
            else a
        )

    assert set(named) <= {a.id for a in plan.assumptions}
    return plan.changed(assumptions=tuple(own(a) for a in quiet(plan).assumptions))


def staffed_place() -> Plan:
    """Hillford with nurses, whose pay stands on a line of its own, and a team to be found: with more who look for posts fewer stay vacant, and all are paid."""
    team = {"kind": "employ", "organisation": "HOS", "group": "nurses", "posts": 60.0, "pay": 0.0, "recruit_months": 0}
    saving = hillford.initiative("saving", team, hillford.saves(12e6))
    plan = hillford.hillford(promises=(hillford.money(),), initiatives=(saving,))
    line = MoneyLine(organisation="HOS", line="nurses", direction="cost", amount=20e6, driver="staff", inflator="prices.pay",
                     **hillford.SOURCE)  # fmt: skip
    pay = [
        r.model_copy(update={"amount": 40e6}) if r.line == "pay" else r
        for r in plan.tables["money"]
        if isinstance(r, MoneyLine)
    ]
    nurses = StaffGroup(
        organisation="HOS", group="nurses", funded=500, in_post=475, pay=40_000, line="nurses", **hillford.SOURCE
    )
    return with_library(plan.changed(tables=plan.tables | {"money": (*pay, line), "staff": (nurses,)}))


def named(plan: Plan) -> str:
    """The cause that the verdict names."""
    return run.test_plan(hillford.only_shock(plan, "S2"), 80, threads=1).cause_verdict


PAY = {"kind": "normal", "mean": 0.0, "sd": 0.0006}


def test_posts_are_named_and_pay_once_they_are_removed() -> None:
    """Remove a planted cause, and the cause that the verdict names changes: posts, then pay and prices."""
    both = loud(staffed_place(), {"staff.entrants": ENTRANTS, "prices.pay": PAY})
    pay = loud(staffed_place(), {"prices.pay": PAY})
    assert named(hillford.kept_in(both, 0.7, 80)) == "Posts to fill"
    assert named(hillford.kept_in(pay, 0.7, 80)) == "Pay and prices"


def test_care_supply_is_named_and_growth_once_it_is_removed() -> None:
    """The same for care outside hospital: beds fill with people ready to leave, then with those who come."""
    growth = {"kind": "normal", "mean": 0.0, "sd": 0.01}
    place = care_place(months=24, beds=300.0).changed(promises=(hillford.beds(0.96),))
    assert named(loud(place, {"care.supply": SUPPLY, GROWTH: growth})) == "Supply of care outside hospital"
    wide = {"kind": "normal", "mean": 0.0, "sd": 0.06}
    assert named(loud(place, {GROWTH: wide})) == "Growth of demand"
