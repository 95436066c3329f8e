"""Latent need, care by deprivation, shocks, health and areas that go their own way; attribution with increases."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.places import CENTRAL, fixed, initiative, only, place, run, with_rows
from placeplan.core.tables import OUTSIDE, AreaPeople, WaitingList
from placeplan.effects import combine
from placeplan.futures.sample import Futures
from placeplan.model.demand import departures, steps_by_age
from placeplan.model.departure import area_departures, shocks
from placeplan.model.draws import Draws
from placeplan.model.equity import residents_of
from placeplan.model.flow import Flow
from placeplan.model.outcomes import Outcomes
from placeplan.model.simulate import baseline_of
from placeplan.model.variants import do_minimum
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.stress.verdict.withheld import EVENTS, first_order

ONE = Futures(count=1, held=CENTRAL)
FEW = Futures(count=3, held=frozenset({"chance"}))
"""Some worlds; chance of beds is held, as no rule of equity asks for it."""
POD = "emergency_admission"


def fifths(plan: Plan, **of: int) -> Plan:
    rows = [r for r in plan.tables["areas"] if isinstance(r, AreaPeople)]
    return with_rows(plan, "areas", [r.model_copy(update={"quintile": of[r.area]}) for r in rows])


def quiet() -> Plan:
    """A place of a most and a least deprived area."""
    return fifths(place(1), A01=1, A02=5)


def by_fifth(o: Outcomes, name: str, pod: str = POD) -> list[np.ndarray]:
    return [o[name].of(e) for e in o[name].entities if e.endswith(f"/{pod}") and e.startswith("q")]


def test_latent_need_is_met_need_where_nothing_is_assumed() -> None:
    """Latent need = met + recorded waits + an unmet share by quintile: with none of the latter, demand at base-year access."""
    o = run(quiet(), FEW)
    np.testing.assert_allclose(o["latent_need"].of(POD), o["demand"].of(POD), rtol=1e-12)
    assert not o["unmet_need"].values.any()


def test_an_unmet_share_of_the_deprived_shows_their_need_alone() -> None:
    """A deprived area that goes without does not look cheap: a tenth unmet makes need a ninth larger there, nowhere else."""
    before = run(quiet(), FEW)
    o = run(with_unmet(quiet(), q1=0.1), FEW)
    one, other = by_fifth(o, "latent_need"), by_fifth(before, "latent_need")
    np.testing.assert_allclose(one[0], other[0] / 0.9, rtol=1e-12)
    assert (one[1] == other[1]).all()
    unmet = o["unmet_need"].of(f"q1/{POD}")
    np.testing.assert_allclose(unmet, 0.1 * o["latent_need"].of(f"q1/{POD}"), rtol=1e-9)
    np.testing.assert_allclose(o["unmet_need"].of(POD), unmet, rtol=1e-12)
    np.testing.assert_allclose(o["unmet_share"].of(f"q1/{POD}"), 0.1, rtol=1e-9)
    assert not o["unmet_share"].of(f"q5/{POD}").any()
    assert (o["activity"].values == before["activity"].values).all()


def test_who_waits_on_record_is_in_need() -> None:
    """Recorded waits are latent need: of the people on a list, as many as are residents among those who ask there."""
    row = WaitingList(site="ACU1A", specialty="surgery", listed=3000.0, within_18=0.9, over_52=0.001,
                      first_pod="outpatient_first", source="made up")  # fmt: skip
    plan = with_library(only(with_rows(quiet(), "lists", [row])))
    o, pod = run(plan, ONE), "outpatient_first"
    waiting = o["latent_need"].of(pod) - o["demand"].of(pod)
    np.testing.assert_allclose(o["unmet_need"].of(pod), waiting, rtol=1e-9)
    np.testing.assert_allclose(sum(by_fifth(o, "unmet_need", pod)), waiting, rtol=1e-9)
    assert ((waiting > 1000.0) & (waiting < 3300.0)).all()
    assert not o["unmet_need"].of(POD).any()
    care = Flow(activity={("s", "p"): np.array([200.0])}, resident={("a",): {("s", "p"): np.array([150.0])}})
    assert residents_of({("s", "p"): np.array([40.0])}, care) == {"p": np.array([30.0])}


def with_unmet(plan: Plan, **shares: float) -> Plan:
    return plan.changed(assumptions=tuple(
        a.model_copy(update={"distribution": a.distribution.model_copy(update={"value": shares[a.id[11:]]})})
        if a.id.startswith("need.unmet.") and a.id[11:] in shares else a
        for a in plan.assumptions
    ))  # fmt: skip


def test_fifths_add_up_to_all_residents() -> None:
    """Needs by quintile sum to those of the pod; what is prevented, to what initiatives prevent among residents."""
    plan = only(quiet(), prevents("a", 0.2), prevents("b", 0.1, age_from=65))
    o = run(plan, FEW)
    for pod in ("day_case", POD):
        np.testing.assert_allclose(sum(by_fifth(o, "latent_need", pod)), o["demand"].of(pod), rtol=1e-12)
    np.testing.assert_allclose(
        sum(by_fifth(o, "prevented")), o["contacts_prevented"].values.sum(axis=2), rtol=1e-9, atol=1e-9
    )


def prevents(id_: str, share: float, **scope: Any) -> Any:
    return initiative(id_, {"kind": "prevent", "scope": {"pods": [POD]} | scope, "share": share})


def test_an_effect_on_one_area_is_its_fifths_alone() -> None:
    o = run(only(quiet(), prevents("a", 0.2, areas=["A01"])), ONE)
    assert o["prevented"].entities == (f"q1/{POD}", f"q5/{POD}") or o["prevented"].entities == (f"q1/{POD}",)
    np.testing.assert_allclose(o["prevented"].of(f"q1/{POD}"), o["contacts_prevented"].of("a"), rtol=1e-12)


def test_rates_are_care_over_people_and_the_gap_their_ratio() -> None:
    """Care of residents by fifth, each 1,000 of its people; where they differ, the gap between the ends says so."""
    plan = only(quiet())
    baseline = baseline_of(plan)
    o = run(plan, ONE)
    people = baseline.people.sum(axis=(2, 3))
    rates = [o["activity_per_1000"].of(f"q{q}/{POD}")[0] for q in (1, 5)]
    total = sum(rate * people[:, n] / 1000 for n, rate in enumerate(rates))
    np.testing.assert_allclose(total, o["demand"].of(POD)[0], rtol=1e-9)
    np.testing.assert_allclose(o["rate_gap"].of(POD)[0], rates[0] / rates[1], rtol=1e-12)
    less = run(only(quiet(), prevents("a", 0.5, areas=["A01"])), ONE)
    np.testing.assert_allclose(less["rate_gap"].of(POD)[0, 3:], 0.5 * o["rate_gap"].of(POD)[0, 3:], rtol=1e-9)


def test_moved_care_stays_its_peoples() -> None:
    """What a shift makes elsewhere counts for the fifth whose care it was."""
    effect = {"kind": "shift", "scope": {"pods": ["outpatient_followup"], "areas": ["A01"]}, "share": 0.2,
              "to_pod": "community_contact", "to_site": "CHS1", "ratio": 2.0, "induced": 0.5}  # fmt: skip
    o, before = run(only(quiet(), initiative("m", effect)), ONE), run(only(quiet()), ONE)
    change = {(q, p): (o["activity_per_1000"].of(f"q{q}/{p}") - before["activity_per_1000"].of(f"q{q}/{p}"))[0, 3:]
              for q in (1, 5) for p in ("outpatient_followup", "community_contact")}  # fmt: skip
    np.testing.assert_allclose(change[1, "community_contact"], -3.0 * change[1, "outpatient_followup"], rtol=1e-8)
    assert not change[5, "community_contact"].any()


def test_without_quintiles_equity_is_off() -> None:
    rows = [r.model_copy(update={"quintile": None}) for r in place(1).tables["areas"]]
    o, before = run(with_rows(place(1), "areas", rows), FEW), run(place(1), FEW)
    equity = {"latent_need", "unmet_need", "unmet_share", "activity_per_1000", "prevented", "rate_gap"}
    assert set(before.series) - set(o.series) == equity
    assert all((o[n].values == before[n].values).all() for n in o.series)


@settings(deadline=None)
@given(st.lists(st.floats(-1, 1.2), min_size=1, max_size=5))
def test_increases_are_apart_from_decreases(values: list[float]) -> None:
    """Attribution by Shapley with adverse effects: each part has the sign of its effect, and their sum is the change."""
    found = combine.divided(values)
    for share, part in zip(values, found, strict=True):
        assert part * share >= 0
    mean = np.zeros(len(values))
    orders = list(permutations(range(len(values))))
    for order in orders:
        for n, e in enumerate(order):
            mean[e] += combine.keep([values[k] for k in order[:n]]) - combine.keep([values[k] for k in order[: n + 1]])
    np.testing.assert_allclose(found, mean / len(orders), atol=1e-11)


@pytest.mark.parametrize("count", [3, 24, 25, 40])
def test_attribution_is_exact_for_many_effects(count: int) -> None:
    """Shapley on the product is exact for any number: equal effects have equal parts of 1 − keep."""
    found = combine.divided([0.3] * count)
    np.testing.assert_allclose(found, (1 - 0.7**count) / count, rtol=1e-13)


def test_adverse_effects_add_and_are_shown_apart() -> None:
    """Removed net = prevented − added: a worse half that adds a tenth is no prevention of minus a tenth."""
    plan = only(quiet(), prevents("good", 0.2), prevents("bad", -0.1))
    o, before = run(plan, ONE), run(do_minimum(plan), ONE)
    assert not o["contacts_added"].of("good").any()
    assert not o["contacts_prevented"].of("bad").any()
    net = o["contacts_prevented"].values.sum(axis=2) - o["contacts_added"].values.sum(axis=2)
    change = sum(before[n].of(e) - o[n].of(e) for n, e in (("activity", f"system/{POD}"), ("left_footprint", POD)))
    np.testing.assert_allclose(net, change, rtol=1e-9, atol=1e-9)
    asked = o["demand"].of(POD)[:, 3:]
    np.testing.assert_allclose(o["contacts_prevented"].of("good")[:, 3:] / asked, 0.2 * 1.05, rtol=1e-9)
    np.testing.assert_allclose(o["contacts_added"].of("bad")[:, 3:] / asked, 0.1 * 0.9, rtol=1e-9)


def test_what_a_shift_makes_counts_as_added_by_it() -> None:
    """Attribution sums to the change: prevented less added is the change of all activity, induced demand among it."""
    effect = {"kind": "shift", "scope": {"pods": ["outpatient_followup"]}, "share": 0.2, "to_pod": "community_contact",
              "to_site": "CHS1", "ratio": 1.5, "induced": 0.3}  # fmt: skip
    plan = only(quiet(), initiative("m", effect))
    o, before = run(plan, ONE), run(do_minimum(plan), ONE)
    np.testing.assert_allclose(o["contacts_added"].of("m"), 1.95 * o["contacts_prevented"].of("m"), rtol=1e-12)
    change = 0.0
    for pod in ("outpatient_followup", "community_contact"):
        change = change + before["activity"].of(f"system/{pod}") - o["activity"].of(f"system/{pod}")
        if "left_footprint" in o.series and pod in o["left_footprint"].entities:
            change = change + before["left_footprint"].of(pod) - o["left_footprint"].of(pod)
    np.testing.assert_allclose(
        o["contacts_prevented"].of("m") - o["contacts_added"].of("m"), change, rtol=1e-8, atol=1e-6
    )


def test_what_shift_creates_lands_after_the_targets_own_effects_in_one_pass() -> None:
    """What arrives in a pod is neither prevented there nor moved on: effects act on the pod's own people alone."""
    first = {
        "kind": "shift",
        "scope": {"pods": ["outpatient_followup"]},
        "share": 0.2,
        "to_pod": "community_contact",
        "to_site": "CHS1",
    }
    then = {
        "kind": "shift",
        "scope": {"pods": ["community_contact"]},
        "share": 0.5,
        "to_pod": "mental_health_contact",
        "to_site": "CHS1",
    }
    both = run(only(quiet(), initiative("a", first), initiative("b", then)), ONE)
    alone = {k: run(only(quiet(), initiative(k, e)), ONE) for k, e in (("a", first), ("b", then))}
    assert (both["contacts_added"].of("b") == alone["b"]["contacts_added"].of("b")).all()
    base = run(only(quiet()), ONE)["activity"].of("system/community_contact")
    change = [o["activity"].of("system/community_contact") - base for o in (both, alone["a"], alone["b"])]
    np.testing.assert_allclose(change[0], change[1] + change[2], rtol=1e-8, atol=1e-7)
    assert (change[1][:, 3:] > 0).all()  # the first sends contacts to the pod on which the second acts


