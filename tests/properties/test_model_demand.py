"""Need has the spread that was asked for: people, growth, and the local departure from trend."""

from __future__ import annotations

from math import exp
from time import process_time

import numpy as np
import pytest

from fixtures.places import CENTRAL, fixed, place, run, with_rows
from placeplan.baseline.build import Baseline, Stream
from placeplan.baseline.population import P90_SCORE
from placeplan.core.calendar import days_in
from placeplan.core.tables import OUTSIDE, AreaPeople, Organisation, Projection, Rate, Season
from placeplan.futures.sample import Futures, draw
from placeplan.model.demand import departures, segments
from placeplan.model.departure import provider_departures
from placeplan.model.draws import Draws
from placeplan.model.need import Need
from placeplan.model.simulate import baseline_of, entities
from placeplan.model.variants import do_minimum
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make

ONE = Futures(count=1, held=CENTRAL)
PODS = ("day_case", "emergency_admission", "home_care_week")


def test_local_departure_is_the_autoregression_it_claims_to_be() -> None:
    """Nothing in the base year; then variance ``sd² (1 − ρ²ⁿ)/(1 − ρ²)`` after n years, the common share between pods."""
    plan, lanes, sd, keep, common = place(1, months=60), 20_000, 0.032, 0.95, 0.5
    baseline = baseline_of(plan)
    values = {"departure.sd": sd, "departure.persistence": keep, "departure.common": common}
    draws = Draws(Futures(seed=9, count=lanes), {n: np.full(lanes, v) for n, v in values.items()})
    found = departures(baseline, draws, 5)
    assert set(found) == set(baseline.pods)
    for n in range(5):
        exact = sd**2 * (1 - keep ** (2 * n)) / (1 - keep**2)
        for w in found.values():
            assert abs(w[n].mean()) <= 4.2 * np.sqrt(exact / lanes)
            assert abs(w[n].var() - exact) <= 4.2 * exact * np.sqrt(2 / lanes)
    one, other = found["day_case"], found["emergency_admission"]
    for n in range(1, 5):
        assert abs(np.corrcoef(one[n], other[n])[0, 1] - common) < 4.2 * (1 - common**2) / np.sqrt(lanes)
        lag = np.corrcoef(one[1], one[n])[0, 1]
        exact = keep ** (n - 1) * np.sqrt((1 - keep**2) / (1 - keep ** (2 * n)))
        assert abs(lag - exact) < 4.2 * max(1 - exact**2, 1e-9) / np.sqrt(lanes)


@pytest.mark.parametrize("sign", [-1, 1])
def test_low_and_high_of_a_projection_are_its_tenth_and_ninetieth_percentile(sign: int) -> None:
    """At the 10th (90th) percentile of people, demand is that of the projection's low (high), year by year."""
    plan = do_minimum(place(1, months=36))
    moved, middle = run(fixed(plan, people_total=sign * P90_SCORE), ONE), run(plan, ONE)
    rows = [r for r in plan.tables["population"] if isinstance(r, Projection)]
    for n, year in enumerate((2017, 2018), start=1):
        low, high = (sum(getattr(r, side) for r in rows if r.year == year) for side in ("low", "high"))
        for pod in PODS:
            ratio = moved["demand"].by_year(pod)[0, n] / middle["demand"].by_year(pod)[0, n]
            assert ratio == pytest.approx((high / low) ** (sign / 2), rel=1e-6)
    assert (moved["demand"].values[:, :12] == middle["demand"].values[:, :12]).all()


@pytest.mark.parametrize("rate", [-0.02, 0.03])
def test_growth_compounds_from_the_middle_of_the_base_year(rate: float) -> None:
    """After n whole years, demand at a growth of g is ``exp(g n)`` times that without it, beside its first year's."""
    plan = do_minimum(place(1, months=36))
    grown, still = (run(fixed(plan, growth_day_case=g), ONE)["demand"].of("day_case")[0] for g in (rate, 0.0))
    ratio = grown / still
    np.testing.assert_allclose(ratio[24:] / ratio[:12], np.exp(2 * rate), rtol=1e-9)
    assert ratio[:12].mean() == pytest.approx(1.0, abs=rate**2 / 12)


