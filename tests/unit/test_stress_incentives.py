"""Who loses by going along, told: a plan in which one must lose under tariff and all gain under another contract; terms that hold."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from fixtures import clinic, hillford
from fixtures.clinic import CLINIC, LOST, SPARED
from fixtures.runs import runs_of
from fixtures.stressed import row_of
from placeplan.cli.runs.going_along import refuse_too_many
from placeplan.core.errors import PlanError
from placeplan.core.tables import Organisation
from placeplan.futures.sample import Futures
from placeplan.incentives.parts import parts_of
from placeplan.incentives.terms import NoTerms, Terms, all_by, sure_by
from placeplan.plan.schema import Plan
from placeplan.stress.incentives.found import look
from placeplan.stress.incentives.offer import leanings_with, offer_of
from placeplan.stress.incentives.replies import with_replies
from placeplan.stress.incentives.rows import rows_of
from placeplan.stress.incentives.telling import Telling
from placeplan.stress.incentives.worlds import Worlds, where_gone
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.scene import Scene
from placeplan.stress.tests.incentives import Incentives

COUNT = 4
REPLY = 0.02 * 60e6 * 0.5
"""£ a year that the hospital has by taking 2 % more patients."""
SAYS: dict[str, Any] = {"position": "signed", "date": "2016-10", "source": "made up"}
ALL_SIGNED = tuple({"organisation": o, **SAYS} for o in ("CCG", "HOS"))
EASY = (hillford.money(-9e6), hillford.beds())
"""Promises that the hospital keeps whatever happens."""


def found(of: Plan, count: int = COUNT, **asked: Any) -> StressFinding:
    return Incentives(**asked).find(Scene(runs_of(of, Futures(seed=1, count=count))))


@cache
def under_tariff() -> StressFinding:
    return found(clinic.place(promises=EASY), cap=0.05)


@pytest.mark.shows(59)
def test_a_hospital_that_must_lose_under_tariff_is_found_with_its_size_and_what_would_keep_it() -> None:
    told = under_tariff()
    assert (told.result, told.figure) == ("fail", 1.0)
    assert told.sentence == (
        "Hillford Hospital is £1.4m a year worse off by the plan and has not signed Clinic. 1 of 2 organisations that carry a part would do"
        " better by leaving: Hillford Hospital. Payments of £2m a year between them would keep all, each in 80 of 100 futures at least,"
        " and all at once in 100 of 100."
    )
    lost = row_of(told, "Hillford Hospital")
    assert lost.result == "fail"
    assert lost.figure == pytest.approx(-(LOST - SPARED), rel=1e-3)
    assert "if the minimum is done, " in lost.shown
    assert "if it leaves alone and takes 2% more of the patients that it is paid for by the contact" in lost.shown
    assert row_of(told, "Terms: Hillford Hospital").shown == "is paid £2m a year; goes along in 100 of 100 futures"
    assert row_of(told, "Terms: all at once").shown == "under these terms all go along in 100 of 100 futures"
    assert row_of(told, "Hillford Hospital by Clinic").shown.endswith("2017/18 −£1.4m")
    assert row_of(told, "Hillford Hospital, year by year").shown == "2017/18 −£1.4m with the plan and +£0.6m alone"
    assert "1 of 2 carry their parts" in told.behind
    assert "in 80 of 100 futures is asked of each by itself" in told.behind
    assert "Payments are made in 2017/18, spread over all its months from the first on" in told.behind


def test_under_a_blended_contract_with_a_gain_share_all_gain() -> None:
    """Of 2,000 admissions less it loses 55 %, and has 1.2m for visits, 0.3m of the gain, and spares 1.4m."""
    told = found(clinic.place(contracts=clinic.blended(), promises=EASY))
    assert told.result == "pass"
    assert (
        told.sentence
        == "Nobody loses who has not signed. Of 2 organisations that carry a part none would do better by leaving."
    )
    hospital, commissioner = row_of(told, "Hillford Hospital"), row_of(told, "Hillford Commissioner")
    assert hospital.figure == pytest.approx(-0.55 * 4e6 + 1.2e6 + 3e5 + SPARED, rel=1e-3)
    assert commissioner.figure == pytest.approx(0.55 * 4e6 - 1.2e6 - 3e5 - CLINIC, rel=1e-3)


def test_who_has_signed_may_lose_and_the_plan_asks_for_a_look() -> None:
    told = found(clinic.place(clinic.clinic(sign_offs=ALL_SIGNED), promises=EASY), cap=0.05)
    assert (told.result, told.figure) == ("amber", 0.0)
    assert told.sentence.startswith("Nobody loses who has not signed.")


def in_years(plan: Plan, months: int) -> Plan:
    """The same over so many months, of which all but the first twelve are judged."""
    return plan.changed(about=plan.about.model_copy(update={"months": months}))


DEARER = hillford.normal("prices.general", 0.03, 0.01)


@pytest.mark.shows(59)
@pytest.mark.parametrize(
    ("plan", "sure"),
    [
        (clinic.place(promises=EASY, planted=(hillford.SMALL_GROWTH,)), 0.9),
        (clinic.place(promises=EASY, planted=(hillford.SMALL_GROWTH,)), 0.4),
        (in_years(clinic.place(promises=EASY, planted=(hillford.SMALL_GROWTH, DEARER)), 48), 0.8),
        (clinic.place(promises=(hillford.money(3e5), hillford.beds()), planted=(hillford.SMALL_GROWTH,)), 0.8),
    ],
    ids=["as surely as money decides", "the mean asks for more", "three years of dearer prices", "a duty on money that leaving keeps"],
)  # fmt: skip
def test_terms_hold_when_everybody_is_asked_again_in_runs_with_them_as_contracts(plan: Plan, sure: float) -> None:
    """Paid under a block contract from the first month judged on, going along is each one's best reply in a new run.

    What each needs more is what it needed less what it is now paid, so that what is told a year is what the contract pays.
    """
    runs = Futures(seed=1, count=20)
    seen = look(runs_of(plan, runs))
    offer = offer_of(plan, seen, sure=sure, cap=0.1)
    assert isinstance(offer.terms, Terms)
    assert offer.still_leave == ()
    assert leanings_with(seen, np.zeros(2)).min() < 0  # without them somebody leaves
    agreed = clinic.agreed(plan, dict(zip(seen.players, offer.terms.pay, strict=True)))
    rerun = look(runs_of(agreed, runs))
    assert rerun.players == seen.players
    again = offer_of(agreed, rerun, sure=sure, cap=0.1)
    assert (leanings_with(rerun, np.zeros(2)) >= 0).all()
    assert (again.least <= 1e-2).all()
    assert (sure_by(again.needs, np.full(2, 1e-2)) >= sure).all()
    assert all_by(again.needs, np.full(2, 1e-2)) == offer.all_at_once
    assert again.needs == pytest.approx(offer.needs - offer.terms.pay[:, None], abs=1e-2)


def test_less_than_the_terms_leaves_somebody_who_would_leave_when_asked_again() -> None:
    """They are the smallest: with a hundredth less in the contract the hospital needs just that much."""
    plan = clinic.place(promises=EASY, planted=(hillford.SMALL_GROWTH,))
    runs = Futures(seed=1, count=20)
    seen = look(runs_of(plan, runs))
    offer = offer_of(plan, seen, sure=0.4, cap=0.05)
    assert isinstance(offer.terms, Terms)
    agreed = clinic.agreed(plan, dict(zip(seen.players, 0.99 * offer.terms.pay, strict=True)))
    rerun = look(runs_of(agreed, runs))
    hospital = seen.players.index("HOS")
    assert leanings_with(rerun, np.zeros(2))[hospital] < 0
    assert offer_of(agreed, rerun, sure=0.4).least[hospital] == pytest.approx(0.01 * offer.terms.pay[hospital])
    assert isinstance(offer_of(plan, seen, sure=0.9, cap=0.01).terms, NoTerms)


def test_shares_of_the_gain_are_best_replies_within_the_caps_or_it_is_told_that_none_do() -> None:
    """All gain £1.7m a year, so that the hospital's £2m would be more than all of it; with smaller needs a share does."""
    plan = clinic.place(promises=EASY, planted=(hillford.SMALL_GROWTH,))
    seen = look(runs_of(plan, Futures(seed=1, count=20)))
    none = offer_of(plan, seen, sure=0.8, cap=0.05)
    assert isinstance(none.shares, NoTerms)
    told_of = Telling(plan, seen, none)
    said = next(r.shown for r in rows_of(told_of) if r.what == "Or as shares of what all gain")
    assert said == "none do: no share within its cap brings Hillford Hospital along, surely enough and on average"
    mild = clinic.place(promises=EASY, planted=(hillford.SMALL_GROWTH,), contracts=clinic.blended(0.75))
    seen = look(runs_of(mild, Futures(seed=1, count=20)))
    offer = offer_of(mild, seen, sure=0.8, cap=0.05)
    assert isinstance(offer.shares, Terms)
    assert offer.shares.moved > 0
    paid = offer.shares.pay[:, None] * offer.gains
    assert (leanings_with(seen, paid) >= 0).all()
    assert offer.shares_leave == ()
    assert (np.abs(paid) <= offer.caps[:, None]).all()
    assert (sure_by(offer.needs, paid) >= 0.8).all()


