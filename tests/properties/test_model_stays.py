"""Stays may have a trend of their own, and the run begins with what the month before left in beds."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.places import CENTRAL, fixed, only, place, run, with_rows
from placeplan.core.tables import Season
from placeplan.futures.sample import Futures

ONE = Futures(count=1, held=CENTRAL)


def test_shorter_stays_leave_fewer_in_beds_year_by_year() -> None:
    plan = only(place(months=36))
    as_it_is, shorter = (run(fixed(plan, stay_trend=t), ONE)["occupied"].by_year("system")[0] for t in (0.0, -0.03))
    assert shorter[0] == pytest.approx(as_it_is[0], rel=0.005)
    assert shorter[1] < as_it_is[1]
    assert shorter[2] / as_it_is[2] < shorter[1] / as_it_is[1]


def test_the_first_midnight_follows_the_month_before() -> None:
    plan = only(place())
    pods = {p.id for p in plan.tables["pods"]}  # type: ignore[attr-defined]
    flat = [Season(pod=p, month=m, index=1.0, source="made up") for p in sorted(pods) for m in range(1, 13)]
    march = [r.model_copy(update={"index": 1.2}) if r.month == 3 else r for r in flat]
    even, after = (run(with_rows(plan, "seasons", rows), ONE)["occupied"].of("system")[0] for rows in (flat, march))
    lift = after / even
    assert lift[0] > lift[2]
    assert np.all(lift[1:10] < 1.0)  # the same year's care, less of it outside March
