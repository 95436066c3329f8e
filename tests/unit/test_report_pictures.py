"""Fans, bridge, claims and shocks: drawn as they are, with every number in a table."""

from __future__ import annotations

import csv
import re
from itertools import pairwise
from urllib.parse import unquote

import pytest

from fixtures.sample_findings import westshire
from placeplan.report import bridge, charts, shocks, views
from placeplan.report.page import render
from placeplan.report.remade import remade
from placeplan.report.where import ALONE
from placeplan.stress.results.elements import Fan


def test_every_number_of_a_picture_is_in_its_table() -> None:
    for fan in westshire().fans:
        rows = charts.table(fan)
        assert len(rows) == len(fan.points)
        assert all(len(row) == 6 for row in rows)


def test_labels_of_a_fan_keep_apart() -> None:
    for fan in westshire().fans:
        labels = charts.draw(fan).labels
        assert {label.kind for label in labels} == {"nothing", "plan", "limit"}
        assert len({(label.x, label.y) for label in labels}) == 3


def test_a_flat_or_empty_fan_draws() -> None:
    empty = Fan(id="e", title="Empty", unit="beds", finding="", points=())
    flat = westshire().fans[1]
    point = flat.points[0].model_copy(update={"plan": (5.0, 5.0, 5.0), "do_nothing": (5.0, 5.0, 5.0), "limit": None})
    assert charts.draw(empty).rows == ()
    assert charts.draw(flat.model_copy(update={"points": (point,)})).labels


def test_the_data_of_the_bridge_are_numbers_that_add_up() -> None:
    """From the gap if nothing changes by what is found to the gap left, in £ and with the signs of the table."""
    link = re.search(r'download="bridge.csv" href="data:text/csv;charset=utf-8,([^"]*)"', render(westshire()))
    assert link
    first, *steps, left = csv.DictReader(unquote(link[1]).splitlines())
    total = sum(float(row["Model finds"]) for row in (first, *steps))
    assert total == float(left["Model finds"]) == 40e6
    assert float(steps[0]["Plan claims"]) == -38e6
    assert (float(left["Low"]), float(left["High"])) == (13e6, 67e6)
    assert {row["Unit"] for row in steps} == {"£ a year of gap"}


def test_the_bridge_ends_where_the_bars_end() -> None:
    found = bridge.build(westshire())
    assert found is not None
    start, *steps, left = found.bars
    assert start.left + start.width == pytest.approx(steps[0].left + steps[0].width, abs=0.02)
    for one, next_ in pairwise(steps):
        assert one.left == pytest.approx(next_.left + next_.width, abs=0.02)
    assert left.left + left.width == pytest.approx(steps[-1].left, abs=0.02)
    assert found.limit == (pytest.approx(found.zero + 45 / 142 * start.width, abs=0.02), "£45m")


def test_a_cost_runs_the_other_way() -> None:
    steps = westshire().bridge
    costly = steps[1].model_copy(update={"amount": -9e6})
    found = bridge.build(westshire(bridge=(steps[0], costly, steps[-1])))
    assert found is not None
    assert found.costs
    assert (found.bars[1].kind, found.bars[1].shown) == ("costs", "+£9m")


def test_a_surplus_reads_as_one() -> None:
    steps = westshire().bridge
    up = (steps[0].model_copy(update={"amount": 5e6}), steps[-1].model_copy(update={"amount": 8e6, "low": None}))
    assert bridge.heading(up) == (
        "If nothing changes there is a surplus of £5m. With the plan there is a surplus of £8m."
    )


def test_a_surplus_from_the_start_is_drawn_as_a_position() -> None:
    steps = westshire().bridge
    start, saves, left = (
        steps[0].model_copy(update={"amount": 20e6}),
        steps[1].model_copy(update={"amount": 6e6, "claimed": None}),
        steps[-1].model_copy(update={"amount": 26e6, "low": 3e6, "high": 53e6}),
    )
    found = bridge.build(westshire(bridge=(start, saves, left)))
    assert found is not None
    assert [bar.shown for bar in found.bars] == ["£20m", "+£6m", "£26m"]
    assert found.bars[1].left == pytest.approx(found.bars[0].left + found.bars[0].width, abs=0.02)
    assert found.bars[2].kind == "surplus"
    assert found.bars[2].spread == "£3m to £53m"
    assert found.rows[0][1] == "a surplus of £20m"