def test_without_any_terms_it_is_proved_and_explained() -> None:
    """What the clinic costs the hospital is more than it spares the commissioner: no payment keeps both."""
    dear = clinic.clinic()
    costly = dear.model_copy(
        update={"effects": (dear.effects[0], dear.effects[1].model_copy(update={"recurrent": 2.4e6}))}
    )
    plan = clinic.place(costly, promises=EASY)
    told = found(plan, cap=0.05)
    assert told.result == "fail"
    need = LOST - SPARED + REPLY
    short = need - (LOST - 2.4e6)
    assert told.sentence.endswith(
        f"No payments between them would keep all: those who need more need £{short / 1e6:.1f}m a year beyond what the others could give and still be as well off."
    )
    seen = look(runs_of(plan, Futures(seed=1, count=COUNT)))
    offer = offer_of(plan, seen, cap=0.05)
    assert isinstance(offer.terms, NoTerms)
    assert offer.terms.proof is not None
    assert offer.terms.programme is not None
    assert offer.terms.proof.holds(offer.terms.programme)
    assert offer.terms.short == pytest.approx(short, rel=1e-3)
    assert "in 80 of 100 futures is asked of each by itself" in told.behind


def test_a_duty_that_money_does_not_mend_keeps_one_away() -> None:
    """By going along the hospital closes beds that it has to have; by leaving it keeps them: no payment brings it along."""
    ward = {"kind": "resize", "site": "HOS", "pool": "general", "beds": -60}
    closes = hillford.initiative("close", ward, start="2017-04")
    plan = clinic.place(clinic.clinic(), closes, promises=(hillford.money(-9e6), hillford.beds(0.95)))
    told = found(plan)
    assert "by going along Hillford Hospital would break a duty that money does not mend" in told.sentence
    assert row_of(told, "Terms: Hillford Hospital").shown.startswith("no payment brings it along")


