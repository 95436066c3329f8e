"""Nothing is lost and nothing comes from nowhere: patients, payments, positions, attributed changes."""

from __future__ import annotations

import math
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.places import CENTRAL, fixed, initiative, only, place, ran, run
from fixtures.wards import Words
from placeplan.capacity import bed_days, beds
from placeplan.core.calendar import Day
from placeplan.effects import combine
from placeplan.futures.sample import Futures
from placeplan.model.draws import WhatIf
from placeplan.model.variants import do_minimum, strict

SEEDS = (1, 2, 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_is_lost_in_any_month(seed: int) -> None:
    """Arrivals + planned admissions = discharges + deaths + change in beds + in waiting: every month, pool and future."""
    o = ran(seed)
    came = o["arrivals"].values + o["elective_admissions"].values
    held = o["in_beds"].values + o["waiting_at_end"].values
    assert came.min() >= 0
    left = o["discharges"].values + o["deaths"].values
    assert o["deaths"].values.sum() > 0
    assert (came[:, 1:] - left[:, 1:] == np.diff(held, axis=1)).all()
    assert (o["admissions"].values >= o["elective_admissions"].values).all()


@settings(max_examples=25)
@given(
    seed=st.integers(0, 1000), open_=st.integers(0, 240).map(lambda n: n / 4), escalation=st.integers(0, 20).map(lambda n: n / 4), daily=st.floats(0, 30),
    planned=st.floats(0, 8), slots=st.floats(0, 9), leave=st.floats(0.05, 1), delay=st.floats(0, 1), short=st.floats(0, 1),
)  # fmt: skip
def test_nobody_is_lost_on_any_day(
    seed: int, open_: float, escalation: float, daily: float, planned: float, slots: float, leave: float, delay: float,
    short: float,
) -> None:  # fmt: skip
    """On each day: came = left + more in beds + more waiting; planned patients due = admitted + still put off."""
    shape = (1, 6)
    full = lambda x: np.full(shape, float(x))  # noqa: E731
    month = beds.BedMonth(
        emergencies=full(daily), electives=full(planned), short_part=full(short), leave_short=full(min(1.0, 2 * leave)),
        leave_long=full(leave), leave_delayed=full(leave / 2)[None], leave_elective=full(leave), delay_chance=full(delay),
        open=full(open_), escalation=full(escalation), slots=full(slots), dispersion=full(1.4), weekend=full(0.8),
    )  # fmt: skip
    state = beds.BedState(full(open_ // 2), full(open_ // 4), full(3)[None], full(2), full(1), full(0))
    for step, weekday in enumerate((0, 1, 4, 5, 6)):
        before = (state.occupied, state.waiting, state.deferred)
        counts = bed_days.run_month(state, month, [Day(weekday, weekday < 5)], step, Words(seed, 1, 6))
        in_beds, waiting = state.occupied - before[0], state.waiting - before[1]
        assert (counts.arrivals + counts.electives == counts.discharges + in_beds + waiting).all()
        assert (counts.admissions == counts.electives + counts.arrivals - waiting).all()
        assert (state.deferred >= 0).all()
        parts = (state.short, state.long, state.delayed, state.elective, state.waiting)
        assert all((p >= 0).all() and (p == np.floor(p)).all() for p in parts)
        assert (state.occupied <= np.maximum(beds.whole(open_) + beds.whole(escalation), before[0])).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_payments_inside_the_footprint_sum_to_zero(seed: int) -> None:
    """What one organisation pays another receives: only payments from beyond are left over, every month and future."""
    o, plan = ran(seed), place(seed)
    inside = [e for e in o["contract_income"].entities if e != "system"]
    net = sum(o["contract_income"].of(e) - o["contract_spend"].of(e) for e in inside)
    beyond = sum(o["contract_payment"].of(c.id) for c in plan.contracts if c.payer == "NAT")
    turnover = o["contract_income"].of("system")
    assert (beyond > 0).all()
    assert (np.abs(net - beyond) <= 1e-12 * turnover).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_system_position_is_the_sum_of_its_organisations(seed: int) -> None:
    """Every money outcome of the system is the sum over organisations, and each position the sum of its parts."""
    o = ran(seed)
    signs = {"income": 1, "contract_income": 1, "contract_spend": -1, "operating_cost": -1, "programme_cost": -1, "financing": -1}  # fmt: skip
    for name in (*signs, "position", "capital_spend"):
        inside = [e for e in o[name].entities if e != "system"]
        np.testing.assert_allclose(o[name].of("system"), sum(o[name].of(e) for e in inside), rtol=1e-12, atol=1e-6)
    parts = sum(sign * o[name].values for name, sign in signs.items())
    programmes = o["initiative_cost"]
    for org in (e for e in o["programme_cost"].entities if e != "system"):
        own = sum(programmes.of(e) for e in programmes.entities if e.startswith(f"{org}/"))
        np.testing.assert_allclose(o["programme_cost"].of(org), own, rtol=1e-12, atol=1e-6)
    np.testing.assert_allclose(o["position"].values, parts, rtol=0, atol=1e-6)


shares = st.lists(st.floats(-2, 1.5), min_size=1, max_size=24)


@given(shares)
def test_attribution_sums_to_the_change(values: list[float]) -> None:
    """The effects' parts of what is removed sum to 1 − keep, for up to 24 effects on the same people."""
    removed = 1.0 - combine.keep(values)
    parts = combine.divided(values)
    scale = max(1.0, math.prod(max(1.0, 1.0 + abs(v)) for v in values))
    assert math.fsum(parts) == pytest.approx(removed, abs=1e-12 * scale)


@given(st.lists(st.floats(-1, 1.2), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_attribution_is_symmetric(values: list[float], shuffler: Any) -> None:
    """Who is listed first gains nothing: parts move with their effects, and equal effects have equal parts."""
    order = list(range(len(values)))
    shuffler.shuffle(order)
    parts, shuffled = combine.divided(values), combine.divided([values[n] for n in order])
    assert shuffled == pytest.approx([parts[n] for n in order], abs=1e-12)
    twins = combine.divided([values[0], values[0], *values[1:]])
    assert twins[0] == pytest.approx(twins[1], abs=1e-12)


@given(st.lists(st.floats(-1, 1.2), min_size=1, max_size=5))
def test_attribution_is_shapleys(values: list[float]) -> None:
    """Each part is the mean of what its effect removes over every order in which the effects could come."""
    mean = [0.0] * len(values)
    orders = list(permutations(range(len(values))))
    for order in orders:
        for n, e in enumerate(order):
            before, after = (combine.keep([values[k] for k in order[: n + m]]) for m in (0, 1))
            mean[e] += (before - after) / len(orders)
    assert combine.divided(values) == pytest.approx(mean, abs=1e-11)


@pytest.mark.parametrize("strengths", [(0.1, 0.2, 0.5), (-0.3, 0.9, 0.0), (0.4, -0.1, -0.2)])
def test_contacts_prevented_less_added_are_the_change_in_activity(strengths: tuple[float, float, float]) -> None:
    """What initiatives prevent less what they add is do minimum's activity less the plan's, in every month and future."""
    plan = only(place(1), *(
        initiative(f"i{n}", {"kind": "prevent", "scope": {"pods": ["emergency_admission"], "age_from": 25 * n}, "share": s})
        for n, s in enumerate(strengths)
    ))  # fmt: skip
    futures = Futures(count=2, held=frozenset({"chance"}))
    with_, without = run(plan, futures), run(do_minimum(plan), futures)
    entity = "system/emergency_admission"
    change = without["activity"].of(entity) - with_["activity"].of(entity)
    change += without["left_footprint"].of("emergency_admission") - with_["left_footprint"].of("emergency_admission")
    net = with_["contacts_prevented"].values - with_["contacts_added"].values
    np.testing.assert_allclose(net.sum(axis=2), change, rtol=1e-9, atol=1e-9)


def test_a_plan_without_initiatives_is_do_minimum() -> None:
    """Without initiatives nothing that only they use changes a bit: assumptions of effects, of delay, of capital."""
    plan = place(1)
    of_initiatives = ("effect.", "initiative.", "capital.", "start.", "cip.")
    bare = plan.changed(initiatives=(), correlations=(), assumptions=tuple(
        a for a in plan.assumptions if not a.id.startswith(of_initiatives) or a.id in ("capital.available", "capital.charge")
    ))  # fmt: skip
    futures = Futures(count=4)
    minimum = do_minimum(plan).changed(correlations=())
    one, other = run(bare, futures), run(minimum, futures)
    assert set(one.series) == set(other.series)
    assert all((one[name].values == other[name].values).all() for name in one.series)


def test_initiatives_that_never_begin_are_do_minimum() -> None:
    """With every initiative off, all that do minimum has comes out the same (segments add up in another order)."""
    plan, futures = place(2), Futures(count=3, held=frozenset({"chance"}))
    off = {i.id: np.ones(3, bool) for i in plan.initiatives}
    stopped, minimum = run(plan, futures, what_if=WhatIf(off)), run(do_minimum(plan), futures)
    for name in ("activity", "occupied", "waiting_without_bed", "beds_open", "position", "contract_payment"):
        np.testing.assert_allclose(stopped[name].values, minimum[name].values, rtol=1e-9, atol=1e-4, err_msg=name)
    assert not stopped["initiative_cost"].values.any()


def test_strict_is_part_of_open() -> None:
    """Commitments begin no earlier without the aspirations, and what requires an aspiration never does."""
    plan = place(1, months=24)
    waiting = initiative("late", {"kind": "spend", "organisation": "ACU1", "once": 1.0}, requires=["dream"])
    dream = initiative("dream", status="aspiration", ramp_months=2)
    plan = fixed(plan.changed(initiatives=(*plan.initiatives, waiting, dream)), initiative_delay=0.0)
    narrow = strict(plan)
    assert {i.id for i in narrow.initiatives} < {i.id for i in plan.initiatives}
    assert all(i.status == "commitment" for i in narrow.initiatives)
    futures = Futures(count=1, held=CENTRAL)
    some, every = run(narrow, futures), run(plan, futures)
    for i in narrow.initiatives:
        assert (some["started"].of(i.id) <= every["started"].of(i.id)).all()
        assert (some["uptake"].of(i.id) <= every["uptake"].of(i.id)).all()
    assert every["started"].of("late").any()
    assert not some["started"].of("late").any()