def test_what_is_not_kept_is_not_worked_out() -> None:
    """A run that keeps other outcomes spends nothing on equity, and one that keeps it has the same bits as the whole."""
    whole, some = run(quiet(), FEW), run(quiet(), FEW, keep=frozenset({"rate_gap"}))
    assert set(some.series) == {"rate_gap"}
    assert (some["rate_gap"].values == whole["rate_gap"].values).all()
    assert set(run(quiet(), FEW, keep=frozenset({"demand"})).series) == {"demand"}


# Health, shocks, areas


def test_health_shifts_need_over_ages() -> None:
    """At a shift of s years a calendar year, need at an age uses the rate at age − s t, linear between the middles of bands."""
    plan = only(place(1, months=36))
    baseline = baseline_of(plan)
    middles = np.array([2.5 + 5 * n for n in range(18)] + [92.5])
    for shift in (0.6, -0.6):
        o, before = (run(fixed(plan, people_health_shift=s), ONE) for s in (shift, 0.0))
        years = (30 + 0.5 - 6) / 12  # the middle of month 30 after that of the base year
        exact = still = 0.0
        for s in (s for s in baseline.streams if s.pod == POD and s.area != OUTSIDE):
            people = baseline.people[30, baseline.areas.index(s.area)]
            rates = np.array([np.interp(middles - shift * years, middles, r) for r in s.rates])
            exact, still = exact + (rates * people).sum(), still + (s.rates * people).sum()
        ratio = o["demand"].of(POD)[0, 30] / before["demand"].of(POD)[0, 30]
        assert ratio == pytest.approx(exact / still, rel=1e-3)
        assert (ratio < 1) == (shift > 0)