def test_who_loses_by_what_others_decide_and_cannot_leave_is_told_with_the_terms() -> None:
    """The commissioner keeps a tenth of the admissions away from the hospital, which decides nothing: half their price is lost."""
    pays = {"kind": "spend", "organisation": "T01", "recurrent": 1e5}
    own = hillford.initiative("keeps", hillford.prevents(0.1), owner="CCG", start="2017-04")
    base = clinic.place(own, hillford.initiative("shared", pays, owner="CCG", start="2017-04"), promises=EASY)
    trust = Organisation(id="T01", name="Trust 1", type="acute", **hillford.SOURCE)
    plan = base.changed(tables={**base.tables, "organisations": (*base.tables["organisations"], trust)})
    told = found(plan)
    assert told.sentence.endswith(
        "No terms are asked for Hillford Hospital (£2m a year), who loses by the plan and cannot leave, as it carries no part."
    )
    assert row_of(told, "Terms: Hillford Hospital").shown == (
        "loses £2m a year by the plan; it carries no part, so it cannot leave, and no terms are asked for it"
    )
    assert not any("cannot leave" in r.shown for r in under_tariff().rows)  # there it carries a part


def test_of_whom_it_hangs_on_the_futures_whether_it_leaves_is_named() -> None:
    """Of a claim of £6.4m about as much is saved as the hospital loses, more in some futures and less in others; the payer is settled."""
    spared = hillford.assumption("spared", {"kind": "normal", "mean": 6.4e6, "sd": 2e6}, "efficiency")
    (moved,) = clinic.place().initiatives
    saving = {"line": "pay", "amount": "spared", "maturity": "identified"}
    (spares,) = hillford.initiative("spares", {"kind": "spend", "organisation": "HOS", "saving": saving}).effects
    both = moved.model_copy(update={"effects": (*moved.effects, spares)})
    told = found(clinic.place(both, planted=(spared,), promises=EASY), count=12)
    assert (
        "Whether these would leave is not settled, and more futures may tell otherwise: Hillford Hospital (would in "
        in told.behind
    )
    assert "Hillford Commissioner (would" not in told.behind


