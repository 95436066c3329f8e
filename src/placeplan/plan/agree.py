"""Whether two returns of one thing agree: the sums that both the checks of a plan and its stress test make.

Staff × rate is pay, activity ÷ productivity is staff, bed-days ÷ occupancy is beds, and a contract has one amount.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from placeplan.core.tables import Reconciliation
from placeplan.plan.located import Item

CONTRACT, USUAL = 0.01, 0.10
"""Share by which two sides of a contract, and two returns of one thing, may differ; judgements."""
YEAR = 365.25
"""Days of a year."""


def apart(one: float, other: float) -> float:
    """How far one figure lies from another: ``one / other − 1``; 0 where both are nought, infinite where the other alone is.

    >>> round(apart(104.0, 100.0), 2), apart(0.0, 0.0), apart(1.0, 0.0)
    (0.04, 0.0, inf)
    """
    if other == 0:
        return 0.0 if one == 0 else float("inf")
    return one / other - 1


def beds_for(bed_days: float, occupancy: float, days: float = YEAR) -> float:
    """Beds that some bed-days need: ``bed_days / days / occupancy``.

    >>> round(beds_for(167_900.0, 0.92, 365.0))
    500
    """
    return bed_days / days / occupancy


def staff_for(activity: float, productivity: float) -> float:
    """Whole-time equivalents that some care needs: ``activity / 12 / productivity``.

    activity: contacts a year; productivity: contacts a month by one whole-time equivalent.

    >>> staff_for(48_000, 100)
    40.0
    """
    return activity / 12.0 / productivity


def pay_for(pay: float, in_post: float, bank: float, agency: float) -> float:
    """What staff cost a year: ``pay × (in_post + bank + agency)``, bank and agency times what they cost for each £ of pay.

    >>> pay_for(40_000, 100, 5 * 1.0, 10 * 1.5)
    4800000.0
    """
    return float(pay * (in_post + bank + agency))


def sides_told(rows: Iterable[Item[Reconciliation]]) -> dict[tuple[str, str], dict[str, Item[Reconciliation]]]:
    """What each organisation says of a contract in a year, by (contract, period): rows on ``contract_payment``."""
    told: dict[tuple[str, str], dict[str, Item[Reconciliation]]] = defaultdict(dict)
    for item in rows:
        if item.value.outcome == "contract_payment":
            told[item.value.entity, item.value.period][item.value.organisation] = item
    return dict(told)


def places(*items: tuple[Item[object], str], most: int = 6) -> str:
    """Where some figures were written, the first few: each item with its column.

    >>> places((Item(1, "staff.csv", 2), "pay"), (Item(2, "staff.csv", 3), "pay"))
    'staff.csv, line 2; staff.csv, line 3'
    """
    found = list(dict.fromkeys(item.place(at) for item, at in items))
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return "; ".join(found[:most]) + more
