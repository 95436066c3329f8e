"""The library's rows that a plan is held beside and that no run reads: evidence, outside views, growth elsewhere."""

from __future__ import annotations

from functools import cache

from placeplan.core.tables import Evidence
from placeplan.core.tables.benchmarks import Comparator, OutsideView
from placeplan.plan.library import library, read_rows
from placeplan.plan.schema import Plan


@cache
def comparators() -> tuple[Comparator, ...]:
    """How care grew elsewhere."""
    return tuple(item.value for item in read_rows("comparators.csv", Comparator))


@cache
def outside_views() -> tuple[OutsideView, ...]:
    """What experts outside a place think can be avoided."""
    return tuple(item.value for item in read_rows("outside_view.csv", OutsideView))


def evidence_for(plan: Plan) -> dict[str, Evidence]:
    """Rows of the evidence by id: the library's, with the plan's own in place of those of the same id."""
    own = {row.id: row for row in plan.tables.get("evidence", ()) if isinstance(row, Evidence)}
    return {**library().evidence, **own}
