"""A waterfall as people read it: the sentence, the table, JSON, the page and the picture alone."""

from __future__ import annotations

import csv
import json
import re
import resource
import signal
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from rich.table import Table
from typer.testing import CliRunner

from fixtures.sample_waterfall import MONEY, STEPS, step
from placeplan.cli import app
from placeplan.cli.runs.waterfall import plain, table
from placeplan.cli.tell import message_of
from placeplan.compare.tell import amounts, few, parts_say, sentence, told
from placeplan.compare.waterfall import _refuse_missing
from placeplan.core.errors import PlanError
from placeplan.plan.library import with_library
from placeplan.plan.synthetic import make
from placeplan.plan.write import write_plan
from placeplan.report.waterfall import draw, page, picture


def test_the_sentence_says_from_where_to_where_and_what_does_it() -> None:
    said = sentence(MONEY)
    assert said.startswith(
        "Position of the whole system (surplus +, deficit −): £10.0m in 2016/17, −£40.0m in 2020/21, a change of −£50.0m."
    )
    assert "It is pushed up by funding & <co> (+£15.0m) and under_way & <co> (+£0.5m)," in said
    assert "and pulled down by prices & <co> (−£40.0m) and people & <co> (−£30.5m)." in said
    assert said.endswith("The plan's 3 initiatives make +£5.0m of it.")
    one = replace(MONEY, steps=tuple(s for s in STEPS if s.id not in ("record", "audit")))
    assert sentence(one).endswith("The plan's one initiative makes +£5.0m of it.")


@pytest.mark.parametrize(
    ("together", "said"),
    [(-3e6, "£3.0m less than the sum"), (3e6, "£3.0m more than the sum"), (1.0, "the sum of what")],
)
def test_what_all_make_together_is_told_as_more_or_less(together: float, said: str) -> None:
    assert f"Together they make {said}" in told(replace(MONEY, together=together))[1]


def test_what_chance_may_make_is_not_named_as_a_cause() -> None:
    """A step is named only if its mean differs from nought by more than two standard errors over the futures."""
    unsure = tuple(replace(s, futures_error=0.3e6) if s.id == "under_way" else s for s in STEPS)
    assert "under_way" not in sentence(replace(MONEY, steps=unsure))
    assert "funding & <co> (+£15.0m)" in sentence(replace(MONEY, steps=unsure))
    none = tuple(replace(s, futures_error=None if s.id == "prices" else 30e6) for s in STEPS)
    assert "Of what moves it, nothing can be told from chance in 200 futures." in sentence(replace(MONEY, steps=none))
    blurred = sentence(replace(MONEY, change_error=30e6, own_error=2.6e6))
    assert "a change of −£50.0m (not to be told from none in 200 futures)." in blurred
    assert blurred.endswith("3 initiatives make +£5.0m (not to be told from none in 200 futures) of it.")
    assert "told from none" not in sentence(replace(MONEY, change_error=20e6, own_error=2.4e6))


def test_few_futures_are_warned_of_with_what_they_may_be_off() -> None:
    assert few(replace(MONEY, change_error=1e6)) == ""
    small = replace(MONEY, futures=199, change_error=1.6e6)
    assert few(small) == (
        "Only 199 futures were run, so every figure may be off by chance: the change by about £3.2m either way."
    )
    assert "Only 199 futures" in page(small, {})
    assert "Only 199" not in page(MONEY, {})


def test_parts_of_a_change_that_is_small_beside_its_steps_are_left_out() -> None:
    """A part of more than 200 % measures nothing: no bar, column or line has one then."""
    assert parts_say(MONEY)
    assert "80% of it" in page(MONEY, {})
    small = replace(MONEY, steps=tuple(replace(s, share=-2.01) if s.id == "funding" else s for s in STEPS))
    text = page(small, {})
    assert "of it<" not in text
    assert "Of the change" not in text
    assert "Parts of the change are not shown" in text
    assert all(len(row) == len(draw(small).columns) for row in draw(small).rows)
    assert not any("%" in c for row in draw(small).rows for c in row)
    heads = [column.header for column in next(t for t in table(small).renderables if isinstance(t, Table)).columns]
    assert "Of the\nchange" not in heads


