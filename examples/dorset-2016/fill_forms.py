"""Two other ways of paying for the same plan: as in 2016 to the end, and aligned payment, which pays the same in the base year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from figures import ACUTE, TRUSTS
from quoted import FACTS
from ruamel.yaml import YAML

from placeplan.footprint.aligned import aligned
from placeplan.plan.write import yaml_text

Row = dict[str, object]
BEGINS = "2017-04"
"""Month in which the five organisations of Dorset left payment by the contact."""
PLANNED = ("day_case", "elective_admission", "outpatient_first")
"""Pods that the national rule of 2021 pays in part by the contact."""
NO_SHARE = (
    "How a surplus or shortfall of the system is shared was not published for Dorset, so each keeps its own here. The agreement"
    " of April 2017 that the plan itself has (one_budget) is in fixed sums; this form asks what the national rules that came"
    " after would have done from the same day. Under them fixed parts were agreed anew each year; here they rise with the CCG's"
    " allocation, as the plan's own fixed sums do (judgement)"
)


def blocks() -> list[str]:
    """The fixed sums that the plan's own agreement of April 2017 begins."""
    return [f"{t.lower()}_{name}_block" for t in ACUTE for name in ("planned", "emergency")]


def forms(contracts: Mapping[str, str], care: list[Row], shares: Mapping[tuple[str, str], float]) -> dict[str, str]:
    """YAML of the forms by id; contracts: YAML of the plan's own by id."""
    return {"payment_2016": yaml_text(payment_2016()), "aligned": yaml_text(aligned_payment(contracts, care, shares))}


def payment_2016() -> dict[str, Any]:
    """The contracts of 2016/17 for all years: what would have been without the agreement of April 2017."""
    return {
        "id": "payment_2016", "name": "Payment of 2016",
        "about": "A price for each patient to the end, and for emergencies 70 % of it above the number of 2008/09.",
        "removes": blocks(), "source": "The plan's own contracts of 2016/17, without those that one_budget begins",
    }  # fmt: skip


def aligned_payment(
    contracts: Mapping[str, str], care: list[Row], shares: Mapping[tuple[str, str], float]
) -> dict[str, Any]:
    """Fixed sums for the base year's care and the national variable rates, from the month of the agreement on."""
    emergency, planned = FACTS["blended_variable"], FACTS["aligned_variable"]
    rates = {"emergency_admission": emergency.value} | dict.fromkeys(PLANNED, planned.value)
    read = YAML(typ="safe", pure=True)
    made: list[dict[str, Any]] = []
    for trust in ACUTE:
        counted = {
            str(r["pod"]): float(str(r["activity"])) * (1 - shares.get((TRUSTS[trust], "outside"), 0.0))
            for r in care if r["site"] == TRUSTS[trust]
        }  # fmt: skip
        for name in ("planned", "emergency"):
            made += aligned(read.load(contracts[f"{trust.lower()}_{name}"]), counted, rates, "prices.allocation")
    return {
        "id": "aligned", "name": "Aligned payment",
        "about": f"A fixed sum for the care of 2016/17, and for each one more or fewer {emergency.value:.0%} of the price of an emergency and {planned.value:.0%} of planned care.",
        "local_start": BEGINS, "contracts": made, "removes": blocks(),
        "source": f"Rates: {emergency.source}; {planned.source}. Month: HSJ, April 2017: two-year agreement of the five with one system control total. Sums: worked out, so that each trust is paid in the base year as by the contact",
        "note": NO_SHARE,
    }  # fmt: skip
