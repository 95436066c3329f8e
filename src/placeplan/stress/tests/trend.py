"""Whether less care is planned than anybody has come down to."""

from __future__ import annotations

from typing import Any, NamedTuple

from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.claimed.levels import Level, Seen, fastest, levels, seen
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import lower_first, number
from placeplan.stress.scene import Scene

RARE = 0.9
"""Share of what studies found beyond which a cut is rare; a judgement."""
ORDER: tuple[Result, ...] = ("shown", "pass", "amber", "fail")


class Compared(NamedTuple):
    """A planned level beside its comparators."""

    level: Level
    seen: list[Seen]
    least: tuple[float, str] | None
    result: Result


def compare(level: Level, plan: Plan) -> Compared:
    """A planned level beside its comparators, and what comes of it."""
    beside, least = seen(level, plan), fastest(level.pod)
    studies = next((s.percentile for s in beside if s.what.startswith("studies")), None)
    return Compared(level, beside, least, result_of(level, None if least is None else least[0], studies))


def result_of(level: Level, fastest: float | None, studies: float | None) -> Result:
    """Fail where care is to fall, and faster than anybody delivered; amber where nine in ten studies found less; pass where it is usual.

    fastest: lowest growth a year beyond people and age that was delivered, None where none is known; studies: share of what
    studies found that is no larger than the cut.

    >>> falls = Level("ae", "A&E", True, 0.8, -0.02, 0.03, -0.03)
    >>> result_of(falls, -0.01, 0.5), result_of(falls, -0.05, 0.95), result_of(falls, None, None)
    ('fail', 'amber', 'amber')
    >>> result_of(falls._replace(change=0.01), -0.01, 0.5)
    'pass'
    """
    if level.cut <= 0:
        return "shown"
    if level.change < 0 and fastest is not None and level.beyond < fastest:
        return "fail"
    if studies is None:
        return "amber" if level.change < 0 else "pass"
    return "amber" if studies > RARE else "pass"


class Trend(StressTest):
    """T02: activity against trend."""

    name, title = "trend", "How much less care is planned"
    question = "Has anybody come down to so little care?"
    method = (
        "The test sets the care of the last year with the plan against that with nothing done. It takes what the model finds, and what the plan claims. It tells the change a "
        "year, and the trend with nothing done. Then it takes out what more people and their age bring. What is left is set against England’s growth from 2011 to 2019. The "
        "cut is set against studies, what experts expect and the plans of 2016."
    )
    source = "Nuffield Trust 2017; Strategy Unit (growth 2011 to 2019, and elicitation of 2024); the library’s evidence"
    exactly = (
        "Care given in the last year with the plan over that with nothing done, as the model finds it and as the plan claims it; its change a year against the trend with nothing done."
        " Beyond people and age it is held beside England’s growth from 2011 to 2019, and the cut beside studies, experts’ expectations and the plans of 2016."
    )
    needs = frozenset({"activity"})

    def ask(self, plan: Plan) -> str:
        """There must be a year after the base year."""
        return "" if plan.about.months >= 24 else "The plan is run for one year only."

    def run(self, scene: Scene) -> tuple[list[Compared], int]:
        """Each kind of care that changes, the worst first."""
        found = [compare(level, scene.plan) for level in levels(scene.plan, *scene.first)]
        return sorted(found, key=lambda c: (-ORDER.index(c.result), c.level.ratio)), scene.first[0].count

    def tell(self, plan: Plan, found: tuple[list[Compared], int]) -> dict[str, Any]:
        """The worst, and every kind of care with its comparators."""
        del plan
        each, futures = found
        common = {"unit": "share less care than if nothing is done", "futures": futures}
        if not any(c.level.cut > 0 for c in each):
            return {
                **common,
                "result": "pass",
                "sentence": "The plan counts on no less care of any kind than if nothing is done.",
            }
        rows = tuple(row for c in each for row in _rows(c))
        worst = each[0]
        return {
            **common, "result": worst.result, "figure": worst.level.cut, "rows": rows, "sentence": _sentence(worst),
            "threshold": "no fall that is faster than the fastest delivered; not beyond nine in ten studies (a judgement)",
        }  # fmt: skip


def _sentence(c: Compared) -> str:
    level = c.level
    said = "The plan claims" if level.claimed else "The plan counts on"
    change = f"{said} {level.cut:.1%} less of {lower_first(level.name)} than if nothing is done: {_way(level.change)} a year, where the trend is {_way(level.trend)}."
    if c.result == "fail" and c.least:
        return f"{change} Beyond people and age that is {number(level.beyond, 'share')} a year; the lowest that was delivered is {number(c.least[0], 'share')}."
    if c.result == "amber":
        return f"{change} {'Nine in ten studies found less.' if c.seen else 'No study tells whether that can be done.'}"
    return f"{change} Studies have found as much."


def _way(change: float) -> str:
    """A change a year in words.

    >>> _way(0.021), _way(-0.021), _way(0.0001)
    ('2.1% more', '2.1% less', 'no change')
    """
    return "no change" if abs(change) < 5e-4 else f"{abs(change):.1%} {'more' if change > 0 else 'less'}"


def _rows(c: Compared) -> list[StressRow]:
    level = c.level
    what = f"{level.name}, {'as claimed' if level.claimed else 'as the model finds'}"
    shown = f"{abs(level.cut):.1%} {'less' if level.cut > 0 else 'more'} than if nothing is done; {_way(level.change)} a year, trend {_way(level.trend)}"
    rows = [StressRow(what=what, figure=level.cut, result=c.result, shown=shown)]
    if level.cut <= 0:
        return rows
    if c.least:
        rows.append(
            StressRow(
                what=f"– beyond people and age: {c.least[1]}",
                shown=f"{level.beyond:+.1%} a year; lowest delivered {c.least[0]:+.2%}",
            )
        )
    rows += [
        StressRow(
            what=f"– of what {s.what}",
            shown=f"as much as or more than {s.percentile:.0%} ({s.rows} row{'s' if s.rows > 1 else ''})",
        )
        for s in c.seen
    ]
    return rows