def test_a_hard_winter_is_in_winter_and_of_emergencies_alone() -> None:
    """A tenth more emergencies come in December, January and February of every year; nothing else moves."""
    plan = do_minimum(place(1, months=24))
    hard, mild = (run(fixed(plan, winter_emergency=w), ONE) for w in (0.1, 0.0))
    ratio = hard["demand"].of("emergency_admission")[0] / mild["demand"].of("emergency_admission")[0]
    winter = [m[5:] in ("12", "01", "02") for m in hard.months]
    np.testing.assert_allclose(ratio, np.where(winter, 1.1, 1.0), rtol=1e-12)
    for pod in ("day_case", "elective_admission", "outpatient_first"):
        assert (hard["demand"].of(pod) == mild["demand"].of(pod)).all()


def of_its_year(plan: Plan, pod: str, month: str) -> float:
    """Season of a month against the mean of all days of the base year, from the rows of the table."""
    index = {r.month: r.index for r in plan.tables["seasons"] if isinstance(r, Season) and r.pod == pod}
    year = [f"2016-{m:02d}" if m > 3 else f"2017-{m:02d}" for m in range(1, 13)]
    mean = sum(index.get(int(m[5:]), 1.0) * days_in(m) for m in year) / 365
    return float(index.get(int(month[5:]), 1.0) / mean)


def people_by_rate(plan: Plan, baseline: Baseline, stream: Stream, month: int) -> tuple[float, float]:
    """Contacts a year of the people of a month, under 75 and older, from the rows of the tables."""
    rates = [r for r in plan.tables["rates"] if isinstance(r, Rate) and r.pod == stream.pod]
    need, now = 0.0, [0.0, 0.0]
    area = baseline.areas.index(stream.area)
    for j, sex in enumerate(baseline.sexes):
        for k, age in enumerate(baseline.ages):
            first = int(age.rstrip("+").split("-")[0])
            own = [r for r in rates if r.sex in (sex, "all") and int(r.age.rstrip("+").split("-")[0]) <= first]
            rate = max(own, key=lambda r: int(r.age.rstrip("+").split("-")[0])).per_1000 if own else 0.0
            need += baseline.people[:12, area, j, k].mean() * rate
            now[first >= 75] += baseline.people[month, area, j, k] * rate
    young, old = (n * float(stream.cells.sum()) / need for n in now)
    return young, old


def test_providers_depart_from_their_place_on_their_own() -> None:
    """Variance ``sd² (1 − ρ²ⁿ)/(1 − ρ²)`` after n years, independent by pod and provider, each with its own sd; none in the base year."""
    plan, lanes, keep = place(1, months=60, organisations=10), 20_000, 0.95
    baseline = baseline_of(plan)
    acute = sorted(o.id for o in plan.tables["organisations"] if isinstance(o, Organisation) and o.type == "acute")
    sds = {org: 0.02 + 0.02 * n for n, org in enumerate(acute)}
    values = {f"departure.provider@{org}": sd for org, sd in sds.items()} | {"departure.persistence": keep}
    draws = Draws(Futures(seed=9, count=lanes), {n: np.full(lanes, v) for n, v in values.items()})
    found = provider_departures(baseline, draws, 5, acute)
    given = {(s.pod, baseline.site_organisation.get(s.site, "")) for s in baseline.streams}
    assert set(found) == {at for at in given if at[1] in acute}
    assert len(acute) > 1
    for (_, org), v in found.items():
        for n in range(5):
            exact = sds[org] ** 2 * (1 - keep ** (2 * n)) / (1 - keep**2)
            assert abs(v[n].var() - exact) <= 4.2 * exact * np.sqrt(2 / lanes)
    independent = np.corrcoef([v[4] for v in found.values()]) - np.eye(len(found))
    assert np.abs(independent).max() < 4.8 / np.sqrt(lanes)


def test_what_a_provider_departs_by_is_its_activity_and_nobody_elses() -> None:
    """With and without: the activity of acute sites differs by their own departure, that of others not at all."""
    plan = do_minimum(place(1, months=24))
    futures = Futures(seed=3, count=4, held=frozenset({"chance"}))
    baseline = baseline_of(plan)
    alone, together = (
        run(p, futures, keep=frozenset({"demand", "activity"})) for p in (plan, fixed(plan, departure_provider=0.0))
    )
    acute = {o.id for o in plan.tables["organisations"] if isinstance(o, Organisation) and o.type == "acute"}
    own = provider_departures(baseline, Draws(futures, dict(alone.draws)), 2, acute)
    for site, pod in ((s.site, s.pod) for s in baseline.streams if s.site != OUTSIDE):
        if pod not in ("day_case", "outpatient_first", "community_contact"):
            continue
        v = own.get((pod, baseline.site_organisation[site]), np.zeros((2, 4)))
        before, after = (o["activity"].of(f"{site}/{pod}") for o in (together, alone))
        np.testing.assert_allclose(after[:, :12], before[:, :12], rtol=1e-12)
        np.testing.assert_allclose(after[:, 12:], before[:, 12:] * np.exp(v[1])[:, None], rtol=1e-9)
    assert {org for _, org in own} <= acute
    assert all(v[1].all() for v in own.values())


