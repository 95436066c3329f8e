"""When to turn to plan B: a last month worked by hand, signs counted by hand, and what is said of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from fixtures import hillford
from fixtures.runs import runs_of
from placeplan.explore.plan_b.pathways import Share
from placeplan.futures.sample import Futures
from placeplan.model.draws import CHANCE
from placeplan.stress.levers.screen import Screened, screen
from placeplan.stress.levers.turning import Turner
from placeplan.stress.mending.pathway import TOLERANCE, asked_of, find, of
from placeplan.stress.mending.pathway_told import behind, tell
from placeplan.stress.mending.plan_b import allowed, search
from placeplan.stress.mending.signs import Watch, last_twelve, triggers, watches

MONTHS = 24


@cache
def scarce(asks: float = 0.8, at_most: float = 0.87, sd: float = 0.03) -> Screened:
    """Hillford where emergencies grow by 2 % a year, give or take 3, and a ward or two may be needed in the second year."""
    spread = {"kind": "normal", "mean": 0.02, "sd": sd} if sd else {"kind": "fixed", "value": 0.02}
    growth = hillford.assumption("growth.emergency_admission", spread, "demand_growth")
    plan = hillford.hillford(growth, promises=(hillford.beds(at_most, asks=asks),))
    found = screen(runs_of(plan, Futures(seed=1, count=200)), 20)
    assert found is not None
    return found


def wards(s: Screened, count: int) -> Any:
    """Plan B: so many steps of more beds."""
    design = s.candidates.levered.planned.copy()
    design[[one.kind for one in s.levers].index("beds")] = count
    return design


def test_the_later_the_fewer_futures_keep_the_promise() -> None:
    """More beds never fill beds: turned to later, no future keeps what it broke when turned to sooner."""
    s = scarce()
    t = Turner(s.candidates, wards(s, 2), np.arange(200))
    assert len(list(t.plan())) == 1
    kept = np.array([t.kept(m)[:, 0] for m in range(0, MONTHS + 1, 2)])
    assert (np.diff(kept, axis=0) <= 0).all()
    assert kept[0].mean() > 0.95
    assert kept[-1].mean() < 0.7


def test_the_last_month_is_the_one_whose_year_just_keeps_the_promise() -> None:
    """The year's mean, of months before and after the ward opens, 6 months after turning; the bound lies between two of them.

    ``(sum of a over the months before + sum of b over those after) / 12``, a and b occupancy with 320 and 348 beds.
    """
    s, first, last = scarce(sd=0.0), 12, 24
    held = replace(s, candidates=replace(s.candidates, futures=replace(s.candidates.futures, held=frozenset({CHANCE}))))
    t = Turner(held.candidates, wards(s, 1), np.arange(2))
    assert len(list(t.plan())) == 1
    a, b = (next(t.run(m))["occupancy"].values[0, :, 0] for m in (MONTHS, 0))
    assert b[12] == pytest.approx(a[12] * 320 / 348, rel=1e-9)
    means = {opens: (a[first:opens].sum() + b[opens:last].sum()) / 12 for opens in range(first, last + 1)}
    bound = (means[17] + means[18]) / 2
    promise = held.promises[0].model_copy(update={"at_most": float(bound)})
    held = replace(held, candidates=replace(held.candidates, promises=(promise,)))
    found = find(held, wards(s, 1), futures=60)
    assert found.last is not None
    assert (found.last.sure, found.last.likely, found.last.possible) == (11, 11, 11)
    assert found.lead == 6
    assert found.as_asked
    sentence, rows = tell(found)
    assert sentence.startswith(
        "Turn by March 2017 at the latest to keep “A bed for all who need one” of Hillford Hospital."
    )
    assert [r.shown for r in rows if r.what.startswith("Lead time")] == ["6 months ahead"]


def test_the_sign_s_figures_are_those_of_each_future_turned_in_the_month_after_it() -> None:
    """Counted by hand: where the sign shows, the future is run as turned in the next month, else as plan A; on every other future."""
    s = scarce()
    found = find(s, wards(s, 2), first=400, futures=200)
    assert found.sign is not None
    assert found.last is not None
    rule = found.sign.rule
    t = Turner(s.candidates, wards(s, 2), np.arange(400, 600))
    (own,) = t.plan()
    seen = own["occupancy"].of("HOS")
    seen = last_twelve(seen, "occupancy") if found.sign.watch.year else seen
    seen = seen[:, : found.last.possible]
    assert rule.trigger.months in (1, 3, 6)
    month = np.full(200, MONTHS)
    for n, values in enumerate(seen):
        for at_ in range(rule.trigger.months - 1, len(values)):
            if (values[at_ - rule.trigger.months + 1 : at_ + 1] > rule.trigger.bound).all():
                month[n] = at_ + 1
                break
    kept, plan = t.kept(month)[1::2, 0], t.judged(own)[1::2, 0]
    fires = month[1::2] < MONTHS
    assert rule.kept.value == pytest.approx(kept.mean())
    assert rule.needless.value == pytest.approx((fires & (plan == 1)).mean())
    assert found.sign.of_need == pytest.approx(fires[plan == 0].mean())
    assert found.sign.of_others == pytest.approx(fires[plan == 1].mean())
    assert found.sign.of_need > found.sign.of_others + 0.3
    sentence, _ = tell(found)
    assert "Turn where more than" in sentence
    assert "futures that need it" in sentence


def test_where_plan_b_keeps_none_as_surely_as_asked_its_own_share_is_asked() -> None:
    s = scarce(0.99, 0.85)
    found = find(s, wards(s, 1), futures=200)
    (asked,) = found.asked
    assert not found.as_asked
    assert asked.turned < 0.99
    assert asked.share == pytest.approx(asked.turned - TOLERANCE)
    assert "which is less than asked" in tell(found)[0]
    assert "our judgement" in behind(found)


def kept(*counts: int) -> Any:
    """So many of 100 futures keep each promise."""
    return np.stack([np.arange(100) < n for n in counts], axis=1).astype(float)


def test_what_is_asked_is_what_plan_b_keeps_as_asked_or_else_what_it_keeps_clearly_more_often() -> None:
    """Of 100: Wilson's upper end of 40 is 49.8, of 0 is 3.7; so 60 less 5 is clearly more than 40, 53 less 5 is not, nor 2 than 0."""
    promises = [hillford.money(), hillford.beds(), hillford.beds(id="more"), hillford.beds(id="none")]
    assert {p.asks for p in promises} == {0.8}
    some = asked_of(promises, kept(90, 40, 40, 0), kept(90, 85, 70, 2))
    assert [(a.promise.id, a.share, a.gained) for a in some] == [("money", 0.8, False), ("beds", 0.8, True)]
    less = asked_of(promises, kept(90, 40, 40, 0), kept(90, 60, 53, 2))
    assert [(a.promise.id, round(a.share, 9), a.gained) for a in less] == [("money", 0.8, False), ("beds", 0.55, True)]
    assert asked_of(promises, kept(90, 40, 40, 0), kept(95, 53, 53, 2)) == ()


