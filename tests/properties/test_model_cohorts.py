"""Cohorts: named parts of people in a cell, how they overlap, and whom effects reach."""

from __future__ import annotations

import math
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.places import CENTRAL, initiative, only, place, run, with_rows
from placeplan.core.forms import Form
from placeplan.core.tables import Cohort, CohortNeed
from placeplan.effects.base import Primitive, Scope
from placeplan.effects.combine import keep
from placeplan.futures.sample import Futures
from placeplan.model.cohorts import Overlap, atoms, parts
from placeplan.model.demand import segments, touched_cells
from placeplan.model.outcomes import Outcomes
from placeplan.model.simulate import baseline_of
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan

ONE = Futures(count=1, held=CENTRAL)
OVERLAPS = get_args(Overlap)
POD = "emergency_admission"
SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=4)


def cohort(name: str, people: float, need: float, **where: Any) -> Cohort:
    return Cohort(cohort=name, people=people, need=need, source="made up", **where)


FRAIL = cohort("frail", 0.2, 0.5, age="65+")
HOME = cohort("home", 0.05, 0.3, age="65+")


def peopled(*rows: Cohort, overlap: Overlap = "nested", plan: Plan | None = None) -> Plan:
    found = with_rows(plan or place(1), "cohorts", rows)
    return found.changed(about=found.about.model_copy(update={"overlap": overlap}))


def prevents(id_: str, share: float, *cohorts: str, **scope: Any) -> Initiative:
    return initiative(id_, {"kind": "prevent", "scope": {"pods": [POD], "cohorts": cohorts} | scope, "share": share})


def gone(plan: Plan, *initiatives: Initiative) -> float:
    """Share of older residents' emergencies that the initiatives remove, in the last month."""
    with_ = run(only(plan, *initiatives), ONE)
    everyone = run(only(plan, prevents("all", 0.999, age_from=65)), ONE)
    return removed(with_) / removed(everyone) * 0.999


def removed(o: Outcomes) -> float:
    return float(o["contacts_prevented"].values[0, -1].sum())


@given(SHARES, st.sampled_from(OVERLAPS))
def test_parts_of_a_cell_are_whole(shares: list[float], overlap: Overlap) -> None:
    """A cell's parts sum to 1, and those of each cohort to its share: demand divides over cohorts by their shares of need."""
    found = atoms(shares, overlap)
    assert math.fsum(found.values()) == pytest.approx(1.0, abs=1e-9)
    for n, share in enumerate(shares):
        assert math.fsum(v for k, v in found.items() if k[n]) == pytest.approx(share, abs=1e-9)


@given(st.floats(0, 1), st.floats(0, 1))
def test_two_cohorts_overlap_as_stated(one: float, other: float) -> None:
    """Nested: all of the smaller; independent: the product; disjoint: nobody, as far as there is room."""
    both = {o: atoms((one, other), o).get((True, True), 0.0) for o in OVERLAPS}
    assert both["nested"] == pytest.approx(min(one, other), abs=1e-9)
    assert both["independent"] == pytest.approx(one * other, abs=1e-9)
    assert both["disjoint"] == pytest.approx(max(0.0, one + other - 1.0), abs=1e-9)


def test_an_effect_reaches_its_cohort_alone() -> None:
    """Removing everything that the frail need removes their share of older people's need, and no more."""
    plan = peopled(FRAIL)
    assert gone(plan, prevents("a", 0.4, "frail")) == pytest.approx(0.4 * 0.5, rel=1e-9)
    assert gone(plan, prevents("a", 0.4, "frail", age_from=65)) == pytest.approx(0.4 * 0.5, rel=1e-9)
    assert removed(run(only(plan, prevents("a", 0.4, "frail", age_to=64)), ONE)) == 0.0


@pytest.mark.parametrize(
    ("overlap", "together"),
    [("nested", 1 - (0.5 + 0.2 * 0.8 + 0.3 * 0.8 * 0.6)),
     ("independent", 1 - (1 - 0.5 * 0.2) * (1 - 0.3 * 0.4)),
     ("disjoint", 0.5 * 0.2 + 0.3 * 0.4)],
)  # fmt: skip
def test_overlap_decides_what_two_effects_remove_together(overlap: Overlap, together: float) -> None:
    """20 % of the frail (half of need) and 40 % of those in homes (0.3): by hand, each way of overlapping."""
    plan = peopled(FRAIL, HOME, overlap=overlap)
    effects = prevents("a", 0.2, "frail"), prevents("b", 0.4, "home")
    assert gone(plan, *effects) == pytest.approx(together, rel=1e-9)
    as_form = peopled(FRAIL, HOME)
    as_form = as_form.changed(about=as_form.about.model_copy(update={"form": Form(overlap=overlap)}))
    assert gone(as_form, *effects) == pytest.approx(together, rel=1e-9)


