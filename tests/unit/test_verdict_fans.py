"""Fans: the limit stands where it is due, and nowhere else."""

from __future__ import annotations

import pytest

from fixtures import hillford
from fixtures.outcomes import outcomes, promise
from placeplan.stress.fans import Drawing, build_fans
from placeplan.stress.runs.store import InMemory


@pytest.mark.parametrize(
    ("fields", "limits"),
    [
        ({}, (0.0, 0.0, 0.0)),
        ({"statistic": "end"}, (None, None, 0.0)),
        ({"due_from": "2017/18"}, (None, 0.0, 0.0)),
        ({"at_least": {"2016/17": -5.0}}, (-5.0, None, None)),
    ],
)
def test_the_limit_stands_where_it_is_due(fields: dict[str, object], limits: tuple[float | None, ...]) -> None:
    run = outcomes({("position", "system"): [[1.0, 2.0, 3.0]], ("activity", "HOS/none"): [[1.0, 1.0, 1.0]]})
    what = Drawing(system=True, pool="", emergencies=())
    columns = InMemory(run.count, run.years, what.columns(run))
    money = build_fans(hillford.hillford(promises=(promise(**fields),)), what, run.months, columns, columns)[0]
    assert tuple(p.limit for p in money.points) == limits
    assert money.finding.startswith("In the middle future, surplus of £0m in 2018/19;"), "the bridge tells means"
