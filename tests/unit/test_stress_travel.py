"""Travel: how much further people go whose care moves, and who they are."""

from __future__ import annotations

import pytest

from fixtures import hillford
from fixtures.stressed import SOURCE, dorset, found, plan, row_of, shuts
from placeplan.core.tables import Activity, AreaPeople, Organisation, Travel
from placeplan.model.simulate import baseline_of
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.stress.tests.travel import mean_further, ways_of


def two_sites() -> Plan:
    """Two areas alike in people; all emergencies of HOS go to OTH: 30 minutes further from the hill, 5 from the vale."""
    goes = {
        "kind": "relocate",
        "scope": {"pods": ["emergency_admission"], "sites": ["HOS"]},
        "share": 1.0,
        "to": {"OTH": 1.0},
    }
    of = plan(hillford.initiative("goes", goes))
    areas = tuple(
        AreaPeople(area=a, name=a.capitalize(), quintile=q, sex=s, age=g, people=n, **SOURCE)
        for a, q in (("hill", 1), ("vale", 5)) for s in ("F", "M") for g, n in (("0-64", 30000.0), ("65+", 7500.0))
    )  # fmt: skip
    minutes = {("hill", "HOS"): 10.0, ("hill", "OTH"): 40.0, ("vale", "HOS"): 20.0, ("vale", "OTH"): 25.0}
    more = {
        "areas": areas, "travel": tuple(Travel(area=a, site=s, minutes=m, **SOURCE) for (a, s), m in minutes.items()),
        "organisations": (*of.tables["organisations"], Organisation(id="OTH", name="Other Hospital", type="acute", **SOURCE)),
        "beds": (*of.tables["beds"], of.tables["beds"][0].model_copy(update={"site": "OTH", "available": 700.0})),
        "activity": (*of.tables["activity"], Activity(pod="emergency_admission", site="OTH", activity=20000.0, **SOURCE)),
    }  # fmt: skip
    return with_library(of.changed(tables={**of.tables, **more}))


def test_those_whose_care_moves_travel_as_the_table_says() -> None:
    of = two_sites()
    ways = ways_of(of, baseline_of(of))
    assert {w.area: w.after - w.before for w in ways} == {"hill": 30.0, "vale": 5.0}
    assert sum(w.contacts for w in ways) == pytest.approx(20000.0)
    assert mean_further(ways) == pytest.approx(17.5)


def test_the_most_deprived_who_travel_further_and_a_full_site_are_told() -> None:
    told = found(two_sites(), "travel")
    assert told.figure == pytest.approx(30.0)
    assert row_of(told, "Most deprived fifth").figure == pytest.approx(30.0)
    assert row_of(told, "Other Hospital").result == "pass"  # 540 of 700 beds
    assert "people of Hill 30 minutes further" in told.sentence
    assert told.result == "amber"
    ran = row_of(told, "Run: Emergency admissions")
    assert ran.shown.startswith("+8.8 minutes")  # half of the county's emergencies move, 17.5 minutes further each
    assert found(plan(shuts()), "travel").result == "not asked"


def test_dorsets_longer_ways_are_those_of_its_table() -> None:
    """Purbeck's emergencies go from Poole, 18 minutes, to Bournemouth, 30 minutes, as it is the nearer of the two."""
    of = dorset()
    purbeck = [w for w in ways_of(of, baseline_of(of)) if (w.area, w.pod) == ("E07000051", "emergency_admission")]
    assert {(w.before, w.after) for w in purbeck} == {(18.0, 30.0)}