def test_a_scope_with_several_cohorts_reaches_people_of_any() -> None:
    """Any of the named: in nested cohorts those of the larger, in disjoint ones the sum."""
    both = prevents("a", 0.5, "frail", "home")
    assert gone(peopled(FRAIL, HOME), both) == pytest.approx(0.5 * 0.5, rel=1e-9)
    assert gone(peopled(FRAIL, HOME, overlap="disjoint"), both) == pytest.approx(0.5 * 0.8, rel=1e-9)


def test_need_of_a_pod_goes_before_need_of_all() -> None:
    plan = with_rows(
        peopled(FRAIL), "cohort_need", [CohortNeed(cohort="frail", pod=POD, age="65+", need=0.7, source="x")]
    )
    assert gone(plan, prevents("a", 0.4, "frail")) == pytest.approx(0.4 * 0.7, rel=1e-9)


def test_the_row_closest_to_a_cell_holds() -> None:
    """Area before sex before ages; cells without a row have nobody of the cohort."""
    rows = (
        cohort("c", 0.1, 0.1),
        cohort("c", 0.2, 0.2, sex="F"),
        cohort("c", 0.3, 0.3, age="65-69"),
        cohort("c", 0.4, 0.4, area="A01"),
    )
    plan = peopled(*rows)
    found = baseline_of(plan)
    people, at = found.cohorts.people[..., 0], found.ages.index
    assert people[found.areas.index("A01")].min() == 0.4
    other = people[found.areas.index("A02")]
    assert (other[0] == 0.2).all()
    assert other[1, at("65-69")] == 0.3
    assert other[1, at("0-4")] == 0.1


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_segments_are_lossless(data: st.DataObject) -> None:
    """Cells that the same effects touch behave alike: in segments or one by one, the same care is left."""
    names = ("a", "b", "c")[: data.draw(st.integers(1, 3))]
    rows = [cohort(n, 0.1, data.draw(st.floats(0.05, 0.9)), age="65+") for n in names]
    overlap = data.draw(st.sampled_from(OVERLAPS))
    plan = peopled(*rows, overlap=overlap)
    baseline = baseline_of(plan)
    scopes = [
        Scope(cohorts=tuple(data.draw(st.sets(st.sampled_from(names)))), sexes=tuple(data.draw(st.sets(st.sampled_from("FM")))),
              age_from=data.draw(st.sampled_from([0, 65, 70])), areas=tuple(data.draw(st.sets(st.sampled_from(["A01", "A02"])))))
        for _ in range(data.draw(st.integers(1, 4)))
    ]  # fmt: skip
    strengths = [data.draw(st.floats(-0.5, 0.9)) for _ in scopes]
    primitives = [Primitive("scale", "demand", s, x) for s, x in zip(scopes, strengths, strict=True)]
    grouped = sum(
        (s.young[3] + s.old[3]) * keep([strengths[n] for n in s.touched])
        for s in segments(baseline, primitives, overlap=overlap) if s.pod == POD and s.home == ()
    )  # fmt: skip
    assert grouped == pytest.approx(_one_by_one(baseline, primitives, strengths, overlap), rel=1e-9)


def _one_by_one(baseline: Any, primitives: list[Primitive], strengths: list[float], overlap: Overlap) -> float:
    """What is left of the fourth month's need, cell by cell and part by part, from the text of the model notes."""
    total, names = 0.0, baseline.cohorts.names
    days = _share_of_year(baseline, 3)
    for s in (s for s in baseline.streams if s.pod == POD and s.area != "outside"):
        a = baseline.areas.index(s.area)
        for j, sex in enumerate(baseline.sexes):
            for k, age in enumerate(baseline.ages):
                need = s.rates[j, k] * baseline.people[3, a, j, k] * days
                for own, part in atoms(tuple(baseline.cohorts.need[POD][a, j, k]), overlap).items():
                    member = {n for n, yes in zip(names, own, strict=True) if yes}
                    hit = [
                        x
                        for p, x in zip(primitives, strengths, strict=True)
                        if _reached(p.scope, s.area, sex, age, member)
                    ]
                    total += need * part * keep(hit)
    return total


def _reached(scope: Scope, area: str, sex: str, age: str, member: set[str]) -> bool:
    return bool(
        (not scope.areas or area in scope.areas) and (not scope.sexes or sex in scope.sexes)
        and int(age.rstrip("+").split("-")[0]) >= scope.age_from and (not scope.cohorts or member & set(scope.cohorts))
    )  # fmt: skip