def test_the_data_of_the_page_are_numbers_that_add_up() -> None:
    """Shown figures are rounded; the data are not, so that a spreadsheet has the change to the last digit."""
    steps = (*(replace(s, amount=s.amount + 1 / 3) for s in STEPS[1:-1]),)
    end = STEPS[0].amount
    for s in steps:
        end += s.amount
    found = replace(MONEY, steps=(STEPS[0], *steps, replace(STEPS[-1], amount=end)))
    link = re.search(r'href="data:text/csv;charset=utf-8,([^"]*)"', page(found, {}))
    assert link
    rows = list(csv.DictReader(unquote(link[1]).splitlines()))
    total = 0.0
    for row in rows[:-1]:
        total += float(row["Amount"])
    assert total == float(rows[-1]["Amount"]) == end
    assert [r["Last"] for r in rows[5:6]] == ["8000000.0"]
    assert {r["Unit"] for r in rows} == {"£ a year"}
    assert "Figures are shown rounded; those in the data add up to the last digit." in page(found, {})


def test_no_figure_of_the_page_is_broken_behind_its_sign() -> None:
    """Browsers break a line between − or + and £; there the rest of a loss reads as a gain."""
    text = re.sub(r'<span class="nw">[^<]*</span>', "", page(MONEY, {}).partition("<table")[2])
    assert "+£" not in text
    assert "−£" not in text


def test_it_is_told_what_words_and_signs_mean_before_the_table() -> None:
    text = page(MONEY, {})
    before = text.partition("<table")[0]
    for said in ("Alone: ", "Last: ", "Mean: ", "surplus +, deficit −", "day-to-day chance", "There + is a larger gap"):
        assert said in before
    assert not any("gap bridge" in line for line in told(replace(MONEY, outcome="list")))


def test_shares_are_told_in_per_cent_and_their_changes_in_points() -> None:
    steps = (step("start", "start", 0.85), step("x", "driver", 0.05, share=1.0), step("end", "end", 0.9))
    beds = replace(MONEY, outcome="occupancy", entity="R1/medical", unit="share of beds open", steps=steps)
    said = sentence(beds, {"R1": "Hill Hospital"})
    assert said.startswith(
        "Occupancy of Hill Hospital, medical: 85.0% in 2016/17, 90.0% in 2020/21, a change of +5.0 points."
    )
    assert said.endswith("The plan has no initiatives.")


def test_counts_keep_their_unit_and_nothing_that_moves_is_told_so() -> None:
    still = (step("start", "start", 250.0), step("x", "driver", 0.0), step("end", "end", 250.0))
    beds = replace(MONEY, outcome="beds_open", unit="beds", steps=still)
    assert sentence(beds) == (
        "Beds open of the whole system: 250.0 beds in 2016/17, 250.0 in 2020/21, a change of 0.0."
        " Nothing in the plan or around it moves it."
    )
    none = (step("start", "start", 0.0), step("end", "end", 0.0))
    assert sentence(replace(beds, steps=none)).startswith(
        "Beds open of the whole system: 0 beds in 2016/17, 0 in 2020/21"
    )
    assert amounts(beds).bare.unit_of(beds.unit) == "beds"


def test_bars_begin_where_the_last_one_ended_and_end_at_the_year() -> None:
    bars = draw(MONEY).bars
    zero = draw(MONEY).zero
    start, *steps, end = bars
    at = start.left + start.width
    assert start.left == pytest.approx(zero, abs=0.02)
    for bar in steps:
        ends = (bar.left, bar.left + bar.width)
        assert any(abs(at - e) < 0.05 for e in ends)
        at = ends[1] if abs(at - ends[0]) < 0.05 else ends[0]
    assert end.left == pytest.approx(at, abs=0.05)
    assert end.left + end.width == pytest.approx(zero, abs=0.05)
    assert [b.name for b in steps][-1] == "2 others that hardly change it"


def test_every_step_is_in_the_table_of_the_page_and_no_word_of_a_plan_is_markup() -> None:
    text = page(MONEY, {})
    assert "&lt;co&gt;" in text
    assert "<co>" not in text
    assert all(f"{s.id} &amp; &lt;co&gt;" in text for s in STEPS)
    assert "Made up" in text
    assert len(draw(MONEY).rows) == len(STEPS)
    assert draw(MONEY).rows[5] == ("hubs & <co>", "+£5.0m", "+£4.0m to +£6.0m", "£0.0m", "+£8.0m", "−10%")


