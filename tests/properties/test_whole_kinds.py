"""The model runs for every kind of organisation, alone with what pays it, and for dated and empty places (model.md § 12)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fixtures.bits import same
from fixtures.places import initiative, run
from fixtures.whole import whole
from placeplan.core.tables import AreaPeople, LabourMarket, Organisation
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes
from placeplan.plan.schema import Plan

FUTURES = Futures(seed=1, count=1)
KINDS = {
    "acute": "ACU1", "community": "CHS1", "mental_health": "MHT1", "ambulance": "AMB1", "primary_care": "GPS1", "council": "LA1",
    "voluntary": "VOL1", "independent": "IND1",
}  # fmt: skip
PAYERS = ("COM1", "NAT")
OWNERS = ("organisation", "council", "payee", "owner")


def left_with(plan: Plan, kept: str) -> Plan:
    """The plan with its payers and one organisation alone: what names any other is gone."""
    gone = {o.id for o in plan.tables["organisations"] if isinstance(o, Organisation)} - {kept, *PAYERS}
    gone |= {s.id for s in plan.tables["sites"] if s.organisation in gone}  # type: ignore[attr-defined]

    def stays(row: Any) -> bool:
        values = [getattr(row, f, "") for f in ("id", "site", "to_site", "organisation", "council")]
        return isinstance(row, AreaPeople) or not gone & set(values)

    tables = {
        name: tuple(r.model_copy(update={"council": ""}) if isinstance(r, AreaPeople) and r.council in gone else r for r in rows if stays(r))
        for name, rows in plan.tables.items()
    }  # fmt: skip
    contracts = tuple(c for c in plan.contracts if not any(f'"{g}"' in c.model_dump_json() for g in gone))
    named = {c.id for c in contracts}
    contracts = tuple(c for c in contracts if set(c.rests_on()) <= named)
    return plan.changed(
        tables=tables | {"spills": (), "pathways": (), "reconcile": ()},
        contracts=contracts,
        initiatives=(),
        promises=(),
    )


def sound(o: Outcomes) -> None:
    """Every outcome is a number, and nobody's position but the sum of the parts."""
    assert all(np.isfinite(s.values).all() for n, s in o.series.items() if not n.startswith("capital_"))
    total = sum(o["position"].of(e) for e in o["position"].entities if e != "system")
    np.testing.assert_allclose(o["position"].of("system"), total, rtol=1e-9, atol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_organisation_runs_alone_with_what_pays_it(kind: str) -> None:
    """A commissioner and one other: a council, an ambulance trust with contacts only, a voluntary organisation, and the others."""
    org, plan = KINDS[kind], left_with(whole(1, 12), KINDS[kind])
    assert {o.id for o in plan.tables["organisations"]} == {org, *PAYERS}  # type: ignore[attr-defined]
    o = run(plan, FUTURES)
    sound(o)
    assert any(e.split("/")[0].startswith(org) and o["activity"].of(e).all() for e in o["activity"].entities)
    assert o["operating_cost"].of(org).all()


def test_dated_organisations_run() -> None:
    """An organisation that begins or ends within the run has what is paid, given and employed there meanwhile."""
    plan = whole(1)
    dated = tuple(
        o.model_copy(update={"valid_from": "2016-10"} if o.id == "VOL1" else {"valid_to": "2017-09"} if o.id == "IND1" else {})
        for o in plan.tables["organisations"]
    )  # fmt: skip
    sound(run(plan.changed(tables=plan.tables | {"organisations": dated}), FUTURES))


def test_areas_without_people_of_an_age_run() -> None:
    """An area where nobody is old has no need of theirs, and nothing is divided by nobody."""
    plan = whole(1, 12)
    first = min(r.area for r in plan.tables["areas"])  # type: ignore[attr-defined]
    empty = {
        name: tuple(
            r.model_copy(update={k: 0.0 for k in ("people", "low", "high") if hasattr(r, k)})
            if r.area == first and int(r.age.rstrip("+").split("-")[0]) >= 75 else r  # type: ignore[attr-defined]
            for r in plan.tables[name]
        )
        for name in ("areas", "population")
    }  # fmt: skip
    sound(run(plan.changed(tables=plan.tables | empty), FUTURES))


def test_posts_in_a_group_that_nobody_has_are_filled_from_its_market() -> None:
    """New posts of a group that no employer has yet are filled by those who enter its labour market, and by nobody else."""
    plan = whole(1, 12)
    posts = {
        "kind": "employ",
        "organisation": "CHS1",
        "group": "navigators",
        "posts": 10.0,
        "pay": 30_000.0,
        "recruit_months": 0,
    }
    new = initiative("navigators", posts)
    with_market = plan.changed(
        initiatives=(new,),
        tables=plan.tables | {"labour": (*plan.tables["labour"], LabourMarket(market="navigators", entrants=60, source="made up"))},
    )  # fmt: skip
    filled = run(with_market, FUTURES)
    sound(filled)
    assert filled["staffed"].of("navigators")[0, -1] > 0.5
    nobody = run(plan.changed(initiatives=(new,)), FUTURES)
    assert not nobody["staffed"].of("navigators")[:, 3:].any()


def test_a_year_is_the_first_of_two() -> None:
    """A plan of 12 months without dated rows has the bits of the first year of one of 24."""
    plan = whole(1)
    short = plan.changed(about=plan.about.model_copy(update={"months": 12}), initiatives=())
    long = run(plan.changed(initiatives=()), FUTURES, until=12)
    one = run(short, FUTURES)
    assert set(one.series) == set(long.series)
    assert same(one, long)
