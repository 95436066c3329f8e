"""What each effect may and may not do, in whole runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.places import CENTRAL, fixed, initiative, only, place, run, with_rows
from placeplan.core.tables import MoneyLine
from placeplan.effects import combine
from placeplan.futures.distributions import Uniform
from placeplan.futures.sample import Futures
from placeplan.model.money import cost_improvement, teams_open
from placeplan.model.outcomes import Outcomes
from placeplan.model.variants import do_minimum
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan

ONE = Futures(count=1, held=CENTRAL)
FEW = Futures(count=4, held=frozenset({"chance"}))
"""Some worlds; chance of beds is held, as what an effect removes does not hang on it."""
EMERGENCY = "system/emergency_admission"
STARTS = 3
"""Month in which the test's initiatives begin, counted from April."""


def prevent(id_: str, share: float, **scope: Any) -> Initiative:
    return initiative(id_, {"kind": "prevent", "scope": {"pods": ["emergency_admission"], "sites": ["ACU1A", "ACU1B", "outside"]} | scope, "share": share})  # fmt: skip


def ratio(plan: Plan, *initiatives: Initiative) -> np.ndarray:
    """Emergency admissions with the initiatives over those without, by month."""
    with_, without = run(only(plan, *initiatives), ONE), run(do_minimum(plan), ONE)
    found: np.ndarray = with_["activity"].of(EMERGENCY)[0] / without["activity"].of(EMERGENCY)[0]
    return found


def test_ten_and_twenty_per_cent_on_the_same_people_are_twenty_eight() -> None:
    """Effects on the same people multiply: 1 − 0.9 × 0.8 = 0.28, from the start month on and not before."""
    found = ratio(place(1), prevent("a", 0.1), prevent("b", 0.2))
    assert (found[:STARTS] == 1.0).all()
    np.testing.assert_allclose(found[STARTS:], 0.72, rtol=1e-12)


def test_effects_on_different_people_add_up() -> None:
    """Half of women and half of men are half of all, not three quarters."""
    everywhere = {"sites": []}
    women, men = (prevent(s, 0.5, sexes=[s], **everywhere) for s in "FM")
    residents = run(only(place(1), women, men), ONE)
    before = run(do_minimum(place(1)), ONE)
    gone = sum(
        (before[name].of(entity) - residents[name].of(entity))[0, STARTS:]
        for name, entity in (("activity", EMERGENCY), ("left_footprint", "emergency_admission"))
    )
    np.testing.assert_allclose(gone, 0.5 * before["demand"].of("emergency_admission")[0, STARTS:], rtol=1e-12)


def test_a_negative_strength_adds_demand() -> None:
    """Where the evidence says that more people come, more do: minus 10 % is a tenth more."""
    np.testing.assert_allclose(ratio(place(1), prevent("a", -0.1))[STARTS:], 1.1, rtol=1e-12)


@given(st.lists(st.floats(-3, 3), max_size=8))
def test_keep_is_never_nothing(values: list[float]) -> None:
    """No effect stops a service altogether, and each factor stays at least 0.001."""
    assert combine.keep(values) >= 0.001 ** len(values) * (1 - 1e-12)


@pytest.mark.parametrize(("times", "induced"), [(1.0, 0.0), (0.5, 0.3), (3.0, 0.1)])
def test_shift_conserves_contacts_times_its_ratio(times: float, induced: float) -> None:
    """What leaves one pod arrives in another: removed × ratio × (1 + induced), after the target's own effects."""
    plan = place(1)
    effect = {"kind": "shift", "scope": {"pods": ["outpatient_followup"]}, "share": 0.2, "to_pod": "community_contact",
              "to_site": "CHS1", "ratio": times, "induced": induced}  # fmt: skip
    own = {"kind": "prevent", "scope": {"pods": ["community_contact"]}, "share": 0.5}
    moved, base = run(only(plan, initiative("m", effect, own)), ONE), run(only(plan, initiative("m", own)), ONE)
    change = {p: (moved["activity"].of(f"system/{p}") - base["activity"].of(f"system/{p}"))[0, STARTS:]
              for p in ("outpatient_followup", "community_contact")}  # fmt: skip
    assert (change["outpatient_followup"] < 0).all()
    arrived = -change["outpatient_followup"] * times * (1 + induced)
    np.testing.assert_allclose(change["community_contact"], arrived, rtol=1e-9)


def test_resize_closes_its_own_beds_and_opens_no_others() -> None:
    """A resize of −N takes N beds from its pool from the start month on, and never a bed that is not there."""
    plan = place(1)
    before = run(do_minimum(plan), ONE)["beds_open"]
    for beds in (-9.0, -1e5):
        close = {"kind": "resize", "site": "ACU1A", "pool": "medical", "beds": beds}
        after = run(only(plan, initiative("close", close)), ONE)["beds_open"]
        for entity in (e for e in before.entities if "/" in e):
            expected = before.of(entity)[0].copy()
            if entity == "ACU1A/medical":
                expected[STARTS:] = np.maximum(expected[STARTS:] + beds, 0.0)
            assert (after.of(entity)[0] == expected).all()


