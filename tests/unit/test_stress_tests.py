"""Stress tests have one shape: each is asked, run and told, by itself or with all others."""

from __future__ import annotations

import json
import re
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from fixtures import hillford
from fixtures.broken_plans import WHOLE, write
from fixtures.runs import runs_of
from placeplan.cli import app
from placeplan.core.errors import PlanError
from placeplan.explore.prim.discovery import discover
from placeplan.futures.sample import Futures
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make
from placeplan.report.page import render
from placeplan.report.terminal import print_findings
from placeplan.report.tested import bars, said
from placeplan.stress.base import StressTest, chosen, known, needs_of, not_tested
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.run import ask_tests
from placeplan.stress.run import test_plan as run_test
from placeplan.stress.scene import Scene
from placeplan.stress.side_by_side import find_all
from placeplan.stress.tests import worlds
from placeplan.stress.tests.carries import Carries
from placeplan.stress.tests.efficiency import rate_a_year
from placeplan.stress.tests.learn import Learn
from placeplan.stress.tests.reverse import Reverse
from placeplan.stress.tests.timing import FIRST
from placeplan.stress.tests.worlds import Found, Worlds

COUNT = 2
YEARS = 3


def claims(pounds: float) -> dict[str, Any]:
    """A claim of so many pounds a year for the position."""
    return {"what": f"saves {pounds}", "outcome": "position", "value": pounds, "unit": "£ a year", "source": "made up"}


def plan(*initiatives: Any, years: int = YEARS) -> Plan:
    """Hillford with some initiatives, over some years."""
    found = hillford.hillford(initiatives=initiatives)
    return found.changed(about=found.about.model_copy(update={"months": 12 * years}))


@cache
def saving(
    pounds: float = 2e6, claimed: float = 2e6, start: str = "2016-04", maturity: str = "identified", years: int = YEARS
) -> Plan:
    own = hillford.initiative("save", hillford.saves(pounds, maturity), claims=(claims(claimed),), start=start)
    return plan(own, years=years)


def scene_of(of: Plan, names: str) -> Scene:
    return Scene(runs_of(of, Futures(seed=1, count=COUNT)), needs_of(chosen(names)))


NAMES = "efficiency,gap,gap-basis,learn,stranded,timing,tornado,unidentified,worlds"
SCENES: dict[str, Scene] = {}


def seen(of: Plan) -> Scene:
    """A plan as any of these tests looks at it, run once for all of them."""
    if of.digest not in SCENES:
        SCENES[of.digest] = scene_of(of, NAMES)
    return SCENES[of.digest]


@cache
def spending() -> float:
    """£ that the hospital spends in the last year with nothing done."""
    return float(seen(saving()).first[1]["operating_cost"].by_year("HOS")[:, -1].mean())


def found(of: Plan, name: str) -> StressFinding:
    (test,) = chosen(name)
    return test.find(seen(of))


def test_every_test_says_what_it_asks_and_where_its_bound_comes_from() -> None:
    assert {"efficiency", "gap", "gap-basis", "stranded", "timing", "unidentified", "worlds"} <= set(known())
    for name, test in known().items():
        assert test.question.endswith("?"), name
        assert all((test.title, test.method, test.source)), name


def test_an_unknown_test_is_told_with_the_nearest_name() -> None:
    with pytest.raises(PlanError) as refused:
        chosen("timming, gap, nothing-like-it")
    assert {(p.code, p.file, p.nearest) for p in refused.value.problems} == {
        ("unknown-test", "--only", "timing"),
        ("unknown-test", "--only", ""),
    }
    assert all("gap, gap-basis" in p.mend for p in refused.value.problems)


def test_a_test_of_ones_own_joins_by_being_defined() -> None:
    class Own(StressTest):
        """How many initiatives there are."""

        name, title, question = "own", "How many", "How many initiatives are there?"
        method, source = "Counts them.", "nobody"

        def run(self, scene: Scene) -> int:
            return len(scene.plan.initiatives)

        def tell(self, plan: Plan, found: int) -> dict[str, Any]:
            del plan
            return {"result": "shown", "figure": found, "sentence": f"There are {found}."}

    try:
        (told,) = ask_tests(saving(), chosen("own"), 2, threads=1)
        assert (told.result, told.figure, told.sentence, told.futures) == ("shown", 1.0, "There are 1.", 0)
        with pytest.raises(TypeError, match="two stress tests called 'own'"):
            type("Other", (Own,), {"__module__": "elsewhere"})
    finally:
        del StressTest.registered["own"]