def test_no_shift_of_health_changes_no_bit() -> None:
    plan = place(1)
    one = run(plan, FEW)
    bare = plan.changed(assumptions=tuple(a for a in plan.assumptions if a.id not in ("people.health_shift", "departure.areas")
                                          and not a.id.startswith("shock.")))  # fmt: skip
    other = run(bare, FEW)
    assert all((one[n].values == other[n].values).all() for n in one.series)


def test_steps_by_age_are_those_of_a_line() -> None:
    down, up = steps_by_age(np.array([[1.0, 3.0, 4.0]]), ("0-4", "5-9", "10-19"))
    np.testing.assert_allclose(down, [[0.0, 0.4, 1 / 7.5]])
    np.testing.assert_allclose(up, [[0.4, 1 / 7.5, 0.0]])


SHOCK = {"shock.probability": 0.1, "shock.size": 0.5, "shock.months": 3.0}


def shocked(lanes: int, months: int = 60, **more: float) -> tuple[Any, dict[str, np.ndarray]]:
    plan = place(1, months=months)
    baseline = baseline_of(plan)
    draws = Draws(Futures(seed=4, count=lanes), {n: np.full(lanes, v) for n, v in (SHOCK | more).items()})
    return baseline, shocks(baseline, draws)


def test_rare_shocks_come_as_often_as_assumed() -> None:
    """Rare shocks are assumptions of their own: the share of futures hit is that assumed, each year anew, and lasts as long."""
    lanes = 20_000
    baseline, found = shocked(lanes)
    assert set(found) == {p for p in baseline.pods if p in baseline.urgent}
    hit = found[POD] > 1.0
    assert not hit[:12].any()
    never = (1 - 0.1) ** 4
    assert abs((~hit.any(axis=0)).mean() - never) < 4.2 * np.sqrt(never * (1 - never) / lanes)
    assert set(np.unique(found[POD])) == {1.0, 1.5}
    first = hit[12:24].any(axis=0) & ~hit[24:36].any(axis=0)
    begun_early = hit[12:22, first].any(axis=0)
    assert (hit[12:24][:, first].sum(axis=0)[begun_early & hit[12:22, first].any(axis=0)] <= 3).all()


