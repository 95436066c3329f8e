"""Assumptions set by hand: the same figures as the command line's, from the same futures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placeplan.core.errors import PlanError
from placeplan.core.streams import Words, keys, uniform, words
from placeplan.futures.assumptions import Assumption
from placeplan.futures.distributions import Fixed
from placeplan.futures.sample import Futures
from placeplan.plan.folder import read_plan
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make
from placeplan.stress.findings import Findings
from placeplan.stress.run import test_plan as run
from placeplan.stress.runs.workplace import workplace
from placeplan.stress.sliding.answer import Answer, paired
from placeplan.stress.sliding.offered import ENDS, STOPS, hinges, offered, rounded, stops_of
from placeplan.stress.sliding.ready import Ready

FUTURES, SEED = 48, 5


@pytest.fixture(scope="module")
def plan() -> Plan:
    return with_library(make(3, 3, 3, 1, detail="plain"))


@pytest.fixture(scope="module")
def found(plan: Plan) -> Findings:
    return run(plan, FUTURES, SEED)


@pytest.fixture(scope="module")
def ready(plan: Plan, found: Findings) -> Ready:
    return Ready.of(plan, hinges(found), Futures(seed=SEED, count=FUTURES), workplace(1))


def fixed(plan: Plan, values: dict[str, float]) -> Plan:
    """The plan in which some assumptions have one value, as somebody would write it."""

    def one(a: Assumption) -> Assumption:
        return a.model_copy(update={"distribution": Fixed(kind="fixed", value=values[a.id])}) if a.id in values else a

    return plan.changed(assumptions=tuple(one(a) for a in plan.assumptions))


def same(answer: Answer, found: Findings) -> None:
    """All that the grid shows of both is the same, to the last bit."""
    theirs = {p.id: p for p in found.promises}
    assert {p.id for p in answer.promises} == set(theirs)
    for p in answer.promises:
        t = theirs[p.id]
        assert p.by_year == t.by_year
        assert (
            (p.whole.p, p.whole.low, p.whole.high, p.whole.state) == (t.P, t.low, t.high, t.state)
            if p.whole
            else t.P is None
        )
    if answer.together and found.all_hard_P is not None:
        assert answer.together.now / answer.futures == found.all_hard_P


def test_what_is_set_gives_the_command_lines_figures(plan: Plan, ready: Ready) -> None:
    ends = {s.id: s.stops[place] for s, place in zip(ready.sliders[:2], (-1, 0), strict=True)}
    answer = ready.answer(ends, FUTURES)
    same(answer, run(fixed(plan, ends), FUTURES, SEED))
    assert any(p.share and p.share.now != p.share.planned for p in answer.promises)


def test_with_nothing_set_it_is_the_plan_as_it_stands(ready: Ready, found: Findings) -> None:
    answer = ready.answer({}, FUTURES)
    same(answer, found)
    assert answer.moved == "No promise moves by more than chance could."
    assert all(p.share is None or p.share.now == p.share.planned for p in answer.promises)


def test_fewer_futures_are_the_first_of_them(ready: Ready, plan: Plan) -> None:
    values = {ready.sliders[0].id: ready.sliders[0].high}
    same(ready.answer(values, 20), run(fixed(plan, values), 20, SEED))


@pytest.mark.large
def test_dorset_slid_is_dorset_run_with_that_value(root: Path) -> None:
    plan = read_plan(root / "examples" / "dorset-2016")
    wanted = ("prices.care", "stay.trend", "growth.emergency_admission", "staff.leave.nurses", "capital.overrun")
    ready = Ready.of(plan, wanted, Futures(seed=1, count=64), workplace(2))
    assert [s.id for s in ready.sliders] == [*wanted]
    values = {s.id: s.stops[1] for s in ready.sliders}
    same(ready.answer(values, 64), run(fixed(plan, values), 64, 1))


def test_what_is_offered_has_a_range_and_moves_something(plan: Plan, ready: Ready, found: Findings) -> None:
    known = {a.id: a for a in plan.assumptions}
    assert 0 < len(ready.sliders) <= 6
    assert [s.id for s in ready.sliders] == [i for i in hinges(found) if i in {s.id for s in ready.sliders}]
    for s in ready.sliders:
        low, high = known[s.id].distribution.quantile(np.array(ENDS))
        assert low <= s.low < s.high <= high
        assert len(s.stops) == len(s.shown) == len(set(s.shown)) <= STOPS + 1
        assert abs(s.stops[s.plan] - known[s.id].distribution.middle) == min(
            abs(v - known[s.id].distribution.middle) for v in s.stops
        )
    assert not offered(plan, hinges(found), readable=())


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_stops_lie_in_the_range_and_are_round(low: float, width: float) -> None:
    stops = rounded(low, low + width)
    assert len(stops) <= STOPS + 1
    assert all(low <= v <= low + width for v in stops)
    assert list(stops) == sorted(set(stops))


def test_what_has_one_value_cannot_be_moved(plan: Plan) -> None:
    one = next(a for a in plan.assumptions if not a.fixed)
    assert stops_of(one.model_copy(update={"distribution": Fixed(kind="fixed", value=1.0)})) == ()


def test_all_that_is_wrong_with_values_is_told_at_once(ready: Ready) -> None:
    first, second = ready.sliders[:2]
    with pytest.raises(PlanError) as refused:
        ready.answer({first.id: first.high + 1.0, second.id: float("nan"), first.id[:-1]: 0.0, "": 1e308})
    told = {(p.file, p.code) for p in refused.value.problems}
    assert told == {
        (first.id, "beyond-slider"), (second.id, "beyond-slider"), (first.id[:-1], "unknown-slider"), ("", "unknown-slider")
    }  # fmt: skip
    assert {p.nearest for p in refused.value.problems if p.file == first.id[:-1]} == {first.id}


def test_a_plan_that_cannot_be_recorded_has_no_slider(plan: Plan) -> None:
    here = workplace(1)
    here.recordings.refused.add(plan.digest)
    with pytest.raises(PlanError) as refused:
        Ready.of(plan, (), Futures(count=2), here)
    assert [p.code for p in refused.value.problems] == ["no-slider"]


def test_a_difference_of_pairs_is_surer_than_one_of_strangers() -> None:
    drawn = uniform(streams_of(200, 400))
    shares = [paired((u < 0.4).astype(float), (u < 0.5).astype(float)) for u in drawn]
    assert sum(s.low <= 0.1 <= s.high for s in shares) / 400 > 0.92
    assert max(s.high - s.low for s in shares) < 2 * 1.96 * (2 * 0.25 / 200) ** 0.5


def streams_of(futures: int, times: int) -> Words:
    """Random words, ``[time, future]``."""
    return words(keys(1, "pairs", [str(n) for n in range(times)]), np.arange(futures, dtype=np.uint64), 0)
