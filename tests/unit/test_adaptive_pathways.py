"""Until when turning still works, and triggers whose errors are known: identities, limits, closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from placeplan.core.intervals import wilson_ends
from placeplan.core.streams import normal_quantile
from placeplan.explore.plan_b.pareto import draws
from placeplan.explore.plan_b.pathways import (
    NEVER,
    Trigger,
    Turns,
    best_trigger,
    candidates,
    find_last_turn,
    fired,
    judge,
    last_turn,
)

FUTURES = 1000
MONTHS = 60


def uniforms(name: str, rows: int, futures: int = FUTURES) -> np.ndarray:
    return draws(21, name, [str(n) for n in range(rows)], futures, 0)


def falls(month: int) -> np.ndarray:
    """Two promises: ever fewer futures keep the first, the second is kept until month 30 by nine in ten."""
    u = uniforms("falls", 2)
    return np.stack([u[0] < 0.95 - 0.01 * month, u[1] < (0.9 if month <= 30 else 0.5)], axis=1).astype(float)


def test_the_last_month_is_where_shares_and_their_intervals_fall_below_what_is_asked() -> None:
    """Month by month against Wilson's interval; sure comes before likely, likely before possible."""
    asked = np.array([0.8, 0.7])
    kept = np.array([falls(m) for m in range(MONTHS)])
    found = last_turn(range(MONTHS), kept, asked)
    share = kept.mean(axis=1)
    low, high = wilson_ends(share, FUTURES)
    for month, of in ((found.sure, low), (found.likely, share), (found.possible, high)):
        assert month is not None
        assert (of[: month + 1] >= asked).all()
        assert (of[month + 1] < asked).any()
    assert found.sure < found.likely < found.possible <= 30
    assert found.again == ()
    assert found.between == (found.likely, found.likely)


def test_few_months_tell_the_same_where_shares_only_fall() -> None:
    """By halves: the same three months as with all 60 run, with under a third of them."""
    asked = np.array([0.8, 0.7])
    every = last_turn(range(MONTHS), np.array([falls(m) for m in range(MONTHS)]), asked)
    few = find_last_turn(falls, range(MONTHS), asked)
    assert (few.sure, few.likely, few.possible) == (every.sure, every.likely, every.possible)
    assert len(few.months) < MONTHS / 3


def test_too_late_from_the_start_always_in_time_and_a_window_that_opens_again() -> None:
    """None where not even the first month works; the last where all do; what works later again is told apart."""
    none = find_last_turn(lambda m: np.zeros((100, 1)), range(24), np.array([0.7]))
    assert (none.sure, none.likely, none.possible) == (None, None, None)
    all_do = find_last_turn(lambda m: np.ones((100, 1)), range(24), np.array([0.7]))
    assert (all_do.sure, all_do.likely, all_do.between) == (23, 23, None)
    opens = last_turn((0, 6, 12), np.array([np.ones((100, 1)), np.zeros((100, 1)), np.ones((100, 1))]), np.array([0.7]))
    assert (opens.likely, opens.again, opens.between) == (0, (12,), (0, 5))
    late = last_turn((0, 6), np.array([np.zeros((100, 1)), np.ones((100, 1))]), np.array([0.7]))
    assert (late.likely, late.again) == (None, (6,))


@pytest.mark.parametrize("above", [True, False])
def test_how_often_it_fires_is_known_of_independent_months(above: bool) -> None:
    """Of normals, the share without a run of k months beyond b, by recursion over the length of the run so far (Feller 1968, XIII.7)."""
    watched = normal_quantile(uniforms("watched", MONTHS, 4000)).T
    for bound, k in ((2.0, 1), (1.0, 2), (0.5, 4)):
        p = float(ndtr(-bound))
        run = np.zeros(k)
        run[0] = 1.0
        for _ in range(MONTHS):
            run = np.concatenate(([run.sum() * (1 - p)], run[:-1] * p))
        firing = fired(watched, Trigger("x", bound if above else -bound, above, k))
        share = float((firing != NEVER).mean())
        assert share == pytest.approx(1.0 - run.sum(), abs=4 * np.sqrt(share * (1 - share) / 4000) + 1e-3)


def drifting() -> tuple[np.ndarray, Turns]:
    """A state that drifts at its own speed in each future: fast ones break plan A; turning early enough keeps all, but costs a tenth."""
    speed = normal_quantile(uniforms("speed", 1))[0]
    noise = normal_quantile(uniforms("noise", MONTHS)).T
    watched = speed[:, None] * np.arange(1, MONTHS + 1) / 10 + noise
    months = np.arange(0, MONTHS, 3)
    spoiled = uniforms("spoiled", 1)[0] < 0.1
    return watched, Turns(speed < 0.5, months, ~spoiled & (speed * (months[:, None] + 5) < 40.0))


