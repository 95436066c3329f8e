"""Five places, five words, on the real model; planted causes; strict against open; what nobody has identified."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from fixtures import hillford
from fixtures.outcomes import outcomes
from placeplan.core import streams
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes
from placeplan.plan.promises import Promise
from placeplan.plan.schema import NotPublished, Plan
from placeplan.stress import run
from placeplan.stress.findings import Findings
from placeplan.stress.verdict.sentence import MOST_WORDS


@cache
def found(word: str) -> Findings:
    return run.test_plan(hillford.FIVE[word](), hillford.FUTURES, threads=1)


@pytest.mark.shows(1)
@pytest.mark.parametrize("word", list(hillford.FIVE))
def test_five_places_return_five_words_with_reasons(word: str) -> None:
    f = found(word)
    assert f.verdict == word
    assert f.sentence.lower().startswith(f"{word}:")
    assert len(f.sentence.split()) <= MOST_WORDS
    assert bool(f.reasons) == (word != "workable" or f.first_break is not None)


def test_the_word_is_said_with_its_ground() -> None:
    assert "Hillford Hospital" in found("fragile").sentence
    assert found("fragile").hangs_on
    assert found("fragile").first_break is not None
    assert found("unworkable").sentence == (
        "Unworkable: “Deficit within the agreed limit” at Hillford Hospital is kept in fewer than 1 in 5 futures."
    )
    assert "would settle it" in found("withheld").sentence
    assert "pay and price" in found("withheld").sentence
    more = found("not settled").more_futures
    assert more is not None
    assert f"{more:,} more futures" in found("not settled").sentence


def test_no_word_is_forced_the_same_place_moves_down_and_up_again() -> None:
    """Workable, then with pay that may run away fragile, then workable again: no stage is remembered."""
    words = [found(w).verdict for w in ("workable", "fragile", "unworkable", "workable")]
    assert words == ["workable", "fragile", "unworkable", "workable"]


def test_findings_hang_together() -> None:
    for word in hillford.FIVE:
        f = found(word)
        hard = [p for p in f.promises if p.hard]
        assert f.hard_count == len(hard)
        assert all(p.low <= p.P <= p.high for p in hard if p.P is not None)
        assert f.all_hard_P is not None
        assert f.all_hard_P <= min(p.P or 0.0 for p in hard)
        assert f.kept_worst_tenth <= f.kept_median <= f.hard_count
        assert sum(s.amount for s in f.bridge[:-1]) == pytest.approx(f.bridge[-1].amount, abs=1.0)
        outlined = [c for p in f.promises for c in p.by_year if c.first_break]
        assert bool(outlined) == (f.first_break is not None)
        assert type(f).model_validate_json(f.model_dump_json()) == f


@cache
def cause(*planted: str) -> str:
    """The cause that is named where these are planted, and the limit is missed in a quarter of the futures or more."""
    sets = {"pay": hillford.PAY, "growth": LITTLE_GROWTH, "late": LATE, "capital": UNSECURED}
    plan = hillford.hillford(
        *(sets[p] for p in planted), promises=(hillford.money(3e6),), initiatives=INITIATIVES.get(planted, ())
    )
    plan = plan if "capital" in planted else hillford.kept_in(plan, 0.75, 80)
    return run.test_plan(hillford.only_shock(plan, "S2"), 80, threads=1).cause_verdict


LITTLE_GROWTH = hillford.normal("growth.emergency_admission", 0.0, 0.008)
"""Moves the position by 0.19 million, a sixth of what pay does: which is the larger is no matter of the seed."""
BUILT = {"need": 1e3, "organisation": "HOS"}
LATE = hillford.assumption("initiative.delay", {"kind": "uniform", "low": 0.0, "high": 20.0}, "delay")
UNSECURED = hillford.assumption("capital.secured", {"kind": "uniform", "low": 0.4, "high": 0.8}, "capital")
INITIATIVES = {
    ("late",): (hillford.initiative("saving", hillford.saves(12e6)),),
    ("capital",): (hillford.initiative("hub", hillford.saves(12e6), capital=BUILT),),
}


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        (("pay",), "Pay and prices"),
        (("growth",), "Growth of demand"),
        (("pay", "growth"), "Pay and prices"),
        (("late",), "Delay"),
        (("capital",), "Building money"),
    ],
)
def test_the_planted_cause_is_named(planted: tuple[str, ...], named: str) -> None:
    assert cause(*planted) == named


def test_remove_a_planted_cause_and_the_cause_that_is_named_changes() -> None:
    assert cause("pay", "growth") == "Pay and prices"
    assert cause("growth") == "Growth of demand"


@pytest.mark.shows(26)
def test_only_commitments_count_in_the_strict_run() -> None:
    saving = hillford.initiative("saving", hillford.saves(12e6), status="aspiration")
    plan = hillford.hillford(hillford.SMALL_GROWTH, promises=(hillford.money(3e6),), initiatives=(saving,))
    f = run.test_plan(hillford.only_shock(plan, "S2"), hillford.FUTURES, threads=1)
    assert (f.verdict, f.strict_verdict) == ("workable", "unworkable")
    assert (f.all_hard_P, f.strict_all_hard_P) == (1.0, 0.0)
    committed = plan.changed(initiatives=(saving.model_copy(update={"status": "commitment"}),))
    g = run.test_plan(hillford.only_shock(committed, "S2"), hillford.FUTURES, threads=1)
    assert (g.verdict, g.strict_verdict) == ("workable", "workable")


@pytest.mark.shows(65)
def test_what_nobody_has_identified_counts_as_nothing() -> None:
    claim = {
        "what": "saves 12 million a year",
        "outcome": "position",
        "value": 12e6,
        "unit": "£ a year",
        "source": "made up",
    }
    hope = hillford.initiative("hope", hillford.saves(12e6, "unidentified", "unidentified"), claims=(claim,))
    f = run.test_plan(
        hillford.only_shock(hillford.hillford(promises=(hillford.money(3e6),), initiatives=(hope,)), "S2"),
        40,
        threads=1,
    )
    step = next(s for s in f.bridge if s.id == "hope")
    assert (step.amount, step.claimed) == (0.0, 12e6)
    assert f.claims[0].reason == "no plan behind it, counted as nothing"
    assert f.all_hard_P == f.do_minimum_all_hard_P


@pytest.mark.shows(17)
def test_initiatives_that_hope_for_the_same_patients_are_counted_once() -> None:
    """Two that each prevent half leave a quarter: together they bring less than twice the one, and the bridge adds up."""
    one, two = hillford.initiative("one", hillford.prevents(0.5)), hillford.initiative("two", hillford.prevents(0.5))

    def left(*initiatives: object) -> tuple[float, list[float]]:
        plan = hillford.only_shock(hillford.hillford(promises=(hillford.money(),), initiatives=initiatives), "S2")
        bridge = run.test_plan(plan, 40, threads=1).bridge
        return bridge[-1].amount, [s.amount for s in bridge if s.id in {"one", "two"}]

    nothing, _ = left()
    alone, _ = left(one)
    both, parts = left(one, two)
    assert sum(parts) == pytest.approx(both - nothing, rel=1e-9)
    assert both - nothing < 1.6 * (alone - nothing)
    assert parts[0] == pytest.approx(parts[1], rel=1e-9), "each has half of what they share"


@pytest.mark.shows(28)
def test_building_money_that_does_not_come_keeps_an_initiative_from_starting() -> None:
    unfunded = hillford.fixed("capital.secured", 0.0)
    claim = {
        "what": "saves 6 million a year",
        "outcome": "position",
        "value": 6e6,
        "unit": "£ a year",
        "source": "made up",
    }
    hub = hillford.initiative("hub", hillford.saves(12e6), capital=BUILT, claims=(claim,))
    f = run.test_plan(hillford.only_shock(hillford.hillford(unfunded, initiatives=(hub,)), "S2"), 40, threads=1)
    assert next(s.amount for s in f.bridge if s.id == "hub") == 0.0
    assert f.claims[0].reason == "not started: its building money does not come"


@pytest.mark.shows(46)
def test_the_common_shocks_are_run_on_every_promise_each_with_its_pass_line() -> None:
    f = found("workable")
    assert [s.id for s in f.scenarios] == ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8.HOS", "S9"]
    assert all(set(s.P) == {"money", "beds"} for s in f.scenarios)
    assert [s.id for s in f.scenarios if not s.decides] == ["S8.HOS", "S9"]
    assert all(s.all_hard_P is not None and s.all_hard_P >= 0.5 for s in f.scenarios if s.decides)
    shocked = {s.id: s.P["money"] for s in found("fragile").scenarios}
    assert shocked["S5"] < shocked["S2"], "pay and prices rise two points faster"


def test_the_findings_do_not_depend_on_processes_or_listing_order() -> None:
    plan = hillford.only_shock(hillford.fragile(), "S2")
    turned = plan.changed(promises=plan.promises[::-1], assumptions=plan.assumptions[::-1])
    one, other = (
        run.test_plan(p, 60, threads=t).model_copy(update={"seconds": None}) for p, t in ((plan, 1), (turned, 2))
    )
    assert one == other


def toy(
    plan: Plan, baseline: object, futures: Futures, *_: object, draws: Any = None, keep: Any = (), **__: object
) -> Outcomes:
    """A model in one line: the hospital is in surplus in 74 of 100 futures, whatever is done; what no promise is about is 0."""
    u = streams.uniform(streams.words(np.array([5 + len(futures.redrawn)], dtype=np.uint64), futures.numbers(), 0))[0]
    flat = np.repeat(np.where(u < 0.74, 1.0, -1.0)[:, None], 24, axis=1)
    promised = {p.outcome for p in plan.promises}
    made = {
        (name, o): flat * 0
        for name in sorted(set(keep or ()) - promised)
        for o in ("HOS", "CCG", "HOS/general", "system")
    }
    made |= {("position", o): flat for o in ("HOS", "CCG", "system")}
    made |= {(name, f"HOS/{what}"): flat * 0 for name, what in (("activity", "none"), ("occupancy", "general"))}
    made |= {(name, "HOS/general"): flat * 0 + 1 for name in ("occupied", "beds_open")}
    return outcomes(made, years=2, draws=draws or {a.id: np.zeros(len(u)) for a in plan.assumptions})


def test_where_it_is_allowed_as_many_futures_are_run_as_settle_it() -> None:
    plan = hillford.only_shock(hillford.hillford(hillford.PAY, promises=(hillford.money(0.0),)), "S2")
    open_one = run.test_plan(plan, 20, threads=1, model=toy)
    assert (open_one.verdict, open_one.futures) == ("not settled", 20), open_one.promises
    assert open_one.more_futures is not None
    assert run.test_plan(plan, 20, threads=1, model=toy, most_futures=21).futures == 20
    settled = run.test_plan(plan, 20, threads=1, model=toy, most_futures=5000)
    assert settled.verdict == "fragile"
    assert settled.futures >= 20 + open_one.more_futures
    assert settled.promises[0].state == "short"


def test_progress_counts_futures_to_the_end() -> None:
    told: list[tuple[int, int, str]] = []
    plan = hillford.only_shock(hillford.hillford(hillford.PAY, promises=(hillford.money(0.0),)), "S2")
    run.test_plan(plan, 30, threads=1, model=toy, progress=lambda *step: told.append(step))
    assert [d for d, _, _ in told] == sorted(d for d, _, _ in told)
    assert all(done <= total for done, total, _ in told)
    assert told[-1][2] == "done"
    assert told[-1][0] == told[-1][1]


def quick(*promises: Promise, **about: object) -> Findings:
    """Findings of the one-line model."""
    plan = hillford.only_shock(hillford.hillford(hillford.PAY, promises=(hillford.money(),)), "S2")
    described = plan.about.model_copy(update=about)
    return run.test_plan(plan.changed(promises=promises, about=described), 60, threads=1, model=toy)


def test_what_the_callout_names_first_the_line_under_the_sentence_names_too() -> None:
    """Annual promises tie in March: the commonest first break is named, not the one whose id comes first."""
    f = quick(hillford.money(0.0, id="zeal", asks=0.5), hillford.money(0.5, id="calm", organisation="CCG", asks=0.5))
    assert f.first_break is not None
    assert "first at" not in f.under_sentence or f.first_break.organisation_name in f.under_sentence
    sure = quick(
        hillford.money(5.0, id="calm", organisation="CCG"), hillford.money(5.0, id="zeal", statistic="worst"),
        hillford.money(6.0, id="more"),
    )  # fmt: skip
    assert sure.first_break is not None
    assert sure.first_break.organisation_name in sure.under_sentence


def test_without_a_promise_there_is_nothing_to_test() -> None:
    f = quick()
    assert f.verdict == "no promises"
    assert f.sentence == "No promises: this plan makes none yet, so there is nothing to test."
    assert (f.first_break, f.causes, f.all_hard_P, f.years) == (None, (), None, ("2017/18",))


def test_aims_are_shown_and_do_not_decide() -> None:
    f = quick(hillford.money(0.0, hard=False))
    assert f.sentence == "No promises: this plan has aims alone, so nothing decides."
    assert f.promises[0].state == "close"


def test_a_hard_promise_without_data_withholds_what_would_be_workable() -> None:
    staff = Promise(
        id="staff",
        name="Posts filled",
        group="staff",
        organisation="HOS",
        outcome="vacancies",
        at_most=0.1,
        source="made up",
    )
    f = quick(hillford.money(-9.0, asks=0.5), staff)
    assert f.verdict == "withheld"
    assert f.sentence.startswith("Withheld: data on “Posts filled” for Hillford Hospital would settle it")
    assert f.promises[-1].state == "no_data"
    assert any("Posts filled" in w for w in f.warnings)


@pytest.mark.shows(52)
def test_what_is_kept_back_is_listed_with_its_reason() -> None:
    f = quick(hillford.money(), not_published=(NotPublished(what="The board's paper", reason="Commercial"),))
    assert [(n.what, n.why) for n in f.not_published] == [("The board's paper", "Commercial")]
    assert any(n.what == "Waiting lists" for n in f.not_modelled)
    assert f.not_tested


def test_a_deficit_that_was_there_from_the_start_is_not_blamed_on_growth() -> None:
    steady = run.test_plan(hillford.only_shock(hillford.hillford(promises=(hillford.money(1e6),)), "S2"), 20, threads=1)
    assert steady.cause_verdict == "the plan itself"
    assert steady.first_break is not None
    assert steady.first_break.cause == "costs already stand above income"
    growing = hillford.normal("prices.pay", 0.05, 0.001)
    worse = run.test_plan(
        hillford.only_shock(hillford.hillford(growing, promises=(hillford.money(-1e6),)), "S2"), 20, threads=1
    )
    assert worse.first_break is not None
    assert worse.first_break.cause == "costs grow faster than income"
    both = run.test_plan(
        hillford.only_shock(hillford.hillford(growing, promises=(hillford.money(1e6),)), "S2"), 20, threads=1
    )
    assert both.first_break is not None
    assert both.first_break.cause == "costs already stand above income and grow faster"
    assert "The plan begins so: " in both.first_break.headline


def test_a_condition_reads_as_one() -> None:
    """What the plan hangs on: what has to stay away, and what it would do."""
    (line,) = [h for h in found("fragile").hangs_on if "hard winter" in h]
    assert line == (
        "This does not come about: a hard winter every year. If it did, “Deficit within the agreed limit” at Hillford"
        " Hospital would be kept in fewer than half of the futures."
    )