def test_nothing_is_run_that_a_test_does_not_need() -> None:
    """Who reads the plan alone runs no future; who looks at positions runs the plan and doing nothing, and no shock."""
    for name, futures in (("unidentified", 0), ("timing", 2 * COUNT)):
        scene = scene_of(saving(), name)
        chosen(name)[0].find(scene)
        assert scene.runs.progress.done == futures


def test_what_the_plan_does_not_say_is_told_and_not_failed() -> None:
    bare = plan(hillford.initiative("save", hillford.saves(1e6)))
    assert {name: found(bare, name).result for name in ("efficiency", "unidentified")} == dict.fromkeys(
        ("efficiency", "unidentified"), "not asked"
    )
    assert "two years only" in found(saving(years=FIRST), "timing").sentence.replace("2", "two")


def test_equal_savings_fall_into_each_year_alike() -> None:
    """From the first month on, two of three years bring two thirds; from the third year on, none of it."""
    always = found(saving(), "timing")
    assert always.figure == pytest.approx(2 / YEARS, rel=0.01)  # years have 365 or 366 days
    assert always.result == "fail"
    later = found(saving(start="2018-04"), "timing")
    assert later.figure == pytest.approx(0.0, abs=1e-9)
    assert later.result == "pass"


def test_what_brings_nothing_is_not_early() -> None:
    """A plan that costs more than it saves has no share that could come too soon."""
    told = found(
        plan(hillford.initiative("spend", {"kind": "spend", "organisation": "HOS", "recurrent": 1e6})), "timing"
    )
    assert told.result == "amber"
    assert told.figure is None
    assert "brings no money" in told.sentence


@pytest.mark.parametrize(("share", "result"), [(0.02, "pass"), (0.03, "amber"), (0.3, "fail")])
def test_efficiency_is_a_share_of_what_is_spent_with_nothing_done(share: float, result: str) -> None:
    """``(1 − rate)^years = 1 − claimed / spending``."""
    told = found(saving(claimed=share * spending()), "efficiency")
    assert told.result == result
    assert told.figure is not None
    assert (1 - told.figure) ** (YEARS - 1) == pytest.approx(1 - share)
    assert told.figure == pytest.approx(rate_a_year(share * spending(), spending(), YEARS - 1))


def test_a_gap_is_closed_where_claims_and_the_model_both_close_it() -> None:
    """The gap is the position with nothing done; a saving that is large enough closes it, a claim alone does not."""
    short = found(saving(1e5, claimed=9e7), "gap")
    assert short.result == "fail" if short.figure is not None and short.figure < 1 else short.result == "pass"
    gap = -float(seen(saving()).bridge.steps[0].amount)
    told = found(saving(3e7, claimed=3e7), "gap")
    assert told.result == "pass"
    assert gap <= 0 or (told.figure is not None and told.figure >= 1)


def test_the_gap_on_every_basis_adds_up() -> None:
    """NHS and councils together are the whole system; all years together are the sum of each."""
    position = seen(saving()).first[1]["position"].by_year("system").mean(axis=0)
    told = found(saving(), "gap-basis")
    assert told.rows[1].figure == pytest.approx(-position[-1])
    assert told.rows[3].figure == pytest.approx(-position.sum())
    assert told.result == "fail"  # this plan states no gap


def test_who_books_all_of_the_average_cost_fails() -> None:
    """Care that is no longer given releases a part of its cost; a claim of all of it cannot be."""
    for share, result in ((0.2, "pass"), (1.5, "fail")):
        none = plan(hillford.initiative("care", hillford.prevents(0.1)))
        average = sum(-float(p.forward.value.mean()) for p in seen(none).bridge.parts.values())
        assert average > 1e6
        told = found(
            plan(hillford.initiative("care", hillford.prevents(0.1), claims=(claims(share * average),))), "stranded"
        )
        assert told.result == result
        assert told.figure is not None
        assert told.figure < 1


