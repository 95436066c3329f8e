"""What library figures carry of a margin, on margins whose split is known; and which promises decide."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures import hillford
from fixtures.outcomes import outcomes, promise
from fixtures.sample_findings import westshire
from placeplan.core import streams
from placeplan.report import views
from placeplan.stress.grid.first_break import first_breaks
from placeplan.stress.grid.wilson import wilson
from placeplan.stress.run import test_plan as run_test
from placeplan.stress.runs.kept import keep
from placeplan.stress.shocks.scenarios import Shock
from placeplan.stress.verdict.judge import Verdict
from placeplan.stress.verdict.tell import Story, hangs_on, tell
from placeplan.stress.verdict.withheld import Carried, carried, deciding, first_order
from placeplan.stress.verdict.word import Standing


def normals(name: str, count: int = 4000) -> np.ndarray:
    key = np.array([streams.key(7, name)], dtype=np.uint64)
    return streams.normal(streams.halves(streams.words(key, np.arange(count, dtype=np.uint64), 0))[0][0])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_share_of_a_group_is_recovered(share: float) -> None:
    group = np.sqrt(share) * normals("group")
    one, other = (group + np.sqrt(1 - share) * normals(n) for n in ("one", "other"))
    assert first_order(one, other) == pytest.approx(share, abs=0.04)


def test_the_interval_holds_the_share() -> None:
    group = normals("group", 300)
    runs = [
        outcomes({("position", "system"): np.repeat((group + 0.5 * normals(n, 300))[:, None], 3, axis=1)}) for n in "ab"
    ]
    one, other = (keep(promise(), r, "2016/17") for r in runs)
    found = carried(one, other, 1)
    assert found.low < 0.8 < found.high
    assert found.withheld


def test_a_margin_that_never_changes_is_carried_by_nothing() -> None:
    assert first_order(np.ones(5), np.ones(5)) == 0.0


def test_promises_clear_of_what_they_ask_do_not_decide_unless_a_shock_breaks_them() -> None:
    kept = keep(promise(), outcomes({("position", "system"): [[1, 1, 1]] * 100}), "2016/17")
    short = keep(promise("short"), outcomes({("position", "system"): [[-1, 1, 1]] * 60 + [[1, 1, 1]] * 40}), "2016/17")
    assert deciding([kept, short]) == (short,)
    assert deciding([kept, short], frozenset({"money"})) == (kept, short)


def test_a_withheld_report_says_in_every_part_that_figures_from_elsewhere_decide() -> None:
    """The sentence, the row of the promise and what each part knows tell the same."""
    found = run_test(hillford.withheld(), futures=40, threads=1)
    assert found.verdict == "withheld"
    levels = {c.name: c.level for c in found.components}
    assert "default" in {levels.get(d) for d in ("demand_growth", "prices", "effect_strength", "care_supply")}
    assert "default" in {p.level for p in found.promises if p.hard}
    assert "figures from elsewhere (" in views.rests_on(found)
    assert "capital" not in levels, "what was not drawn, or is fixed, is not told"
    assert views.rests_on(found.model_copy(update={"synthetic": True})).startswith("Rests on made-up figures (")


def test_the_sentence_names_the_figures_that_decide_as_the_list_orders_them() -> None:
    """And no organisation whose figures would not settle it."""
    pay, need, other = (normals(n, 60) for n in ("pay", "need", "other"))
    hospital, care = -pay - 0.5 * need - 0.3, -need - 0.1 * other + 0.5
    run = outcomes(
        {("position", "HOS"): np.stack([hospital] * 3, axis=1), ("position", "system"): np.stack([care] * 3, axis=1)},
        draws={"prices.pay": pay, "growth.emergency_admission": need},
    )
    plan = hillford.hillford(
        hillford.normal("prices.pay", 0, 1, level="default"),
        hillford.normal("growth.emergency_admission", 0, 1, level="default"),
    )
    kept = tuple(keep(promise(key, organisation=key), run, "2016/17") for key in ("HOS", "system"))
    shares = (Carried("system", 0.9, 0.8, 1.0), Carried("HOS", 0.7, 0.6, 0.8))
    verdict = Verdict("withheld", Standing(()), shares)
    names = {"HOS": "Hillford Hospital", "system": "Whole system"}
    story = Story(plan, 60, run, kept, first_breaks(kept), (), verdict, None, names)
    assert tell(story) == (
        "Withheld: local pay and price forecasts and local growth figures would settle it; as far as known, "
        "it fails first at Hillford Hospital in 2016/17."
    )
    first, second = hangs_on(story)
    assert first.endswith("above all: made-up prices.pay; made-up growth.emergency_admission.")
    assert "at Hillford Hospital" in first
    assert "across the whole system" in second


def test_a_plan_hangs_on_no_shock_that_breaks_only_what_fails_anyway() -> None:
    run = outcomes(
        {("position", "HOS"): [[-1, 1, 1]] * 60 + [[1, 1, 1]] * 40, ("position", "system"): [[1, 1, 1]] * 100}
    )
    kept = tuple(keep(promise(key, organisation=key), run, "2016/17") for key in ("HOS", "system"))
    result = westshire().scenarios[0].model_copy(update={"id": "S1", "name": "A hard winter", "decides": True})
    names = {"HOS": "Hillford Hospital", "system": "Whole system"}

    def told(system: int) -> tuple[str, ...]:
        shock = Shock(result, {"HOS": wilson(30, 100), "system": wilson(system, 100)})
        plan = hillford.hillford()
        verdict = Verdict("fragile", Standing(()), ())
        return hangs_on(Story(plan, 100, run, kept, first_breaks(kept), (shock,), verdict, None, names))

    assert told(90) == ()
    (line,) = told(40)
    assert "across the whole system" in line
    assert "Hospital" not in line
