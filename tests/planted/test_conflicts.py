"""Which promises cannot all hold, on problems where that is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from placeplan.explore.conflict.finding import Conflicts, find_conflicts
from placeplan.explore.conflict.monotone import check
from placeplan.explore.conflict.problem import MORE, UNKNOWN, Asks, Lever, Problem
from placeplan.explore.conflict.shares import at_least, at_most
from placeplan.explore.conflict.tally import Effort, Tally
from planted.problems import CASES, Planted, Sets, planted

BY_NAME = {case["name"]: case for case in CASES}
CLEAR = [case for case in CASES if not case.get("near")]
NEAR = [case for case in CASES if case.get("near")]


def sets(names: Any) -> Sets:
    return {frozenset(one) for one in names}


def told(found: Conflicts) -> Sets:
    return sets(c.promises for c in found.conflicts)


def name(case: dict[str, Any]) -> str:
    return str(case["name"])


@cache
def usual(case: str, seed: int = 1) -> tuple[Planted, Conflicts]:
    """A case, and what is found in it as usual."""
    problem = planted(BY_NAME[case], seed)
    return problem, find_conflicts(problem.problem, problem.run, seed)


def of(case: str, **more: Any) -> Conflicts:
    """What is found in a case otherwise."""
    problem = planted(BY_NAME[case])
    return find_conflicts(problem.problem, problem.run, 1, **more)


def test_there_are_twenty_and_more() -> None:
    sizes = [len(one) for case in CLEAR for one in case["conflicts"]]
    assert len(CASES) >= 20
    assert all(sizes.count(size) >= 3 for size in (1, 2, 3))
    assert sum(not case["conflicts"] for case in CASES) >= 6
    assert len(NEAR) >= 3


@pytest.mark.parametrize("case", CASES, ids=name)
def test_what_is_planted_is_so(case: dict[str, Any]) -> None:
    """By trying all settings, with P in closed form."""
    assert planted(case).truth() == sets(case["conflicts"])


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("case", CLEAR, ids=name)
def test_what_is_planted_is_found_exactly(case: dict[str, Any], seed: int) -> None:
    _, found = usual(case["name"], seed)
    assert told(found) == sets(case["conflicts"])
    assert found.complete
    assert not found.stopped
    wrong = set(map(tuple, case.get("dropped", ())))
    assert set(found.dropped) <= wrong
    assert bool(found.dropped) == bool(wrong)
    assert found.spent <= Effort().budget
    assert all(c.smallest for c in found.conflicts)


@pytest.mark.parametrize("case", NEAR, ids=name)
def test_what_is_too_near_is_proved_or_not_found_and_never_invented(case: dict[str, Any]) -> None:
    _, found = usual(case["name"])
    assert told(found) <= sets(case["conflicts"])
    assert told(found) | sets(n.promises for n in found.not_found) >= sets(case["conflicts"])
    assert told(found) >= sets(case["conflicts"]) - sets(case["near"])
    assert sets(n.promises for n in found.not_found) <= sets(case["near"])
    assert 0 < found.spent <= Effort().budget
    for none in found.not_found:
        assert none.best is not None
        assert none.needs is None or none.needs > none.best.futures


def test_where_p_is_just_what_is_asked_a_conflict_is_told_one_time_in_twenty_at_most() -> None:
    """Both promises kept in just the share asked for, at the only setting that will do: the worst case there is."""
    case = {
        "levers": {"beds": [0, 1, 2]},
        "promises": {
            "waits": {"p": 0.5, "at": -0.5, "moves": {"beds": 1}},
            "money": {"p": 0.5, "at": 0.5, "moves": {"beds": -1}},
        },
    }
    effort = Effort(budget=4000, looks=(32, 128))
    invented = sum(
        bool(find_conflicts((problem := planted(case, seed)).problem, problem.run, 1, effort).conflicts)
        for seed in range(50)
    )
    assert binomtest(invented, 50, 0.05, alternative="greater").pvalue > 0.05
    assert invented <= 2


@pytest.mark.parametrize("case", [c for c in CLEAR if c["conflicts"] and c["levers"]], ids=name)
def test_a_proof_covers_all_settings_and_each_box_fails(case: dict[str, Any]) -> None:
    """In each box P of its promise, in closed form, is largest at the corner told, and below what is asked even there."""
    problem, found = usual(case["name"])
    place = {p.name: i for i, p in enumerate(problem.problem.promises)}
    for conflict in found.conflicts:
        for leaf in conflict.leaves:
            i = place[leaf.promise]
            best, at = (
                float(problem.shares(x)[:, i].max()) for x in (inside(problem, leaf.low, leaf.high), at_of(leaf.corner))
            )
            assert best <= at + 1e-12
            assert at < problem.problem.p[i]
            assert leaf.p <= leaf.at_most < problem.problem.p[i]
        settings = inside(problem, *ends(problem))
        free = [
            j
            for j in range(settings.shape[1])
            if len({x for leaf in conflict.leaves for x in (leaf.low[j], leaf.high[j])}) > 1
        ]
        held = [
            (settings[:, free] >= np.array(x.low)[free]) & (settings[:, free] <= np.array(x.high)[free])
            for x in conflict.leaves
        ]
        assert np.any([h.all(axis=1) for h in held], axis=0).all(), (
            "every setting lies in a box, but for levers over which all agree"
        )


def ends(problem: Planted) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return tuple(v.values[0] for v in problem.problem.levers), tuple(v.values[-1] for v in problem.problem.levers)


def at_of(setting: tuple[float, ...]) -> np.ndarray:
    return np.array([setting])


def inside(problem: Planted, low: tuple[float, ...], high: tuple[float, ...]) -> np.ndarray:
    """Settings in a box; of a lever without steps seven."""
    axes = [
        np.linspace(a, b, 7) if v.between else np.array([x for x in v.values if a <= x <= b])
        for v, a, b in zip(problem.problem.levers, low, high, strict=True)
    ]
    return np.stack([g.ravel() for g in np.meshgrid(*axes, indexing="ij")], axis=1)


@pytest.mark.parametrize("case", [c for c in CLEAR if c["conflicts"]], ids=name)
def test_without_a_promise_that_is_named_the_others_hold(case: dict[str, Any]) -> None:
    problem, found = usual(case["name"])
    names = [p.name for p in problem.problem.promises]
    for conflict in found.conflicts:
        for struck, shown in conflict.without:
            others = [names.index(n) for n in conflict.promises if n != struck]
            assert (problem.shares(at_of(shown.setting))[0, others] >= problem.problem.p[others]).all()
            assert (shown.low[others] >= problem.problem.p[others]).all()
            assert shown.fresh
    for kept, shown in found.together:
        at = [names.index(n) for n in kept]
        assert (problem.shares(at_of(shown.setting))[0, at] >= problem.problem.p[at]).all()
        assert not any(set(c.promises) <= set(kept) for c in found.conflicts)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_order_of_promises_changes_no_bit(case: dict[str, Any]) -> None:
    other = planted(case, only=list(case["promises"])[::-1])
    first, second = usual(case["name"])[1], find_conflicts(other.problem, other.run, 1)
    assert first.spent == second.spent
    assert [sorted(c.promises) for c in first.conflicts] == [sorted(c.promises) for c in second.conflicts]
    assert [c.leaves for c in first.conflicts] == [c.leaves for c in second.conflicts]
    assert sorted(sorted(k) for k, _ in first.together) == sorted(sorted(k) for k, _ in second.together)


def test_same_seed_same_bits() -> None:
    assert repr(of("a pair and a three that overlap")) == repr(usual("a pair and a three that overlap")[1])


@pytest.mark.parametrize("case", [c for c in CLEAR if len(c["promises"]) < 12], ids=name)
def test_a_promise_that_is_always_kept_changes_no_conflict(case: dict[str, Any]) -> None:
    more = {**case, "promises": {**case["promises"], "always": {"at": 5}}}
    problem = planted(more)
    assert told(find_conflicts(problem.problem, problem.run, 1)) == sets(case["conflicts"])


@pytest.mark.parametrize("budget", [0, 200, 1000])
@pytest.mark.parametrize("case", CASES, ids=name)
def test_with_less_to_spend_less_is_told_and_nothing_else(case: dict[str, Any], budget: int) -> None:
    """What is told is part of the truth, what is not settled is said, and no more is spent than was given."""
    found = of(case["name"], effort=Effort(budget=budget))
    assert found.spent <= budget
    assert all(any(t <= c for t in sets(case["conflicts"])) for c in told(found)), "no set without a conflict in it"
    assert not any(a < b for a in told(found) for b in told(found)), "and none around another"
    assert found.complete == (not found.not_found)
    assert found.complete or found.stopped or case.get("near")
    if found.complete:
        assert told(found) == sets(case["conflicts"])


def after(calls: int) -> Callable[[], bool]:
    """True from the n-th time asked."""
    left = iter([False] * calls)
    return lambda: next(left, True)


def test_signs_that_nobody_looked_at_prove_nothing() -> None:
    """With futures for fewer settings than a walk has, a wrong sign would not be seen."""
    found = of("a sign that is wrong inside, and would invent a conflict", effort=Effort(budget=100))
    assert not found.looked
    assert not found.conflicts
    found = of("two, by steps", effort=Effort(budget=95))
    assert not found.conflicts
    assert usual("two, by steps")[1].looked


@pytest.mark.parametrize("calls", [0, 1, 3, 6])
def test_a_search_that_is_stopped_tells_the_best_so_far(calls: int) -> None:
    found = of("a pair and a three that overlap", stop=after(calls))
    assert found.stopped
    assert not found.complete
    assert found.not_found
    truth = sets(BY_NAME["a pair and a three that overlap"]["conflicts"])
    assert all(any(t <= frozenset(c.promises) for t in truth) for c in found.conflicts)
    assert all(frozenset(c.promises) in truth for c in found.conflicts if c.smallest)
    assert all((n.best is None) == (calls == 0) for n in found.not_found)


def test_where_chance_is_another_in_each_setting_each_box_is_told_on_fresh_futures_too() -> None:
    _, found = usual("chance that is another in each setting")
    assert set(found.uneven) == {"waits", "money"}
    assert [c.twice for c in found.conflicts] == [True]
    assert not any(c.twice for c in usual("two, by steps")[1].conflicts)


def test_a_sign_that_the_runs_contradict_is_dropped_and_no_other() -> None:
    """Two settings that differ in one lever say which; two that differ in more accuse all of them."""
    case = {
        "levers": {"beds": [0, 1], "posts": [0, 1]},
        "promises": {"waits": {"at": 0.5, "moves": {"beds": -1, "posts": 0.4}, "says": {"beds": MORE}}},
    }
    problem = planted(case)
    for settings, signs in (
        ([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)], [UNKNOWN, MORE]),
        ([(0.0, 0.0), (1.0, 1.0)], [UNKNOWN, UNKNOWN]),
        ([(0.0, 0.0), (0.0, 1.0)], [MORE, MORE]),
    ):
        tally = Tally(problem.problem, problem.run, Effort(), lambda: False)
        tally.see(settings, 1)
        assert check(tally).signs.tolist() == [signs]


def test_no_promises_no_conflicts() -> None:
    found = find_conflicts(Problem((Lever("beds", (0, 1)),), (), (0,)), lambda x, f: np.zeros((len(x), len(f), 0)), 1)
    assert (found.conflicts, found.not_found, found.complete) == ((), (), True)


def wrong() -> Iterator[tuple[str, Callable[[], object]]]:
    lever, good = Lever("beds", (0, 1)), Asks("waits", 0.8, (MORE,))
    yield "ascending", lambda: Lever("beds", (1, 0))
    yield "ascending", lambda: Lever("beds", ())
    yield "not finite", lambda: Lever("beds", (0, float("inf")))
    yield "same name", lambda: Problem((lever,), (good, good), (0,))
    yield "between 0 and 1", lambda: Problem((lever,), (replace(good, p=1.0),), (0,))
    yield "for each lever", lambda: Problem((lever,), (replace(good, signs=()),), (0,))
    yield "for each lever", lambda: Problem((lever,), (replace(good, signs=(3,)),), (0,))
    yield "start", lambda: Problem((lever,), (good,), (0.5,))
    yield "at most 12", lambda: Problem((lever,), tuple(replace(good, name=str(i)) for i in range(13)), (0,))
    yield "looks", lambda: Effort(looks=(32, 32))
    yield "budget", lambda: Effort(budget=-1)
    yield (
        "setting, future, promise",
        lambda: find_conflicts(
            Problem((lever,), (good,), (0,)), lambda x, f: np.zeros((len(x), len(f), 2), dtype=np.bool_)[:, :-1], 1
        ),
    )


def test_what_cannot_be_is_refused() -> None:
    for says, broken in wrong():
        with pytest.raises(ValueError, match=says):
            broken()


@pytest.mark.parametrize("n", [1, 32, 500])
def test_bounds_of_a_share_are_clopper_and_pearsons(n: int) -> None:
    """SciPy's exact interval of each count, two-sided 95 %."""
    for k in range(0, n + 1, max(1, n // 7)):
        both = binomtest(k, n).proportion_ci(0.95, method="exact")
        assert float(at_least(np.array([float(k)]), n, 0.025)[0]) == pytest.approx(both.low, abs=1e-9)
        assert float(at_most(np.array([float(k)]), n, 0.025)[0]) == pytest.approx(both.high, abs=1e-9)