def older_are_less_certain(plan: Plan) -> Plan:
    """The plan with a wider projection of people of 75 and over."""
    rows = [r for r in plan.tables["population"] if isinstance(r, Projection)]
    wide = [r.model_copy(update={"low": 0.9 * (r.low or r.people), "high": 1.1 * (r.high or r.people)}) for r in rows]
    old = [int(r.age.rstrip("+").split("-")[0]) >= 75 for r in rows]
    return with_rows(plan, "population", [w if is_old else r for r, w, is_old in zip(rows, wide, old, strict=True)])


@pytest.mark.parametrize("pod", ["emergency_admission", "outpatient_first"])
def test_need_is_people_by_rate_by_days_by_growth_by_departure_by_season(pod: str) -> None:
    """Demand of a future, month by month, from the rows of the tables and what was drawn, by hand."""
    plan = older_are_less_certain(
        do_minimum(fixed(place(1, months=24), people_total=0.7, people_old=-1.1, departure_provider=0.0))
    )
    futures = Futures(seed=3, count=3)
    baseline = baseline_of(plan)
    o = run(plan, futures, keep=frozenset({"demand"}))
    departed = departures(baseline, Draws(futures, dict(o.draws)), 2)[pod]
    assert baseline.sigma is not None
    assert departed[1].all()
    growth = next(o.draws[name] for name in (f"growth.{pod}", "growth.other") if name in o.draws)
    total, older = baseline.sigma
    assert older[1] > 0.02
    for month in (0, 5, 14, 21):
        year = month // 12
        both = [
            people_by_rate(plan, baseline, s, month) for s in baseline.streams if s.pod == pod and s.area != OUTSIDE
        ]
        more, more_old = exp(0.7 * total[year]), exp(0.7 * total[year] - 1.1 * older[year])
        contacts = sum(young * more + old * more_old for young, old in both) * days_in(o.months[month]) / 365
        by_growth = np.exp(growth * (month - 5.5) / 12 + departed[year])
        found = o["demand"].of(pod)[:, month]
        np.testing.assert_allclose(found, contacts * by_growth * of_its_year(plan, pod, o.months[month]), rtol=1e-9)


def test_the_librarys_departure_is_that_of_the_back_test() -> None:
    """With growth it is about 5.5 % (sd) after two years and 9 % after four, over all pods."""
    plan = do_minimum(place(1, months=60))
    baseline, futures = baseline_of(plan), Futures(seed=5, count=4000)
    need = Need(baseline, Draws(futures, draw(plan.assumptions, (), (), futures, entities(plan, baseline))))
    for years, wide in ((2, 0.055), (4, 0.09)):
        _, _, growth = need.month(12 * years + 5)
        assert np.mean([np.log(factor).std() for factor in growth]) == pytest.approx(wide, abs=0.006)


def test_people_are_linear_between_mid_years() -> None:
    """From one mid-year to the next every month adds as many: a rise at the one is not felt before, nor all at once."""
    plan = do_minimum(place(1, months=24))
    rows = [r for r in plan.tables["areas"] if isinstance(r, AreaPeople)]
    later = [
        Projection(area=r.area, sex=r.sex, age=r.age, year=y, people=r.people * m, source="made up")
        for r in rows
        for y, m in ((2016, 1.0), (2017, 1.12))
    ]
    grown, still = (run(with_rows(plan, "population", p), ONE)["demand"].of("day_case")[0] for p in (later, ()))
    rise = np.diff(grown / still)
    assert abs(rise[0]) < 1e-12
    np.testing.assert_allclose(rise[3:14], rise[3], rtol=1e-9)
    assert (grown / still)[15:] == pytest.approx((grown / still)[15])
    assert rise[3] > 0.009


def test_four_times_the_areas_are_about_four_times_the_work() -> None:
    """Best of three each, in CPU time; each area's need once summed all people anew, which made it eight times."""

    def seconds(areas: int) -> float:
        plan = with_library(make(areas=areas, organisations=3, initiatives=0))
        baseline, best = baseline_of(plan, 60), float("inf")
        for _ in range(3):
            before = process_time()
            segments(baseline, [])
            best = min(best, process_time() - before)
        return best

    assert seconds(200) <= 6 * seconds(50)
