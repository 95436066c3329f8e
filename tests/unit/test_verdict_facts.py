"""What the middle future brings beside what is promised, by outcome."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures import hillford
from fixtures.outcomes import outcomes, promise
from placeplan.core.outcomes import OUTCOMES
from placeplan.plan.initiatives import Group
from placeplan.plan.library import library
from placeplan.stress.grid.facts import SAYS, facts
from placeplan.stress.limits import asked, closes
from placeplan.stress.runs.kept import keep


@pytest.mark.parametrize(
    ("fields", "value", "said"),
    [
        ({"at_least": 0.0}, -20e6, "the deficit is £20m in 2018/19; the promise allows none."),
        ({"at_least": -3e6}, -20e6, "the deficit is £20m in 2018/19; the promise allows £3m."),
        ({"at_least": -3e6}, 2e6, "the surplus is £2m in 2018/19; the promise allows a deficit of £3m."),
        ({"at_least": 0.0}, 2e6, "the surplus is £2m in 2018/19; the promise allows no deficit."),
        ({"at_least": 5e6}, 2e6, "the surplus is £2m in 2018/19; the promise asks for a surplus of £5m."),
        ({"at_most": 0.05, "outcome": "days_over_100"}, 0.213, "patients outnumber beds on 21% of days in 2018/19; the promise allows 5%."),
        ({"at_most": 0.92, "outcome": "occupancy", "statistic": "worst"}, 0.957, "96% of beds are full in 2018/19 in its worst month; the promise allows 92%."),
        ({"at_least": 0.92, "outcome": "within_18"}, 0.85, "85% of the people on the list have waited less than 18 weeks in 2018/19; the promise asks for at least 92%."),
        ({"at_most": 0.1, "outcome": "vacancy_rate"}, 0.132, "13% of funded posts are empty in 2018/19; the promise allows 10%."),
        ({"at_most": 1.5, "outcome": "wait_months"}, 3.42, "people wait 3.4 months on average in 2018/19; the promise allows 1.5."),
        ({"at_most": {"2018/19": 0.9}, "outcome": "unheard_of"}, 0.957, "it comes to 95.7% in 2018/19; the promise allows 90%."),
    ],
)  # fmt: skip
def test_a_figure_beside_its_bound(fields: dict[str, Any], value: float, said: str) -> None:
    p = promise(**fields)
    bound = p.at_least if p.at_least is not None else p.at_most
    good = float(bound["2018/19"] if isinstance(bound, dict) else bound or 0.0)
    many = 12 if p.statistic == "worst" else 1
    run = outcomes({(p.outcome, "system"): [[good] * many + [value] * (2 * many)]})
    k = keep(p, run, "2017/18")
    assert facts(k, "2018/19", run) == f"In the middle future {said}"
    assert facts(k, "2018/19", run, "at Poole Hospital") == f"At Poole Hospital, in the middle future, {said}"


@pytest.mark.parametrize(
    ("fields", "base", "said"),
    [
        ({"at_least": 0.0}, -57e6, " The plan begins so: the deficit is £57m in 2016/17."),
        ({"at_least": 0.0}, 0.0, ""),
        ({"at_least": -60e6}, -57e6, ""),
        ({"at_least": 0.92, "outcome": "within_18"}, 0.857, " The plan begins so: 86% of the people on the list have waited less than 18 weeks in 2016/17."),
        ({"at_least": 0.92, "outcome": "within_18"}, 0.93, ""),
        ({"at_most": {"2018/19": 0.9}, "outcome": "occupancy"}, 0.95, " The plan begins so: 95% of beds are full in 2016/17."),
    ],
)  # fmt: skip
def test_what_the_base_year_broke_already_is_said(fields: dict[str, Any], base: float, said: str) -> None:
    """Nobody broke it who began there: the middle of the base year beyond the bound of the year, whatever the future."""
    p = promise(**fields)
    later = -80e6 if p.outcome == "position" else 0.99 if p.at_most else 0.5
    run = outcomes({(p.outcome, "system"): [[base, later, later], [base, later, later]]})
    told = facts(keep(p, run, "2017/18"), "2018/19", run)
    assert told.partition("; the promise ")[2].partition(".")[0]
    assert told.endswith(said) if said else "begins" not in told


def test_a_base_year_that_is_judged_itself_is_not_told_twice() -> None:
    p = promise(at_least=0.0)
    run = outcomes({("position", "system"): [[-5e6, -6e6, -7e6]]})
    assert "begins" not in facts(keep(p, run, "2016/17"), "2018/19", run)


def test_what_the_library_promises_has_words_of_its_own() -> None:
    assert set(SAYS) <= set(OUTCOMES)
    assert {i.value.outcome for i in library().promises} <= {*SAYS, "position"}


def test_where_the_middle_future_keeps_it_the_break_itself_is_told() -> None:
    """A surplus in the middle future does not explain a break: what breaks it does."""
    p = promise(at_least=-3e6)
    run = outcomes({("position", "system"): [[0.0, 0.0, v] for v in (2e6, 1e6, 1e6, -9e6, -8e6, -7e6, 4e6)]})
    said = facts(keep(p, run, "2017/18"), "2018/19", run)
    assert (
        said
        == "The middle future keeps the promise. Where it breaks, as a rule the deficit is £8m in 2018/19; the promise allows £3m."
    )


def test_a_small_deficit_is_told_apart_from_what_is_allowed() -> None:
    p = promise(at_least=-58e3)
    run = outcomes({("position", "system"): [[0.0, 0.0, -64e3]]})
    said = facts(keep(p, run, "2017/18"), "2018/19", run)
    assert said == "In the middle future the deficit is £64,000 in 2018/19; the promise allows £58,000."


def test_a_closure_that_two_initiatives_share_is_said_once() -> None:
    both = (
        hillford.initiative("a", closes=("Wards at Poole", "240 beds")),
        hillford.initiative("b", closes=("wards at Poole close", "240 beds.")),
    )
    assert closes(hillford.hillford(initiatives=both)) == ("wards at Poole close", "240 beds.")


def test_the_same_people_asked_under_two_initiatives_count_once_whatever_the_source() -> None:
    one = Group(who="Patients", asked=2, affected=6, source="Consultation")
    same = one.model_copy(update={"source": "Consultation, page 9"})
    both = (hillford.initiative("a", involvement=(one,)), hillford.initiative("b", involvement=(same,)))
    assert asked(hillford.hillford(initiatives=both)) == (("Patients", 2, 6),)


def test_the_same_people_asked_under_two_initiatives_count_once() -> None:
    group = Group(who="Patients", asked=2, affected=6, source="Consultation")
    other = Group(who="Patients", asked=1, affected=3, source="Survey")
    both = (hillford.initiative("a", involvement=(group,)), hillford.initiative("b", involvement=(group, other)))
    assert asked(hillford.hillford(initiatives=both)) == (("Patients", 3, 9),)
