"""Points of two figures: all inside the picture, in their order, with labels that do not cover each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from placeplan.report import scatter
from placeplan.report.charts import BOTTOM, TOP
from placeplan.stress.results.tests import Point, Points

VALUES = st.floats(-1e7, 1e7, allow_nan=False).map(lambda v: round(v, 3))


def drawn(pairs: list[tuple[float, float]]) -> scatter.Drawing:
    points = tuple(Point(label="A" if n == 0 else str(n), x=x, y=y) for n, (x, y) in enumerate(pairs))
    return scatter.draw(Points(x="Cost", x_unit="£ a year", y="Chance", y_unit="share", points=points))


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=12))
def test_every_point_lies_inside_and_in_order(pairs: list[tuple[float, float]]) -> None:
    marks = drawn(pairs).marks
    assert all(0 <= m.x <= 100 and TOP - 0.1 <= m.y <= BOTTOM + 0.1 for m in marks)
    by_x = sorted(marks, key=lambda m: m.point.x)
    assert [m.x for m in by_x] == sorted(m.x for m in marks)
    by_y = sorted(marks, key=lambda m: -m.point.y)
    assert [m.y for m in by_y] == sorted(m.y for m in marks)


def test_labels_of_points_that_lie_together_stand_above_each_other() -> None:
    marks = drawn([(0.0, 0.1), (1e6, 0.5), (1e6, 0.5), (1e6, 0.5), (2e6, 0.9)]).marks
    heights = [m.label_y for m in marks[1:4]]
    assert len(set(heights)) == 3
    assert marks[0].plan
    assert not marks[1].plan


def test_units_are_told_with_the_axis() -> None:
    d = drawn([(0.0, 0.1), (3e6, 0.5)])
    assert d.x == "Cost, £m a year"
    assert d.y == "Chance, per cent"
    assert "2 points" in d.alternative