def test_recontract_switches_in_the_start_month_of_each_future() -> None:
    """In every future the old contract pays until the month before the drawn start, the new one from then on."""
    plan = place(1)
    assert any(c.id == "planned_block_ACU1" for c in plan.contracts)
    switch = {"kind": "recontract", "old": "planned_ACU1", "new": "planned_block_ACU1"}
    late = plan.changed(assumptions=tuple(
        a.model_copy(update={"distribution": Uniform(kind="uniform", low=0.0, high=12.0)}) if a.id == "initiative.delay" else a
        for a in plan.assumptions
    ))  # fmt: skip
    o = run(only(late, initiative("pay", switch, start="2016-04", delay="initiative.delay")), Futures(count=12))
    begun = o["started"].of("pay") == 1.0
    assert len({row.tobytes() for row in begun}) > 3
    assert ((o["contract_payment"].of("planned_ACU1") > 0) == ~begun).all()
    assert ((o["contract_payment"].of("planned_block_ACU1") > 0) == begun).all()


def saving(line: str, amount: float, maturity: str = "delivered") -> dict[str, Any]:
    return {"kind": "spend", "organisation": "ACU1", "saving": {"line": line, "amount": amount, "maturity": maturity}}


def lines(o: Outcomes, name: str) -> np.ndarray:
    return o["cost_line"].of(f"ACU1/{name}")


def test_cost_improvement_never_exceeds_its_line() -> None:
    """However much is claimed, a line falls to nothing and no further; what counts is what background efficiency left."""
    plan = only(place(1, months=24), initiative("cut", saving("supplies", 1e12, "identified")))
    plan = fixed(plan, efficiency_background=0.05, cip_identified=1.0)
    cut, before = run(plan, FEW), run(do_minimum(plan), FEW)
    assert (lines(cut, "supplies")[:, STARTS:] == 0.0).all()
    np.testing.assert_allclose(
        cut["cip_saving"].of("cut")[:, STARTS:], lines(before, "supplies")[:, STARTS:], rtol=1e-12
    )


def test_cost_improvement_counts_only_what_background_efficiency_left() -> None:
    """A line pays for one saving once: the larger of background and planned, never their sum."""
    plan = fixed(place(1, months=24), efficiency_background=0.05, cip_identified=0.5)
    row = next(
        r for r in plan.tables["money"] if isinstance(r, MoneyLine) and (r.organisation, r.line) == ("ACU1", "supplies")
    )
    assert row.efficiency
    gone = {}
    for part in (0.0, 0.02, 0.08, 0.3):
        effect = saving("supplies", max(part, 1e-9) * row.amount * 2, "identified")
        o = run(only(plan, initiative("cut", effect)), Futures(count=1, held=CENTRAL, first=0))
        gone[part] = lines(o, "supplies")[0, 12:].sum()
    assert gone[0.02] == pytest.approx(gone[0.0], rel=1e-12)
    assert gone[0.0] > gone[0.08] > gone[0.3]
    raw = lines(run(do_minimum(fixed(plan, efficiency_background=0.0)), ONE), "supplies")[0, 12:].sum()
    assert gone[0.0] == pytest.approx(0.95 * raw, rel=1e-12)


def test_where_efficiency_is_below_nothing_costs_grow_and_no_saving_hides_it() -> None:
    """Costs that grow are no saving to count: with and without a cost-improvement line they grow by the whole of it."""
    plan = fixed(place(1, months=24), efficiency_background=-0.05, cip_identified=0.5)
    raw = lines(run(do_minimum(fixed(plan, efficiency_background=0.0)), ONE), "supplies")[0, 12:].sum()
    grown = lines(run(do_minimum(plan), ONE), "supplies")[0, 12:].sum()
    assert grown == pytest.approx(1.05 * raw, rel=1e-12)
    cut = run(only(plan, initiative("cut", saving("supplies", 1e6, "identified"))), ONE)
    saved = cut["cip_saving"].of("cut")[0, 12:].sum()
    assert saved == pytest.approx(grown - lines(cut, "supplies")[0, 12:].sum(), rel=1e-9)
    alone = fixed(plan, efficiency_background=0.0)
    usual = run(only(alone, initiative("cut", saving("supplies", 1e6, "identified"))), ONE)
    assert saved == pytest.approx(usual["cip_saving"].of("cut")[0, 12:].sum(), rel=1e-9)
    assert saved > 0.0


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_background_and_cost_improvement_together_are_the_larger(planned: float, background: float) -> None:
    """``background + most(0, planned − background)`` is the larger of the two."""
    assert background + cost_improvement(planned, background) == pytest.approx(max(planned, background), rel=1e-12)