def test_one_organisation_alone_cannot_be_asked() -> None:
    told = found(clinic.place(hillford.initiative("save", hillford.saves(1e6))))
    assert (told.result, told.rows) == ("not asked", ())


def of_fifteen() -> Plan:
    """The clinic, and an initiative for which thirteen more trusts pay."""
    many = tuple(
        Organisation(id=f"T{n:02d}", name=f"Trust {n}", type="acute", **hillford.SOURCE) for n in range(13)
    )  # fmt: skip
    pays = tuple({"kind": "spend", "organisation": o.id, "recurrent": 1e4 * (n + 1)} for n, o in enumerate(many))
    base = clinic.place(clinic.clinic(), hillford.initiative("shared", *pays, owner="CCG"))
    return base.changed(tables={**base.tables, "organisations": (*base.tables["organisations"], *many)})


def test_of_many_organisations_all_is_told_that_needs_no_sets() -> None:
    """Who loses, who would leave, whose leaving breaks the plan and the terms hang on no set; where it ends and fair shares do."""
    told = found(of_fifteen(), count=2)
    assert (
        told.sentence.startswith(
            "Hillford Hospital is £1.4m a year worse off by the plan and has not signed Clinic and 1 more."
        )
        or "has not signed Clinic" in told.sentence
    )
    assert (told.result, {r.group for r in told.rows}) == (
        "fail",
        {
            "Each organisation",
            "Year by year",
            "What each initiative brings",
            "Whose leaving breaks the plan",
            "Fair shares",
            "Terms",
        },
    )
    assert row_of(told, "Terms: Hillford Hospital").shown.startswith("needs £2m a year")
    assert row_of(told, "Hillford Hospital by Clinic").shown.endswith("2017/18 −£1.4m")
    left_out = "15 organisations carry a part, so there are 32,768 sets of them, too many to run all: where it ends, who would leave because another does, and fair shares are not told."
    assert row_of(told, "Fair shares").shown.startswith(left_out)
    assert left_out in told.behind
    assert row_of(told, "If Hillford Commissioner left").shown.count("who would leave because of it is not known") == 1


def test_of_many_organisations_the_verb_asks_how_to_sample() -> None:
    plan = of_fifteen()
    with pytest.raises(PlanError) as asked:
        refuse_too_many(plan, 0)
    assert [(p.code, p.file) for p in asked.value.problems] == [("too-many-sets", "--orders")]
    refuse_too_many(plan, 20)
    drawn = found(plan, count=2, orders=4)
    assert drawn.result in {"fail", "amber"}
    shares = {r.what: r.shown for r in drawn.rows if r.what.startswith("Fair: Trust")}
    assert len(shares) == 13
    assert (
        "There are too many sets to run all: fair shares come from 4 drawn orders in each of 2 futures" in drawn.behind
    )


def test_sets_have_as_many_futures_as_the_work_that_they_may_be_allows() -> None:
    """As many as the plan where that is enough, else a power of 2, else the least number; the report says how many."""
    plan, count = clinic.place(promises=EASY), 64
    worlds = Worlds(runs_of(plan, Futures(seed=1, count=count)), with_replies(plan, ("CCG", "HOS")), parts_of(plan))
    sets = [where_gone(worlds.parts, frozenset(some), {}) for some in ((), ("CCG",), ("HOS",), ("CCG", "HOS"))]
    whole = next(work for work in (1e4 * 2.0**n for n in range(40)) if worlds.afforded(sets, count, work) == count)
    assert [worlds.afforded(sets, count, share * whole) for share in (0.26, 0.13, 0.0)] in ([16, 8, 0], [32, 16, 0])
    assert worlds.afforded(sets, 2, 0.0) == 2  # few are stepped through
    for work, futures in ((0.0, 16), (whole, 64)):
        runs = runs_of(plan, Futures(seed=1, count=count))
        runs.progress.total = before = Incentives().foreseen(plan, count)
        told = Incentives(work=work).find(Scene(runs))
        assert f"4 sets of organisations were run, in {futures} futures each" in told.behind
        assert before - 4 * 64 < runs.progress.total <= before - 4 * (64 - futures)  # some sets leave the same world