def test_a_choice_of_a_search_meets_futures_that_the_search_did_not() -> None:
    """A search on 20 futures judges on 20 more; turning meets those from the 41st on."""
    sought = search(scarce(), allowed(1, 20, 3000))
    surest = max(sought.front.choices, key=lambda c: sought.value(c, "promises kept")[0])
    found, same = of(sought, surest.design, futures=60), find(sought.screened, surest.design, first=40, futures=60)
    assert found.asked
    assert (found.asked, found.together, found.lanes) == (same.asked, same.together, same.lanes)
    assert [p.words for p in found.parts] == list(sought.moved(surest))


def test_who_gains_nothing_has_no_last_month() -> None:
    s = scarce()
    found = find(s, s.candidates.levered.planned, futures=20)
    assert found.asked == ()
    assert tell(found)[0].startswith("Plan B keeps no promise clearly more often than the plan")


def test_a_search_that_is_stopped_or_short_of_lanes_tells_the_best_so_far() -> None:
    s = scarce()
    assert (
        tell(find(s, wards(s, 2), futures=20, stop=lambda: True))[0]
        == "It was stopped before a month of turning was run."
    )
    some = find(s, wards(s, 2), futures=100, lanes=400)
    assert not some.complete
    assert some.lanes <= 400
    assert some.last is not None
    assert some.last.months == (0, 12, 23)
    whole_ = find(s, wards(s, 2), futures=100)
    assert whole_.complete
    assert whole_.lanes <= 30_000


def test_what_is_seen_of_a_year_is_made_of_its_months_as_the_year_is() -> None:
    monthly = np.arange(24.0)[None]
    assert last_twelve(monthly, "position")[0, 23] == monthly[0, 12:].sum()
    assert last_twelve(monthly, "occupancy")[0, 23] == monthly[0, 12:].mean()
    assert last_twelve(monthly, "cash")[0, 23] == 23.0
    assert np.isnan(last_twelve(monthly, "cash")[0, :11]).all()


def test_signs_lie_on_the_side_on_which_the_promise_breaks() -> None:
    seen = np.sin(np.arange(1000.0)).reshape(50, 20)
    for promise, above in ((hillford.beds(), True), (hillford.money(), False)):
        assert {t.above for t, _ in triggers(Watch(promise, year=False), seen)} == {above}
        assert triggers(Watch(promise, year=False), np.full((50, 20), np.nan)) == []


def test_a_thing_is_watched_once_by_month_and_by_year_where_a_year_is_judged() -> None:
    worst = hillford.beds(statistic="worst")
    assert [(w.promise.id, w.year) for w in watches([hillford.money(), hillford.money(), worst])] == [
        ("money", False), ("money", True), ("beds", False),
    ]  # fmt: skip


def test_where_hardly_a_future_does_without_plan_b_no_sign_is_worth_waiting_for() -> None:
    s = scarce(0.8, 0.80)
    found = find(s, wards(s, 3), futures=100)
    assert found.never <= 0.05
    assert found.sign is not None
    assert found.sign.need >= 0.95
    assert "No sign is worth waiting for" in tell(found)[0]


def test_a_sign_that_comes_as_often_where_nobody_needs_it_is_called_weak_and_one_that_gains_nothing_is_not_told() -> (
    None
):
    s = scarce()
    found = find(s, wards(s, 2), first=400, futures=200)
    assert found.sign is not None
    rule = found.sign.rule
    assert "No sign tells well" not in tell(found)[0]
    often = replace(rule, needless=Share(found.sign.of_need * (1 - found.sign.need), 0, 1))
    weak = replace(found, sign=replace(found.sign, rule=often))
    assert "No sign tells well which futures need it. The best: turn where" in tell(weak)[0]
    idle = replace(found, sign=replace(found.sign, rule=replace(rule, more_than_plan=Share(0.01, -0.02, 0.04))))
    assert "No sign that was tried comes in time" in tell(idle)[0]
