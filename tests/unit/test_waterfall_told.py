"""A waterfall as people read it: the sentence, the table, JSON, the page and the picture alone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from placeplan.cli import app
from placeplan.cli.falling import plain
from placeplan.compare.tell import amounts, sentence, told
from placeplan.compare.waterfall import Step, Waterfall
from placeplan.core.errors import PlanError
from placeplan.model.explain import UnknownOutcomeError
from placeplan.plan.library import with_library
from placeplan.plan.synthetic import make
from placeplan.plan.write import write_plan
from placeplan.report.waterfall import draw, page, picture


def step(id_: str, kind: Any, amount: float, **more: Any) -> Step:
    inside = {} if kind in ("start", "end", "under_way") else {"alone": amount, "last": amount}
    return Step(id_, f"{id_} & <co>", kind, amount, amount - 1e6, amount + 1e6, **{**inside, **more})


STEPS = (
    step("start", "start", 10e6),
    step("under_way", "under_way", 0.5e6, share=-0.01),
    step("people", "driver", -30.5e6, share=0.61),
    step("prices", "driver", -40e6, share=0.8),
    step("funding", "driver", 15e6, share=-0.3),
    step("hubs", "initiative", 5e6, alone=0.0, last=8e6, share=-0.1),
    step("record", "initiative", 0.0, share=0.0),
    step("audit", "initiative", 0.0, share=0.0),
    step("end", "end", -40e6),
)
MONEY = Waterfall(
    "Plan", "Place", True, "a41c00000000009e", "position", "system", "£ a year", "2016/17", "2020/21", "shapley", 0, 200, 1,
    1e-3, STEPS, -3e6,
)  # fmt: skip


def test_the_sentence_says_from_where_to_where_and_what_does_it() -> None:
    said = sentence(MONEY)
    assert said.startswith("Position of the whole system: £10.0m in 2016/17, −£40.0m in 2020/21, a change of −£50.0m.")
    assert "Funding & <co> (+£15.0m)" in said
    assert "prices & <co> (−£40.0m) and people & <co> (−£30.5m) pull it down." in said
    assert said.endswith("The plan's 3 initiatives make +£5.0m of it.")
    assert "together make −£3.0m beyond" in told(MONEY)[1]


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
    assert re.match(r"Position of the whole system: \S+ in 2016/17, \S+ in 2017/18, a change of", said)
    assert "one after the other, in the order shown" in said
    ET.parse(tmp_path / "new" / "why.svg")


def test_what_a_user_gets_wrong_is_told_before_the_run(folder: Path, tmp_path: Path) -> None:
    def failure(*words: str) -> BaseException | None:
        return CliRunner().invoke(app, ["waterfall", str(folder), *words]).exception

    ending = failure("position", "--out", str(tmp_path / "why.png"))
    assert isinstance(ending, PlanError)
    assert [p.code for p in ending.problems] == ["unknown-ending"]
    (tmp_path / "why.svg").mkdir()
    assert isinstance(failure("position", "--out", str(tmp_path / "why.svg")), IsADirectoryError)
    assert "Did you mean position?" in str(failure("positon"))
    assert "Did you mean system?" in str(failure("position", "--entity", "systm"))
    assert isinstance(failure("position", "--year", "1999/00"), UnknownOutcomeError)
