"""From a headline number of the board's pack back to the cells of the plan: every one, and the figures are the same."""

from __future__ import annotations

import json
import re
import sys
from functools import partial
from pathlib import Path

import pytest

from fixtures.made_workbench import small_plan
from placeplan.cli.root import main
from placeplan.core.errors import MOST_NAMED
from placeplan.futures.sample import Futures
from placeplan.model.explain import explain
from placeplan.model.outcomes import Outcomes
from placeplan.model.simulate import baseline_of, simulate
from placeplan.model.trace import Node
from placeplan.plan.folder import read_plan
from placeplan.plan.numbers.number import shown
from placeplan.report.pack.back import LETTERS, backs, mark_of
from placeplan.report.pack.blocks import Sheet
from placeplan.report.pack.pdf import as_html
from placeplan.report.pack.story import tell
from placeplan.stress.findings import Findings
from placeplan.stress.headlines import known
from placeplan.stress.run import run_plan
from placeplan.stress.way_back import behind, cells_of

FUTURES = 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_plan(tmp_path_factory.mktemp("plans") / "hillside")


@pytest.fixture(scope="module")
def findings(folder: Path) -> Findings:
    return run_plan(folder, futures=FUTURES)


@pytest.fixture(scope="module")
def followed(folder: Path, findings: Findings) -> dict[str, Node]:
    """Each headline number of the run with what leads back from it, on the same futures."""
    plan = read_plan(folder)
    baseline = baseline_of(plan)
    outcomes: Outcomes = simulate(plan, baseline, Futures(seed=findings.seed, count=FUTURES))
    follow = partial(explain, plan, baseline, outcomes, depth=1)
    return {h.address: behind(h, plan, outcomes, cells_of(folder, h), follow) for h in findings.headlines}


def test_every_headline_number_of_a_run_leads_back_to_something(findings: Findings, followed: dict[str, Node]) -> None:
    numbers = {f"promises/{p.id}" for p in findings.promises} | {f"fans/{f.id}" for f in findings.fans}
    numbers |= {f"bridge/{s.id}" for s in findings.bridge} | {
        f"claims/{c.initiative}" for c in findings.claims if c.initiative
    }
    assert {h.address for h in findings.headlines} == numbers
    assert {a.partition("/")[0] for a in numbers} == {*LETTERS}
    assert [address for address, node in followed.items() if not node.made_of] == []


def test_the_share_of_a_promise_is_that_of_the_findings(findings: Findings, followed: dict[str, Node]) -> None:
    said = {f"promises/{p.id}": p.P for p in findings.promises}
    assert any(0 < (p or 0.0) < 1 for p in said.values())
    for address, share in said.items():
        assert followed[address].value == (None if share is None else pytest.approx(share)), address


def test_a_cell_stands_in_its_line(folder: Path, followed: dict[str, Node]) -> None:
    cells = [n for node in followed.values() for n in node.made_of if n.kind == "cell" and n.value is not None]
    assert len(cells) > 5
    for cell in cells:
        file, _, line = cell.where.partition(", line ")
        text = (folder / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
        assert cell.value in [float(n) for n in re.findall(r"-?[\d.]+(?:e[+-]?\d+)?", text) if n.strip(".")], (
            cell,
            shown(cell.value or 0.0),
            text,
        )


def test_beside_each_number_of_the_pack_stands_a_reference_that_leads_to_its_line(findings: Findings) -> None:
    story, every = tell(findings), backs(findings)
    sheets = [b for b in story.blocks if isinstance(b, Sheet)]
    refs = [r for s in sheets for r in (*s.refs, s.ref) if r]
    marks = [m for s in sheets for m in s.marks]
    assert sorted(map(mark_of, refs)) == sorted(marks)  # each once
    assert len(every) == len(marks) == len(findings.headlines)
    row = {r[0]: r for s in sheets if s.marks for r in s.rows}
    assert [row[b.short][2].partition(" ")[0] for b in every.values()] == [*every]
    html = as_html(story)
    for mark in marks:
        assert html.count(f'href="#{mark}"') == html.count(f"<tr id={mark}>") == 1


def told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> list[dict[str, str]]:
    """Problems of `placeplan explain`."""
    monkeypatch.setattr(sys, "argv", ["placeplan", "explain", str(folder), *words, "--json"])
    with pytest.raises(SystemExit):
        main()
    found: list[dict[str, str]] = json.loads(capsys.readouterr().out)["problems"]
    return found


def test_an_address_that_is_none_is_told_with_the_nearest_and_all_that_is_wrong_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = next(iter(known(read_plan(folder))))
    (problem,) = told(folder, monkeypatch, capsys, f"{first}x")
    assert (problem["code"], problem["nearest"]) == ("unknown-headline", first)
    (unlike,) = told(folder, monkeypatch, capsys, "promises/zzzzzz")
    count = sum(a.startswith("promises/") for a in known(read_plan(folder)))
    assert unlike["nearest"] == "", "that both begin with promises/ makes no two alike"
    assert f"There are {count}, such as “promises/" in unlike["mend"] or count <= MOST_NAMED
    both = told(folder, monkeypatch, capsys, "nothing/like-it", "--entity", "ACU1")
    assert {p["code"] for p in both} == {"unknown-headline", "unused-option"}
