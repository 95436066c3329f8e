"""What care costs on average in England, and what a tariff with a marginal rate weighs it at."""

from __future__ import annotations

from collections.abc import Mapping

from placeplan.footprint.flows import Flows
from placeplan.footprint.ground import Row, row
from placeplan.footprint.judged import figure
from placeplan.plan.library import library

TARIFF = ("ae_type1", "ae_other", "day_case", "elective_admission", "maternity_admission", "outpatient_first", "outpatient_followup")  # fmt: skip
"""Pods that an acute tariff pays for, beside emergencies."""
EMERGENCY_COST = (2931.0, "Health Foundation, Emergency hospital admissions in England, 2018: 17.0 thousand million £ in 2016/17, over 5.8 million admissions (6.02 million in 2017/18, less a year of the 3.2 % by which they grew)")  # fmt: skip
"""£, and where it comes from: England's average, so borrowed by any one place."""
SINCE = 8
"""Years from the baseline of the marginal rate, 2008/09, to the base year."""


def unit_cost(pod: str) -> float:
    """National average cost of a contact, £."""
    if pod == "emergency_admission":
        return EMERGENCY_COST[0]
    return next(float(getattr(i.value, "cost", 0)) for i in library().tables["unit_costs"] if getattr(i.value, "pod", "") == pod)  # fmt: skip


def unit_costs() -> list[Row]:
    """Row of ``unit_costs.csv`` that goes before the library's: stays are in it."""
    return [row(EMERGENCY_COST[1], "default", pod="emergency_admission", cost=EMERGENCY_COST[0])]


def residents(site: str, flows: Flows, care: list[Row]) -> dict[str, float]:
    """Residents' care at a site by pod."""
    inside = 1 - flows.away(site)
    return {r["pod"]: float(r["activity"]) * inside for r in care if r["site"] == site}


def weights(own: Mapping[str, float]) -> tuple[float, float, float]:
    """£ of planned care at national costs; emergencies weighed by the marginal rate; the baseline above which it holds."""
    emergencies = own.get("emergency_admission", 0.0)
    baseline = emergencies / (1 + figure("emergency_growth_long").value) ** SINCE
    weighed = baseline + figure("marginal_rate").value * (emergencies - baseline)
    return sum(own[p] * unit_cost(p) for p in TARIFF if p in own), weighed, baseline
