"""Published totals beside the base year: sums, means, bed-days, shares by age, tolerances."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from fixtures.outcomes import outcomes
from placeplan.core.tables import Reconciliation
from placeplan.stress.base_year.reconcile import needed, not_computed, reconcile

RUN = outcomes({
    ("occupied", "A/general"): [[100.0] * 36, [102.0] * 36],
    ("occupied", "B/general"): [[50.0] * 36] * 2,
    ("activity", "A/emergency"): [[10.0] * 36] * 2,
})  # fmt: skip
CELLS = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 1.0]])
BASE = SimpleNamespace(
    ages=("0-64", "65-74", "75+"), site_organisation={"A": "HOS"},
    streams=(SimpleNamespace(pod="emergency", area="north", site="A", cells=CELLS),
             SimpleNamespace(pod="emergency", area="outside", site="A", cells=np.array([[99.0, 0, 0], [0, 0, 0]]))),
)  # fmt: skip


def row(**fields: object) -> Reconciliation:
    base = {
        "what": "W", "organisation": "HOS", "outcome": "occupied", "entity": "A/general", "period": "2016/17",
        "statistic": "mean", "published": 101.0, "unit": "beds", "tolerance": 0.02, "kind": "fitted", "source": "made up",
    }  # fmt: skip
    return Reconciliation.model_validate(base | fields)


@pytest.mark.parametrize(
    ("fields", "modelled"),
    [
        ({}, 101.0),
        ({"entity": "A+B/general"}, 151.0),
        ({"outcome": "bed_days", "statistic": "sum"}, 101.0 * 365),
        ({"outcome": "bed_days", "statistic": "sum", "period": "2016/17 Q1"}, 101.0 * 91),
        ({"outcome": "activity", "entity": "A/emergency", "statistic": "sum", "period": "2016/17 Q4"}, 30.0),
        ({"outcome": "activity_by_age", "entity": "HOS/emergency/75+", "statistic": "share"}, 0.4),
        ({"outcome": "activity_by_age", "entity": "system/emergency/65-74", "statistic": "share"}, 0.4),
    ],
)
def test_the_model_has_its_figure(fields: dict[str, object], modelled: float) -> None:
    (found,) = reconcile([row(**fields)], RUN, BASE)
    assert found.modelled == pytest.approx(modelled)


def test_within_and_beyond_its_tolerance() -> None:
    inside, beyond, unjudged = reconcile(
        [row(published=100.0), row(published=90.0, kind="predicted"), row(published=90.0, tolerance=None)], RUN, BASE
    )
    assert (inside.ok, beyond.ok, unjudged.ok) == (True, False, True)
    assert beyond.difference == pytest.approx(11 / 90)
    assert beyond.kind == "predicted"


def test_points_for_shares() -> None:
    (found,) = reconcile(
        [
            row(
                outcome="activity_by_age",
                entity="system/emergency/75+",
                statistic="share",
                published=0.37,
                tolerance=0.03,
            )
        ],
        RUN,
        BASE,
    )
    assert found.difference == pytest.approx(0.03)


def test_what_cannot_be_computed_is_named_and_not_judged() -> None:
    rows = [
        row(what="unknown pool", entity="Z/general"),
        row(what="no such outcome", outcome="deaths"),
        row(what="no age band", outcome="activity_by_age", entity="system/emergency/old", statistic="share"),
        row(what="no pods", outcome="activity_by_age", entity="system", statistic="share"),
    ]
    assert reconcile(rows, RUN, BASE) == ()
    assert not_computed(rows, RUN, BASE) == ("unknown pool", "no such outcome", "no age band", "no pods")
    assert needed([row(outcome="bed_days"), row(outcome="activity_by_age"), row(outcome="income")]) == {
        "occupied",
        "income",
    }
    assert needed([row(outcome="operating_income")]) == {"income", "contract_income"}
