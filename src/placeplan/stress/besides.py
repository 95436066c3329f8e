"""What else happens: figures that nobody promised, with the plan and with nothing done, in the last year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np

from placeplan.core.outcomes import OUTCOMES
from placeplan.core.tables import SYSTEM, AreaPeople, Pod
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.schema import Plan
from placeplan.stress.findings import Beside

Better = Literal["less", "more", "neither"]


class Shown(NamedTuple):
    """A figure to show: an outcome of one entity, in words."""

    group: str
    what: str
    outcome: str
    entity: str
    unit: str
    better: Better = "less"
    note: str = ""


ASSOCIATION = "Goes with long waits for a bed in studies; what causes what is not known. Shown, never an aim."
FIGURES: tuple[Shown, ...] = (
    Shown("Staff", "Posts without anybody in them", "vacancies", SYSTEM, "posts"),
    Shown("Staff", "Agency staff at work", "agency", SYSTEM, "posts"),
    Shown("Waiting", "People on a waiting list", "list", SYSTEM, "people"),
    Shown("Waiting", "Of them, waiting under 18 weeks", "within_18", SYSTEM, "share", "more"),
    Shown("Waiting", "Of them, waiting over a year", "over_52", SYSTEM, "people"),
    Shown("Waiting", "Patients without a bed, on an average day", "waiting_without_bed", SYSTEM, "people"),
    Shown("Leaving hospital", "Beds of people who are ready to leave", "delayed_beds", SYSTEM, "beds"),
    Shown("Leaving hospital", "Patients in another ward’s bed", "boarders", SYSTEM, "people"),
    Shown("Care at home and in homes", "People in publicly paid or private care", "packages_in_use", SYSTEM, "people", "neither"),
    Shown("Care at home and in homes", "People waiting at home for care", "waiting_for_package", SYSTEM, "people"),
    Shown("Money", "Share of spending on prevention", "spend_share", "prevention", "share", "neither"),
    Shown("Money", "Share of spending in hospitals", "spend_share", "acute", "share", "neither"),
    Shown("Harm", "Deaths a year that go with delay, low end", "deaths_from_delay_low", SYSTEM, "people", "less", ASSOCIATION),
    Shown("Harm", "Deaths a year that go with delay, high end", "deaths_from_delay_high", SYSTEM, "people", "less", ASSOCIATION),
)  # fmt: skip
"""One figure of the whole system each."""
BY_POD: tuple[Shown, ...] = (
    Shown("Not given", "{pod}: asked for and not given", "not_given", "system/{id}", "contacts a year"),
    Shown("Getting there", "{pod}: minutes by car, one way", "travel_minutes", "car/{id}", "minutes"),
    Shown("Getting there", "… of the {most} fifth", "travel_minutes", "car/{id}/{q_most}", "minutes"),
    Shown("Fairness", "{pod}: {most} fifth, for each 1,000 people", "activity_per_1000", "{q_most}/{id}", "contacts a year", "neither"),
    Shown("Fairness", "… {least} fifth", "activity_per_1000", "{q_least}/{id}", "contacts a year", "neither"),
)  # fmt: skip
"""One figure for each point of delivery: only those that the plan changes are shown; fifths are those that live in the place."""
FIFTHS = {
    1: "most deprived", 2: "second most deprived", 3: "middle", 4: "second least deprived", 5: "least deprived",
}  # fmt: skip
"""Fifths of England's areas by deprivation, in words."""
NEEDED = frozenset(s.outcome for s in (*FIGURES, *BY_POD)) & frozenset(OUTCOMES)
"""Outcomes of which these figures are made."""
MOST_PODS = 6
"""Points of delivery shown of one kind of figure: those that change most."""
SAME = 0.005
"""A change below this share of the figure is none."""


def list_besides(plan: Plan, outcomes: Outcomes, nothing: Outcomes) -> tuple[Beside, ...]:
    """Every figure that the model computes here; of those by point of delivery, the ones that the plan changes."""
    found = [b for shown in FIGURES if (b := _beside(shown, outcomes, nothing))]
    most, least = fifths(plan)
    for kind, *parts in _kinds():
        pods = sorted(_pods(plan, kind, outcomes, nothing), key=lambda x: (-x[0], x[1].id))
        for _, pod in pods[:MOST_PODS]:
            both = (kind, *parts) if most < least else (kind,)
            rows = [_beside(_of(shown, pod, plan), outcomes, nothing) for shown in both]
            found += [b for b in rows if b]
    return tuple(found)


def _kinds() -> Iterator[list[Shown]]:
    """Figures by point of delivery, each with those that go on from it."""
    found: list[list[Shown]] = []
    for shown in BY_POD:
        if shown.what.startswith("…"):
            found[-1].append(shown)
        else:
            found.append([shown])
    yield from found


def _of(shown: Shown, pod: Pod, plan: Plan) -> Shown:
    most, least = fifths(plan)
    return shown._replace(
        what=shown.what.format(pod=pod.name, most=FIFTHS[most], least=FIFTHS[least]),
        entity=shown.entity.format(id=pod.id, q_most=f"q{most}", q_least=f"q{least}"),
    )


def fifths(plan: Plan) -> tuple[int, int]:
    """The most and the least deprived fifth that live in the place: a place may have nobody of the first or the last."""
    there = {r.quintile for r in plan.tables.get("areas", ()) if isinstance(r, AreaPeople) and r.quintile}
    return min(there, default=1), max(there, default=5)


def _pods(plan: Plan, shown: Shown, outcomes: Outcomes, nothing: Outcomes) -> Iterator[tuple[float, Pod]]:
    """Points of delivery whose figure the plan changes, with the share by which it does."""
    for pod in plan.tables["pods"]:
        if isinstance(pod, Pod):
            beside = _beside(_of(shown, pod, plan), outcomes, nothing)
            if beside and beside.change != "same":
                size = max(abs(beside.plan[1]), abs(beside.do_nothing[1]))
                yield abs(beside.plan[1] - beside.do_nothing[1]) / size, pod


def _beside(shown: Shown, outcomes: Outcomes, nothing: Outcomes) -> Beside | None:
    """One figure in the last year; None where the model has none."""
    series = outcomes.series.get(shown.outcome), nothing.series.get(shown.outcome)
    if series[0] is None or series[1] is None or shown.entity not in series[0].entities:
        return None
    if shown.entity not in series[1].entities:
        return None
    plan, other = (_three(s.by_year(shown.entity)[:, -1]) for s in series if s)
    return Beside(
        group=shown.group, what=shown.what, unit=shown.unit, plan=plan, do_nothing=other,
        change=change_of(plan[1], other[1], shown.better), note=shown.note,
    )  # fmt: skip


def _three(values: Array) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    return float(low), float(middle), float(high)


def change_of(plan: float, nothing: float, better: Better) -> Literal["better", "worse", "same", "more", "less"]:
    """What the plan does to a figure, in a word.

    >>> change_of(90.0, 100.0, "less"), change_of(90.0, 100.0, "more"), change_of(100.1, 100.0, "less")
    ('better', 'worse', 'same')
    >>> change_of(90.0, 100.0, "neither")
    'less'
    """
    if abs(plan - nothing) <= SAME * max(abs(plan), abs(nothing), 1e-9):
        return "same"
    rises = plan > nothing
    if better == "neither":
        return "more" if rises else "less"
    return "better" if rises == (better == "more") else "worse"