def test_what_a_trigger_does_adds_up() -> None:
    """Broken by plan A: saved, late or missed. Kept: by plan A without it, saved, or needless and not spoiled."""
    watched, turns = drifting()
    rule = judge(Trigger("x", 2.5, True, 2), watched, turns, 3)
    assert rule.saved.value + rule.late.value + rule.missed.value == pytest.approx(1 - turns.plan.mean())
    quiet = turns.plan.mean() - rule.needless.value
    assert rule.kept.value == pytest.approx(quiet + rule.saved.value + rule.needless.value - rule.spoiled.value)
    assert rule.fires.value == pytest.approx(rule.needless.value + rule.saved.value + rule.late.value)
    assert rule.more_than_plan.value == pytest.approx(rule.saved.value - rule.spoiled.value)
    assert rule.more_than_plan.low < rule.more_than_plan.value < rule.more_than_plan.high
    assert rule.regret.value <= rule.missed.value + rule.late.value + rule.spoiled.value + 1e-12


def test_limits_never_fires_is_plan_a_and_always_fires_is_plan_b_at_once() -> None:
    """At both ends a trigger is one of the two plans; one that knows the future has no regret."""
    watched, turns = drifting()
    never = judge(Trigger("x", 1e9, True), watched, turns, 0)
    assert never.kept.value == turns.plan.mean()
    assert (never.fires.value, never.month) == (0.0, None)
    always = judge(Trigger("x", -1e9, True), watched, turns, 2)
    assert always.kept.value == turns.turned[1].mean(), "seen in month 0, two months' lead: month 3"
    knows = np.where(turns.plan, 0.0, 1.0)[:, None] * np.ones(MONTHS)
    known = Turns(turns.plan, turns.months, turns.turned | (turns.months == 3)[:, None] & turns.turned.any(axis=0))
    best = judge(Trigger("oracle", 0.5, True), knows, known, 2)
    assert best.regret.value == 0.0
    assert best.needless.value == best.missed.value == 0.0


def test_a_turn_after_the_last_month_comes_too_late() -> None:
    """Fired in month 5 with a lead of 10, and turned to up to month 12 only: plan A stays."""
    turns = Turns(np.array([False, True]), np.array([0, 12]), np.array([[True, True], [True, False]]))
    firing = np.array([5, 5])
    assert turns.after(firing, 10).tolist() == [False, True]
    assert turns.after(firing, 6).tolist() == [True, False]


def test_a_longer_lead_keeps_no_more_where_later_is_worse() -> None:
    """In a place where turning later never helps, every month of lead costs or is free."""
    watched, turns = drifting()
    kept = [judge(Trigger("x", 2.5, True, 2), watched, turns, lead).kept.value for lead in (0, 6, 12, 24)]
    spoilt = [judge(Trigger("x", 2.5, True, 2), watched, turns, lead).late.value for lead in (0, 6, 12, 24)]
    assert spoilt == sorted(spoilt)
    assert kept[0] >= kept[-1]


def test_the_best_trigger_beats_both_plans_and_is_the_best_of_all() -> None:
    """On the futures on which it was chosen none keeps more; on the others it beats plan A and plan B at once, clear of chance."""
    watched, turns = drifting()
    among = [(t, watched) for t in candidates("drift", watched)]
    found = best_trigger(among, turns, 3)
    even = np.arange(0, FUTURES, 2)
    every = [judge(t, w[even], turns.only(even), 3).kept.value for t, w in among]
    assert found.chosen_on.kept.value == max(every)
    assert found.tried == len(among)
    assert found.rule.more_than_plan.low > 0
    assert found.rule.more_than_at_once.low > 0
    assert best_trigger(among[::-1], turns, 3).rule.trigger == found.rule.trigger


def test_luck_in_choosing_is_not_told_as_skill() -> None:
    """Triggers on noise alone: what the best seems to add where it was chosen, it does not where it is told."""
    coin = uniforms("coin", 3)
    turns = Turns(coin[0] < 0.5, np.array([0, 30]), coin[1:] < 0.5)
    among = [(Trigger(f"x{n}", 0.5, True), uniforms(f"luck {n}", 1).T) for n in range(200)]
    found = best_trigger(among, turns, 0)
    assert found.chosen_on.kept.value - found.rule.kept.value > 0.03
    assert found.rule.kept.low < 0.5 < found.rule.kept.high


def test_nothing_to_choose_from_is_refused() -> None:
    with pytest.raises(ValueError, match="there are 0 and"):
        best_trigger([], drifting()[1], 0)