def test_savings_without_a_plan_or_evidence_are_told_apart() -> None:
    nobody = found(saving(maturity="unidentified"), "unidentified")
    assert (nobody.result, nobody.figure) == ("fail", 0.0)
    unproven = hillford.initiative("care", hillford.prevents(0.1), claims=(claims(3e6),), evidence_grade="none")
    both = plan(unproven, hillford.initiative("save", hillford.saves(1e6), claims=(claims(1e6),)))
    assert found(both, "unidentified").figure == pytest.approx(0.25)
    assert [r.figure for r in found(both, "unidentified").rows] == [0.0, 0.75, 0.25]


def test_the_worlds_that_fail_are_told_by_what_was_planted() -> None:
    """Pay alone decides whether the money holds, so the box is a limit of pay, and nearly pure."""
    money = hillford.hillford(hillford.PAY, promises=(hillford.money(),))
    planted = hillford.kept_in(money, 0.5, 200)
    test = Worlds()
    told = test.find(Scene(runs_of(planted, Futures(seed=1, count=200))))
    assert told.result == "shown"
    assert told.sentence.startswith("The plan fails in ")
    assert "made-up prices.pay is" in told.sentence
    assert told.rows[0].figure is not None
    assert told.rows[0].figure > 0.9
    assert "found again" in told.rows[1].shown
    assert "Shuffled failures give as much" in told.behind