def _share_of_year(baseline: Any, month: int) -> float:
    days = [30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31]
    return days[month] / sum(days)


def test_parts_of_a_stream_sum_to_it() -> None:
    """Nobody is lost between cohorts: over all parts the weights of each cell sum to 1."""
    plan = peopled(FRAIL, HOME, overlap="independent")
    baseline = baseline_of(plan)
    primitives = [Primitive("scale", "demand", Scope(cohorts=(c,)), 0.1) for c in ("frail", "home")]
    for stream in baseline.streams:
        found = touched_cells(baseline, primitives, stream, stream.site, "independent")
        np.testing.assert_allclose(sum(np.asarray(v, dtype=float) for v in found.values()), 1.0, rtol=0, atol=1e-12)


def test_cohorts_that_no_effect_names_change_no_bit() -> None:
    """A table of cohorts alone is a description: the same bits come out as without it."""
    one, other = run(place(1), Futures(count=2)), run(peopled(FRAIL, HOME), Futures(count=2))
    assert all((one[name].values == other[name].values).all() for name in one.series)


def test_order_of_cohorts_changes_no_bit() -> None:
    """Elements combine in order of id, so that listing order changes no bit."""
    effects = prevents("a", 0.2, "frail"), prevents("b", -0.1, "home"), prevents("c", 0.1)
    one = run(only(peopled(FRAIL, HOME), *effects), Futures(count=2))
    other = run(only(peopled(HOME, FRAIL), *reversed(effects)), Futures(count=2))
    assert all((one[name].values == other[name].values).all() for name in one.series)


def test_stays_of_a_cohort_alone_are_shortened() -> None:
    """An effect on stays reaches its cohort's patients: half of their nights on 0.5 of the need is a quarter of the old's."""
    plan = peopled(cohort("frail", 0.2, 0.5))
    effect = {"kind": "shorten", "share": 0.5, "scope": {"pods": [POD]}}
    lying = {}
    for who in ([], ["frail"]):
        some = only(plan, initiative("s", replace_scope(effect, who), start="2016-04"))
        lying[len(who)] = float(run(some, Futures(count=1, held=CENTRAL))["occupied"].of("system")[0, 3:].mean())
    before = float(run(only(plan), ONE)["occupied"].of("system")[0, 3:].mean())
    assert lying[0] < lying[1] < before


def replace_scope(effect: dict[str, Any], cohorts: list[str]) -> dict[str, Any]:
    return effect | {"scope": effect["scope"] | {"cohorts": cohorts}}


def test_care_of_a_cohort_alone_moves() -> None:
    """A move of care reaches its cohort's part: half of the frail's visits at a site, who are half of the old, go elsewhere."""
    plan = peopled(cohort("frail", 0.2, 0.5))
    moved = {}
    for who in ([], ["frail"]):
        effect = {
            "kind": "relocate",
            "scope": {"pods": ["outpatient_first"], "cohorts": who},
            "share": 0.4,
            "to": {"ACU1B": 1.0},
        }
        moved[len(who)] = run(only(plan, initiative("r", effect)), ONE)["contacts_moved"].of("r")[0, -1]
    beyond = moved[0] - 2 * moved[1]  # people from beyond, whom an effect on a cohort leaves out
    assert moved[1] > 0
    assert beyond == pytest.approx(0.0, abs=1e-6 * moved[0])


def test_people_from_beyond_belong_to_no_cohort() -> None:
    """Who comes from beyond the footprint is of no known cohort, and an effect on one leaves them out."""
    plan = peopled(cohort("everybody", 1.0, 1.0))
    baseline = baseline_of(plan)
    found = segments(baseline, [Primitive("scale", "demand", Scope(cohorts=("everybody",)), 0.5)])
    assert all(s.touched == ((0,) if s.home == () else ()) for s in found)
    assert any(s.home != () for s in found)


def test_levels_of_cohorts_and_equity() -> None:
    plan = place(1)
    assert plan.level("cohorts") == "off"
    assert peopled(FRAIL).level("cohorts") == "local"
    assert plan.level("equity") == "local"
    rows = [r.model_copy(update={"quintile": None}) for r in plan.tables["areas"]]
    assert with_rows(plan, "areas", rows).level("equity") == "off"


def test_atoms_of_many_cells_are_those_of_each() -> None:
    need = np.array([[[0.1, 0.3], [0.3, 0.1]]])
    members, share = parts(need, "nested")
    assert members.shape == (2, share.shape[-1])
    np.testing.assert_allclose(share.sum(axis=-1), 1.0)
    np.testing.assert_allclose(share @ members.T, need)
