"""The order of the grid: who breaks first comes first, who holds comes last."""

from __future__ import annotations

from fixtures import hillford
from fixtures.outcomes import outcomes, promise
from placeplan.stress.grid.first_break import first_breaks
from placeplan.stress.grid.rows import build_rows
from placeplan.stress.runs.kept import keep_all

HOLDS, BREAKS = [[1.0, 1.0]] * 40, [[1.0, -1.0]] * 40


def _order(commissioner: list[list[float]], hospital: list[list[float]], **fields: object) -> list[str]:
    promises = [promise("a", organisation="CCG"), promise("b", organisation="HOS", **fields)]
    run = outcomes({("position", "CCG"): commissioner, ("position", "HOS"): hospital}, years=2)
    kept = keep_all(promises, run, "2016/17")
    plan = hillford.hillford(promises=promises)
    return [r.organisation for r in build_rows(plan, run, kept, kept, first_breaks(kept))]


def test_those_that_hold_come_after_those_that_break() -> None:
    assert _order(HOLDS, BREAKS) == ["HOS", "CCG"]
    assert _order(BREAKS, HOLDS) == ["CCG", "HOS"]
    assert _order(HOLDS, HOLDS) == ["CCG", "HOS"], "the plan's own order"


def test_in_a_year_the_earlier_month_comes_first() -> None:
    first, summer = [[-1.0, 1.0]] * 30 + [[1.0, -1.0]] * 10, [[1.0] * 14 + [-1.0] * 10] * 40
    assert _order(first, summer, statistic="worst") == ["CCG", "HOS"]
    # The one that is outlined comes first; after it July comes before March.
    third = [promise("a", organisation="CCG"), promise("b", organisation="HOS", statistic="worst"), promise("c")]
    run = outcomes(
        {("position", "CCG"): BREAKS, ("position", "HOS"): summer, ("position", "system"): [[-1.0, 1.0]] * 40}, years=2
    )
    kept = keep_all(third, run, "2016/17")
    rows = build_rows(hillford.hillford(promises=third), run, kept, kept, first_breaks(kept))
    assert [r.organisation for r in rows] == ["system", "HOS", "CCG"]