def test_of_many_futures_the_first_are_searched_and_all_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the number of futures, the search holds what so many draw and no more."""
    monkeypatch.setattr(worlds, "SEARCHED", 150)
    pay = hillford.kept_in(hillford.hillford(hillford.PAY, promises=(hillford.money(),)), 0.6, 400)
    scene = Scene(runs_of(pay, Futures(seed=1, count=400)))
    what, discovery, futures, share = Worlds().run(scene)
    assert discovery is not None
    assert (futures, discovery.worlds) == (400, 400)
    (limit,) = discovery.boxes[0].limits
    drawn, fails = scene.ran.plan.draws[limit.name], worlds.failing([k.whole for k in scene.ran.kept])
    inside = (drawn >= (limit.low or -np.inf)) & (drawn <= (limit.high or np.inf))
    assert discovery.boxes[0].worlds == inside.sum()
    assert discovery.boxes[0].density == pytest.approx(fails[inside].mean())
    first = discover(drawn[:150, None], fails[:150], [limit.name], 1).boxes[0].limits[0]
    assert (limit.low, limit.high) == (first.low, first.high)
    behind = Worlds().tell(pay, Found(what, discovery, futures, share))["behind"]
    assert behind.startswith("Boxes are looked for in the first 150 futures and measured in all.")


def test_pay_alone_carries_what_hangs_on_pay_alone() -> None:
    """By itself and with all interplay: nothing else has any width but the chance of days, which moves no money here."""
    pay = hillford.hillford(hillford.PAY, promises=(hillford.money(),))
    told = Carries().find(Scene(runs_of(pay, Futures(seed=1, count=80))))
    assert told.figure == pytest.approx(1.0, abs=0.1)
    assert told.sentence.startswith("Pay and prices carries ")
    assert [r.what for r in told.rows][:2] == ["Pay and prices", "Chance, of days and of how each year departs"]
    assert told.rows[1].figure == pytest.approx(0.0, abs=0.05)
    assert any("prices.pay" in r.what and r.figure == pytest.approx(1.0, abs=0.1) for r in told.rows)


def test_the_mildest_world_that_breaks_a_promise_is_told_by_what_was_planted() -> None:
    """Pay alone moves the money, and 85 % of futures keep the limit: it breaks that far out, ``Φ⁻¹(0.85)``."""
    money = hillford.kept_in(hillford.hillford(hillford.PAY, promises=(hillford.money(),)), 0.85, 200)
    told = Reverse().find(Scene(runs_of(money, Futures(seed=1, count=200))))
    assert told.figure == pytest.approx(1.04, abs=0.2)  # Φ⁻¹(0.85), as far as 200 futures tell
    assert told.result == ("pass" if told.figure >= 1 else "amber")
    assert "made-up prices.pay at" in told.sentence
    assert "library’s widths" in told.rows[0].shown
    assert chosen("all")
    assert Reverse not in [type(t) for t in chosen()]


def test_two_alike_carry_half_each() -> None:
    """The room is a sum of two independent parts of equal width: half of the variance each, within the interval."""
    half = hillford.normal("prices.allocation", 0.0, 0.02)
    both = hillford.hillford(hillford.PAY, half, promises=(hillford.money(),))
    found_ = Carries().run(Scene(runs_of(both, Futures(seed=1, count=200))))
    assert found_ is not None
    own = found_.single_shares
    assert own is not None
    at = [found_.single.index(n) for n in ("prices.pay", "prices.allocation")]
    for shares in (own.first, own.total):
        assert all(shares.low[i, 0] <= 0.5 <= shares.high[i, 0] for i in at)
        assert shares.value[at, 0].sum() == pytest.approx(1.0, abs=0.1)


def test_what_always_fails_or_never_has_no_box() -> None:
    for limit, share in ((9e9, "100%"), (-9e9, "0%")):
        plan_ = hillford.hillford(hillford.PAY, promises=(hillford.money(limit),))
        told = Worlds().find(Scene(runs_of(plan_, Futures(seed=1, count=100))))
        assert f"fails in {share} of futures" in told.sentence
        assert told.rows == ()


def test_too_few_futures_are_not_asked() -> None:
    assert "too few" in found(saving(years=2), "worlds").sentence


def test_a_run_tells_every_test_and_the_page_shows_it() -> None:
    told = run_test(hillford.only_shock(saving(years=2), "S2"), COUNT, threads=1)
    assert [t.test for t in told.tests] == [n for n, test in known().items() if not test.alone]
    assert {n.what for n in told.not_tested} == {test.title for test in known().values() if test.alone}
    assert told.not_tested[0].what == known()["incentives"].title, (
        "who loses and has not signed is missing on the first page"
    )
    ran = told.tests[0].model_copy(update={"test": "reverse"})
    assert "The mildest world that breaks it" not in {n.what for n in not_tested((ran,))}
    page = render(told)
    assert said(told.tests) in page
    assert all(t.sentence.partition(".")[0] in page for t in told.tests)
    console = Console(record=True, width=200, file=StringIO())
    print_findings(told, console)
    printed = console.export_text()
    assert said(told.tests) in printed
    assert all((t.sentence[:40] in printed) == (t.result in {"fail", "amber"}) for t in told.tests)


def test_bars_hold_their_figures_on_one_scale() -> None:
    told = found(saving(), "gap")
    drawn = bars(told.rows)
    assert all(0 <= b.start <= b.start + b.width <= 100.01 for b in drawn)
    figures = np.array([b.row.figure or 0.0 for b in drawn])
    widths = np.array([b.width for b in drawn])
    assert np.allclose(widths, np.abs(figures) / max(np.ptp([0.0, *figures, 1.0]), 1e-9) * 100, atol=0.02)


def test_only_prints_what_was_asked_for_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(dict(WHOLE), tmp_path / "plan")
    done = CliRunner().invoke(app, ["test", "plan", "--only", "gap-basis,unidentified", "--futures", "2", "--json"])
    assert done.exit_code == 0, done.output
    assert [t["test"] for t in json.loads(done.stdout)["tests"]] == ["gap-basis", "unidentified"]
    both = CliRunner().invoke(app, ["test", "plan", "--only", "unidentified", "--out", "there"])
    assert both.exit_code == 2
    printed = CliRunner().invoke(app, ["test", "plan", "--only", "unidentified", "--futures", "2"])
    assert "what is behind the savings" in printed.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["plan"]


def test_what_decides_between_plans_is_worth_learning_and_nothing_else_is() -> None:
    """A team brings much or loses much, whatever else; without it the budget holds in half of the futures.

    To know either is worth a quarter: one half is sure then, and of the other half still half is kept, in place of half of all.
    """
    effect = hillford.assumption("team.effect", {"kind": "uniform", "low": 0.0, "high": 0.25}, "effect_strength")
    runs_at = {"kind": "spend", "organisation": "HOS", "recurrent": 3.1e6}
    team = hillford.initiative("team", {**hillford.prevents(0.0), "share": "team.effect"}, runs_at, status="commitment")
    of = hillford.hillford(
        effect,
        hillford.normal("growth.outpatient_first", 0.0, 0.01),
        initiatives=(team,),
        promises=(hillford.money(0.0, asks=0.5),),
    )
    (test,) = chosen("learn")
    told = test.find(Scene(runs_of(of, Futures(seed=1, count=200)), needs_of([test])))
    by = {r.what: r.figure or 0.0 for r in told.rows}
    assert told.result == "shown"
    assert set(by) >= {"made-up team.effect", "made-up growth.outpatient_first"}
    assert by["made-up team.effect"] == pytest.approx(0.25, abs=0.08)
    assert by["made-up growth.outpatient_first"] == pytest.approx(0.25, abs=0.08)
    assert all(
        figure < 0.05
        for what, figure in by.items()
        if what not in ("made-up team.effect", "made-up growth.outpatient_first")
    )


def test_what_is_worth_learning_is_read_off_the_first_futures_of_many() -> None:
    """As many as are held at once: what is drawn in the others is left out as well."""
    promised = {
        "promises": (hillford.money(asks=0.5),),
        "initiatives": (hillford.initiative("save", hillford.saves(2e6)),),
    }
    told = Learn().find(
        Scene(runs_of(hillford.hillford(hillford.PAY, **promised), Futures(seed=1, count=200), batch=100))
    )
    assert (told.result, told.futures) == ("shown", 100)


@pytest.mark.large
def test_every_test_can_be_asked_of_more_futures_than_are_held_at_once() -> None:
    """Also those that take long and are only run when they are named."""
    made = with_library(make(areas=1, organisations=2, initiatives=2, months=36))
    tests = [test() for test in known().values()]
    scene = Scene(runs_of(made, Futures(seed=1, count=150), batch=100), needs_of(tests))
    told = {t.test: t.result for t in find_all(tests, scene)}
    assert set(told) == set(known())
    asked = {name for name, result in told.items() if result != "not asked"}
    assert {
        "beds",
        "claims",
        "incentives",
        "learn",
        "money",
        "plan-b",
        "reverse",
        "scenarios",
        "tornado",
        "worlds",
    } <= asked


def test_with_one_plan_there_is_nothing_to_learn() -> None:
    found_one = found(plan(), "learn")
    assert found_one.result == "not asked"
    assert "nothing to choose" in found_one.sentence


def test_what_swings_the_money_is_ranked_and_each_bar_has_its_two_ends() -> None:
    """Pay of 60 million a year: a point more costs 0.6 million in the first year, and as much again in the second."""
    planted = (hillford.normal("prices.pay", 0.0, 0.01), hillford.normal("growth.outpatient_first", 0.0, 0.001))
    of = hillford.hillford(*planted, promises=(hillford.money(0.0, asks=0.5),))
    (test,) = chosen("tornado")
    told = test.find(Scene(runs_of(of, Futures(seed=1, count=20)), needs_of([test])))
    first = told.rows[0]
    assert first.what == "made-up prices.pay"
    assert first.figure is not None
    assert first.other is not None
    tenth = 1.2816 * 0.01  # of a normal, from its middle
    assert -first.figure == pytest.approx(60e6 * ((1 + tenth) - 1), rel=0.15)
    assert first.other == pytest.approx(60e6 * (1 - (1 - tenth)), rel=0.15)
    assert told.figure == pytest.approx(first.other - first.figure)
    bar = bars(told.rows)[0]
    assert (bar.start, bar.width) == (0.0, 100.0)


def test_where_nothing_has_a_range_nothing_swings() -> None:
    told = found(saving(), "tornado")
    assert (told.result, told.rows) in (("not asked", ()), ("shown", ())), told.sentence


def test_what_a_stress_test_rests_on_is_something_that_anybody_can_read() -> None:
    """No notes of those who wrote it, and no number that only these have."""
    told = {t.name: f"{t.source} {t.grounds} {t.exactly}" for t in known().values()}
    assert len(told) > 40
    assert [n for n, said in told.items() if re.search(r"\bnotes?\b|\bT\d\d\b|\.md\b", said)] == []