def test_no_shock_where_growth_is_held_or_none_is_assumed() -> None:
    assert shocked(50, **{"shock.probability": 0.0})[1] == {}
    plan = place(1)
    baseline = baseline_of(plan)
    held = Draws(Futures(count=5, held=frozenset({"demand_growth"})), {n: np.full(5, v) for n, v in SHOCK.items()})
    assert shocks(baseline, held) == {}


def test_a_certain_shock_raises_urgent_demand_alone() -> None:
    plan = only(place(1, months=24))
    sure = run(fixed(plan, shock_probability=1.0, shock_size=0.5, shock_months=24.0), Futures(count=8))
    calm = run(plan, Futures(count=8))
    ratio = sure["demand"].of(POD) / calm["demand"].of(POD)
    assert ((np.isclose(ratio, 1.0)) | (np.isclose(ratio, 1.5))).all()
    np.testing.assert_allclose(ratio[:, -1], 1.5)
    assert (ratio[:, :12] == 1.0).all()
    assert len({int(r.argmax()) for r in np.round(ratio, 6)}) > 2, "it begins in a month that is drawn"
    assert (sure["demand"].of("day_case") == calm["demand"].of("day_case")).all()


def test_areas_share_as_much_of_a_departure_as_assumed() -> None:
    """W is correlated across pods and areas: between areas by the share in common, within one as without areas."""
    plan, lanes, sd, keep, common, areas = place(1, months=60), 20_000, 0.032, 0.95, 0.5, 0.6
    baseline = baseline_of(plan)
    values = {"departure.sd": sd, "departure.persistence": keep, "departure.common": common, "departure.areas": areas}
    draws = Draws(Futures(seed=9, count=lanes), {n: np.full(lanes, v) for n, v in values.items()})
    found = area_departures(baseline, draws, 4)
    assert {area for _, area in found} == {*baseline.areas, OUTSIDE}
    exact = sd**2 * (1 - keep**6) / (1 - keep**2)
    pairs = {(("day_case", "A01"), ("day_case", "A02")): areas, (("day_case", "A01"), (POD, "A01")): common,
             (("day_case", "A01"), (POD, "A02")): areas * common}  # fmt: skip
    for (one, other), rho in pairs.items():
        assert abs(found[one][3].var() - exact) <= 4.2 * exact * np.sqrt(2 / lanes)
        assert abs(np.corrcoef(found[one][3], found[other][3])[0, 1] - rho) < 4.2 * (1 - rho**2) / np.sqrt(lanes)
        assert not found[one][0].any()