def test_what_was_claimed_for_the_whole_plan_is_no_part_of_the_total() -> None:
    one = westshire().claims[0]
    whole = one.model_copy(update={"initiative": "", "name": "The plan as a whole", "claimed": 229e6})
    found = views.claims(westshire(claims=(one, whole)))
    assert found is not None
    assert found.total is not None
    assert found.total[:2] == ("£38m", "£27m")
    assert [c.name for c, _ in found.whole] == ["The plan as a whole"]


def test_quarters_are_named_and_years_stand_in_their_middle() -> None:
    fan = westshire().fans[1]
    drawn = charts.draw(fan.model_copy(update={"points": fan.points[::3]}))
    assert drawn.rows[0][0] == "April to June 2026"
    assert drawn.rows[3][0] == "January to March 2027"
    assert drawn.periods[0] == ("26/27", 10.0)
    assert len(drawn.periods) == 5


def test_a_per_cent_is_not_followed_by_share() -> None:
    one = westshire().assumed[1].model_copy(update={"unit": "share a year"})
    assert "2.2% a year</td>" in render(westshire(assumed=(one,)))


def test_what_no_shock_holds_is_said_once() -> None:
    shocks = tuple(s.model_copy(update={"not_reached": ("Plan B", *s.not_reached)}) for s in westshire().scenarios)
    html = render(westshire(scenarios=shocks))
    assert html.count("Plan B") == 1
    assert "Not modelled: Flu on the wards" in html


def test_a_formula_in_a_table_is_disarmed_for_spreadsheets() -> None:
    assert "%27%3DSUM" in ALONE.csv("a", [("=SUM(A1)",)], ("a",))


def test_the_pictures_can_be_exported() -> None:
    svg = charts.export(westshire().fans[0], "svg")
    assert svg.startswith(b"<svg")
    with pytest.raises(ValueError, match="svg or png"):
        charts.export(westshire().fans[0], "gif")


def test_the_claim_of_the_whole_plan_makes_the_headings() -> None:
    one = westshire().claims[0]
    whole = one.model_copy(update={"initiative": "", "name": "The plan as a whole", "claimed": 229e6, "found": 102e6})
    findings = westshire(claims=(one, whole))
    found, drawn = views.claims(findings), bridge.build(findings)
    assert found is not None
    assert drawn is not None
    assert found.heading == "£127m of the savings claimed cannot be found"
    assert drawn.heading == "The plan claims £229m. The model finds £102m and leaves £40m."


def test_initiatives_that_change_nothing_share_a_bar_and_keep_their_rows() -> None:
    first, one, *_, left = westshire().bridge
    idle = [one.model_copy(update={"id": f"i{n}", "name": f"Idle {n}", "amount": 20.0, "claimed": None}) for n in "ab"]
    found = bridge.build(westshire(bridge=(first, one, *idle, left)))
    assert found is not None
    assert [b.name for b in found.bars] == [first.name, one.name, "2 others that change nothing", left.name]
    assert [r[0] for r in found.rows] == [first.name, one.name, "Idle a", "Idle b", left.name]
    assert found.bars[2].kind == "none"


def test_a_claim_without_anything_found_keeps_its_own_bar() -> None:
    first, one, *_, left = westshire().bridge
    empty = one.model_copy(update={"id": "i", "amount": 0.0, "claimed": 5e6})
    assert len(bridge.drawn((first, empty, empty.model_copy(update={"id": "j"}), left))) == 4


def test_shocks_that_are_shown_alone_are_rounded_by_their_own_futures() -> None:
    one = westshire().scenarios[7]
    few = {"futures": 100, "worst_P": 0.13, "all_hard_P": 0.12, "P": {one.worst_promise: 0.13}}
    one = one.model_copy(update=few)
    (row,) = shocks.scenarios(westshire(scenarios=(one,)))
    assert (row.box.shown, row.whole) == ("15%", "10%")


def test_each_bar_says_of_which_runs_it_is_the_difference_and_how_it_is_made_again() -> None:
    f = westshire(assumption_set="late")
    how = remade(f)
    assert how is not None
    assert sorted(b.address for b in how.bars) == sorted(f"bridge/{s.id}" for s in f.bridge)
    own = [b for b in how.bars if b.initiative]
    assert [b.initiative for b in own] == sorted(b.initiative for b in own)
    assert [b.number for b in own] == [str(n) for n in range(1, len(own) + 1)]
    assert how.futures == 200
    assert how.again == f"placeplan test PLAN --futures {f.futures} --seed {f.seed} --set late --out FOLDER"
    page = render(f)
    assert how.again in page
    assert how.by_cause in page
    assert all(b.what in page for b in how.bars)
    assert 'href="#bridge-made"' in page, "claims lead there"
    assert remade(westshire(bridge=())) is None