def test_the_picture_alone_is_a_whole_svg() -> None:
    tree = ET.fromstring(picture(MONEY, {}))
    assert tree.tag.endswith("svg")
    texts = ["".join(t.itertext()) for t in tree.iter() if t.tag.endswith("text")]
    assert "−£40.5m" not in texts
    assert {"£10.0m", "−£40.0m", "+£15.0m"} <= set(texts)
    _, _, width, height = (float(n) for n in tree.attrib["viewBox"].split())
    boxes = [t for t in tree.iter() if t.tag.endswith("rect")]
    assert all(0 <= float(b.attrib["x"]) + 12 <= width and float(b.attrib["y"]) < height for b in boxes)


def test_json_has_every_step_with_its_interaction() -> None:
    found = json.loads(json.dumps(plain(MONEY)))
    hubs = found["steps"][5]
    assert (hubs["alone"], hubs["last"], hubs["interaction"]) == (0.0, 8e6, 8e6)
    assert found["change"] == -50e6
    assert found["sentence"] == sentence(MONEY)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small made-up plan of two years."""
    path = tmp_path_factory.mktemp("waterfall") / "plan"
    write_plan(with_library(make(1, 2, 1, 3, months=24)), path)
    return path


def test_the_command_tells_and_draws(folder: Path, tmp_path: Path) -> None:
    words = ["waterfall", str(folder), "position", "--futures", "2", "--order", "sequential"]
    told_ = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "new" / "why.svg")])
    assert told_.exit_code == 0, told_.output
    said = " ".join(told_.output.split())
    assert re.match(
        r"Position of the whole system \(surplus \+, deficit −\): \S+ in 2016/17, \S+ in 2017/18, a change of", said
    )
    assert "Only 2 futures were run" in said
    assert "one after the other, in the order shown" in said
    ET.parse(tmp_path / "new" / "why.svg")


def test_what_a_user_gets_wrong_is_told_before_the_run(folder: Path, tmp_path: Path) -> None:
    def failure(*words: str) -> BaseException | None:
        return CliRunner().invoke(app, ["waterfall", str(folder), *words]).exception

    assert codes(failure("position", "--out", str(tmp_path / "why.png"))) == ["unknown-ending"]
    (tmp_path / "why.svg").mkdir()
    assert codes(failure("position", "--out", str(tmp_path / "why.svg"))) == ["folder-in-use"]
    assert "Did you mean position?" in told_by(failure("positon"))
    assert "Did you mean system?" in told_by(failure("position", "--entity", "systm"))
    assert codes(failure("position", "--year", "1999/00")) == ["unknown-period"]


def test_all_that_a_user_gets_wrong_is_told_together(folder: Path) -> None:
    """Names of figures, the place and the ending of the picture: one look, not five."""
    words = ["positon", "--entity", "systm", "--year", "1999", "--out", "/proc/nowhere/why.pdf"]
    failed = CliRunner().invoke(app, ["waterfall", str(folder), *words]).exception
    assert codes(failed) == ["cannot-write", "unknown-ending", "unknown-period", "unknown-outcome"]
    nowhere = CliRunner().invoke(app, ["waterfall", str(folder / "no"), "position", "--out", "why.pdf"]).exception
    assert codes(nowhere) == ["unknown-ending", "no-plan"]


def codes(failed: BaseException | None) -> list[str]:
    assert isinstance(failed, PlanError), failed
    return [p.code for p in failed.problems]


def told_by(failed: BaseException | None) -> str:
    assert isinstance(failed, PlanError), failed
    return " ".join(p.mend for p in failed.problems)


def test_a_picture_that_finds_no_room_leaves_nothing_and_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    """A limit of the system on how much a file may hold, as a full disk is met: the picture that was there stays."""
    out = tmp_path / "w.HTML"
    old = "<title>Why money changes: an older plan – placeplan</title>"
    out.write_text(old, encoding="utf-8")
    words = ["waterfall", str(folder), "position", "--futures", "2", "--order", "sequential", "--out", str(out)]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2500, before[1]))
    try:
        failed = CliRunner().invoke(app, words).exception
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert isinstance(failed, OSError)
    assert message_of(failed) == f"{out}: File too large: it found no room; make some, or write elsewhere."
    assert [path.name for path in tmp_path.iterdir()] == ["w.HTML"]
    assert out.read_text(encoding="utf-8") == old


def test_a_figure_that_some_futures_lack_is_told() -> None:
    """``[future, coalition, year]``: one of three futures has nobody to be counted."""
    tried = np.ones((3, 2, 2))
    tried[1, 1, 0] = np.nan
    with pytest.raises(PlanError, match="In 1 of 3 futures there is no wait_months of W0H") as refused:
        _refuse_missing(tried, "wait_months", "W0H")
    assert codes(refused.value) == ["no-figure"]