def test_areas_that_have_all_in_common_are_one() -> None:
    """departure.areas of 1 is today's departure of the whole place, and any less narrows the place as a whole."""
    plan = place(1, months=36)
    baseline = baseline_of(plan)
    values = {"departure.sd": 0.03, "departure.persistence": 0.9, "departure.common": 0.5, "departure.areas": 1.0}
    draws = Draws(Futures(seed=2, count=50), {n: np.full(50, v) for n, v in values.items()})
    one, apart = departures(baseline, draws, 3), area_departures(baseline, draws, 3)
    for (pod, _), w in apart.items():
        np.testing.assert_allclose(w, one[pod], rtol=1e-12)
    futures = Futures(count=400, held=frozenset({"chance"}))
    whole, parted = (
        run(fixed(only(plan), departure_areas=a, departure_provider=0.0), futures, keep=frozenset({"demand"}))
        for a in (1.0, 0.0)
    )
    wide, narrow = (np.log(o["demand"].by_year("day_case")[:, -1]).std() for o in (whole, parted))
    assert 0.5 < narrow / wide < 0.97


@pytest.mark.large
def test_world_and_chance_split_the_variance_between_them() -> None:
    """What we don't know and chance stay apart: nested replicates split the variance into parts that add up to it.

    With the world drawn once and chance twice, what both have in common is the world's part, and the mean square of the
    difference is chance's; drawn the other way round the same parts come out, as both hardly act together.
    """
    plan = only(place(1, months=24))
    assumed = frozenset(a.id for a in plan.assumptions)
    futures = Futures(seed=3, count=400)
    keep = frozenset({"arrivals"})

    def last(redrawn: frozenset[str]) -> np.ndarray:
        own = Futures(seed=3, count=400, redrawn=redrawn)
        found: np.ndarray = run(plan, own, keep=keep)["arrivals"].of("ACU1A/medical")[:, -1]
        return found

    y, same_world, same_chance = (last(r) for r in (frozenset(), frozenset({"chance"}), assumed | {*EVENTS}))
    world, chance = first_order(y, same_world), first_order(y, same_chance)
    within = ((y - same_world) ** 2).mean() / 2
    between = np.cov(y, same_world)[0, 1]
    assert within + between == pytest.approx(np.concatenate([y, same_world]).var(), rel=0.02)
    assert 0.05 < world < 0.95
    assert world + chance == pytest.approx(1.0, abs=0.15)
    assert futures.count == len(y)