def test_a_saving_counts_only_what_fewer_contacts_have_not_saved_on_its_line() -> None:
    """The same pound is not saved twice: activity first, then what the cost-improvement line plans beyond it."""
    plan = fixed(place(1, months=24), efficiency_background=0.0, cip_identified=1.0)
    row = next(
        r for r in plan.tables["money"] if isinstance(r, MoneyLine) and (r.organisation, r.line) == ("ACU1", "supplies")
    )
    fewer = prevent("fewer", 0.2)
    cost = {
        name: lines(run(only(plan, *initiatives), ONE), "supplies")[0, 12:].sum()
        for name, initiatives in {
            "nothing": (),
            "fewer": (fewer,),
            "small": (fewer, initiative("cut", saving("supplies", 0.001 * row.amount, "identified"))),
            "large": (fewer, initiative("cut", saving("supplies", 0.3 * row.amount, "identified"))),
            "alone": (initiative("cut", saving("supplies", 0.3 * row.amount, "identified")),),
        }.items()
    }
    assert cost["fewer"] < 0.999 * cost["nothing"]
    assert cost["small"] == pytest.approx(cost["fewer"], rel=1e-12)
    assert cost["large"] == pytest.approx(cost["alone"], rel=1e-12)


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(-1e9, 1e9))
def test_three_savings_on_a_line_are_the_larger(planned: float, background: float, activity: float) -> None:
    """``background + activity + counted`` is the larger of what is planned and what the others took."""
    taken = background + max(activity, 0.0)
    assert taken + cost_improvement(planned, background, activity) == pytest.approx(max(planned, taken), rel=1e-9)


def test_an_unidentified_saving_counts_as_nothing() -> None:
    """What nobody has found is not saved, whatever its line or size."""
    plan = only(place(1), initiative("hope", saving("supplies", 1e9, "unidentified"), saving("unidentified", 1e9, "unidentified")))  # fmt: skip
    hope, before = run(plan, FEW), run(do_minimum(plan), FEW)
    assert not hope["cip_saving"].values.any()
    assert hope["position"].values.tobytes() == before["position"].values.tobytes()


def stepped(plan: Plan) -> Plan:
    """The plan with the trust's pay all in steps, at constant prices and without efficiency."""
    rows = [
        r.model_copy(update={"variable": 0.0, "stepped": 1.0, "steps": 40, "inflator": "", "efficiency": False})
        if isinstance(r, MoneyLine) and (r.organisation, r.line) == ("ACU1", "pay") else r
        for r in plan.tables["money"]
    ]  # fmt: skip
    return with_rows(plan, "money", rows)


def test_a_stepped_cost_never_falls_by_itself() -> None:
    """Fewer patients close no ward: in every future the steps only rise, even when half of all care is prevented."""
    plan = stepped(place(1, months=24))
    less = initiative("less", {"kind": "prevent", "scope": {}, "share": 0.5})
    for chosen in ((), (less,)):
        o = run(only(plan, *chosen), Futures(seed=2, count=6))
        days = np.array([30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31] * 2)
        daily = lines(o, "pay") / days
        assert (np.diff(daily, axis=1) >= -1e-9 * daily[:, 1:]).all()
    assert (np.ptp(daily, axis=1) <= 1e-9 * daily[:, 0]).all()


@given(st.floats(1, 100), st.floats(0, 3), st.integers(1, 60))
def test_teams_never_close_by_themselves(before: float, trailing: float, base: int) -> None:
    """The number of teams is at least what it was, and no more than work needs."""
    after = float(teams_open(before, trailing, base))
    assert after >= before
    assert after == before or after <= trailing * base + 0.5


def test_a_building_whose_money_never_comes_never_starts_and_never_spends() -> None:
    """Capital that is never secured: no start, no uptake, no beds, no cost before or after; secured: all of them."""
    plan = place(1, months=36)
    build = next(i for i in plan.initiatives if i.capital)
    for chance, starts in ((0.0, False), (1.0, True)):
        o = run(only(fixed(plan, capital_secured=chance, initiative_delay=0.0), build), FEW)
        for name in ("started", "uptake", "initiative_cost"):
            assert o[name].of(build.id).any() == starts, name
        assert o["capital_spend"].of("system").any() == starts
        assert (np.ptp(o["beds_open"].of("system"), axis=1) > 0).all() == starts


def test_what_requires_an_initiative_waits_until_it_is_full() -> None:
    """In every future the second begins no earlier than the first is at full uptake."""
    plan = place(1, months=36)
    first = initiative("first", {"kind": "spend", "organisation": "ACU1"}, ramp_months=5, delay="initiative.delay")
    second = initiative("second", {"kind": "spend", "organisation": "ACU1"}, start="2016-04", requires=["first"])
    o = run(only(plan, first, second), Futures(count=8))
    begun = o["started"].of("second") == 1.0
    assert begun.any()
    earlier = np.pad(o["uptake"].of("first"), ((0, 0), (1, 0)))[:, :-1]
    assert (earlier[begun] == 1.0).all()
