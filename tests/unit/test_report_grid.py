"""The grid and the first break: what a cell says, and how sure it says it is."""

from __future__ import annotations

import re

from fixtures.outline import Outline
from fixtures.sample_findings import every_word, promises, westshire
from placeplan.report import grid
from placeplan.report.page import render


def test_a_plan_without_promises_has_no_grid() -> None:
    html = render(every_word()["no promises"])
    assert '<table class="grid' not in html
    assert "there is nothing to test" in html


def test_no_chance_is_shown_as_certain() -> None:
    rows = tuple(
        p.model_copy(update={"P": v, "by_year": tuple(
            c.model_copy(update={"probability": c.probability and c.probability.model_copy(update={"p": v})})
            for c in p.by_year
        )})
        for p, v in zip(promises(), [0.0, 1.0] * 9, strict=True)
    )  # fmt: skip
    for futures in (50, 200, 1000, 20_000):
        text = " ".join(Outline(render(westshire(promises=rows, futures=futures, causes=(), assumed=()))).text)
        assert not re.findall(r"(?<![\d.,])(?:0|100)%(?! of)", text)


def test_few_futures_are_rounded_to_five() -> None:
    forms = tuple(f.model_copy(update={"futures": 200}) for f in westshire().forms)
    text = " ".join(Outline(render(westshire(futures=200, forms=forms))).text)
    cells = [int(n) for n in re.findall(r"(\d+)%, (?:kept|fails|falls short|too close)", text)]
    assert cells
    assert all(n % 5 == 0 for n in cells)


def test_a_withheld_grid_is_hatched_and_says_so() -> None:
    html = render(every_word()["withheld"])
    assert 'class="grid withheld"' in html
    assert "Not firm: too little is known" in html
    assert "Not firm" not in render(westshire())


def test_a_row_on_default_figures_has_a_dotted_corner_and_says_so() -> None:
    found = grid.build(westshire())
    assert found.defaults
    html = render(westshire())
    assert html.count("cell kept default") + html.count("cell short default") > 5
    assert "on figures from elsewhere" in html


def test_the_callout_follows_the_row_of_the_first_break() -> None:
    html = render(westshire())
    row = html.index("Nurses in post before beds close</span></a>")
    callout = html.index('id="cause"')
    assert row < callout < html.index("Urgent visit within 2 hours</span></a>")
    assert html[row:callout].count("</tr>") == 1


def test_no_break_no_callout() -> None:
    assert grid.build(every_word()["workable"]).callout is None
    assert 'class="call"' not in render(every_word()["workable"])


def test_organisations_stay_in_the_order_given() -> None:
    assert [g.name for g in grid.build(westshire()).groups] == [
        "Westshire Community Trust", "Westshire Hospitals", "Whole system", "Westshire Council", "Westshire GPs",
    ]  # fmt: skip


def test_the_callout_names_the_cause_and_says_when_shares_overlap() -> None:
    first = westshire().first_break
    assert first is not None
    html = render(westshire())
    assert "<b>Community nurses arrive after the beds close.</b>" in html
    assert "They overlap" not in html
    tied = first.model_copy(update={"share": 0.9, "next": (("wh.beds", "2028/29", 0.8),)})
    assert "They overlap" in render(westshire(first_break=tied))


def test_a_promise_just_kept_and_one_just_missed_do_not_share_a_number() -> None:
    """Rounded to 5 both are 50%, with two marks: each says on which side of it it lies."""
    first, second, *others = promises()
    missed = first.model_copy(update={"P": 0.49, "state": "fail"})
    found = grid.build(
        westshire(promises=(missed, second.model_copy(update={"P": 0.51, "state": "short"}), *others), futures=200)
    )
    under, over = (row.whole for row in found.rows[:2])
    assert [(under.shown, under.said), (over.shown, over.said)] == [
        ("<50%", "just under 50%"),
        (">50%", "just over 50%"),
    ]
    html = render(westshire(promises=(missed, second, *others), futures=200))
    grid_part, shocks = html.split('id="s-shocks"')
    assert "&lt;50% means just under 50%." in grid_part
    assert "&gt;50% means just over 50%." in grid_part
    assert "&gt;50% means just over 50%." in shocks
    exact = grid.build(
        westshire(promises=(first.model_copy(update={"P": 0.5, "state": "short"}), *others), futures=200)
    )
    assert exact.rows[0].whole.shown == "50%"


def test_a_promise_and_an_aim_are_told_apart_where_they_first_stand() -> None:
    html = render(westshire())
    lead = html.index("Promises decide the verdict; aims do not.")
    assert html.index('id="h-grid"') < lead < html.index('<table class="grid')
    assert not re.search(r"hard promise|promises? that counts?", html, re.IGNORECASE)


def test_what_folds_on_a_phone_decides_nothing_and_is_told() -> None:
    """Promises that break stand open; of a long grid aims fold, and the line that opens them says how they fare."""
    found = grid.build(westshire())
    assert len(found.rows) > grid.SHORT
    for row in found.rows:
        assert row.folds == (row.kept or not row.promise.hard), row.promise.id
    said = {g.organisation: g.folded for g in found.groups}
    assert said["wh"] == "2 promises kept every year and 1 aim, not kept every year"
    assert said["gps"] == "1 promise kept every year and 2 aims, 1 kept every year"


def test_a_short_grid_and_one_of_aims_alone_fold_what_is_kept_alone() -> None:
    few = westshire(promises=promises()[: grid.SHORT])
    soft = westshire(promises=tuple(p.model_copy(update={"hard": False}) for p in promises()))
    for f in (few, soft):
        assert [r.promise.id for r in grid.build(f).rows if r.folds != r.kept] == []


def test_the_row_of_the_first_break_never_folds() -> None:
    first = westshire().first_break
    assert first is not None
    aims = tuple(p.model_copy(update={"hard": p.id != first.promise}) for p in promises())
    assert [r.folds for r in grid.build(westshire(promises=aims)).rows if r.callout] == [False]
