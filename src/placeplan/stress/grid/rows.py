"""The rows of the grid: each promise by year and over its own statistic, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np

from placeplan.core.tables import Level, Organisation
from placeplan.model.outcomes import Outcomes
from placeplan.plan.promises import GROUPS, Promise
from placeplan.plan.schema import Plan
from placeplan.stress.called import names
from placeplan.stress.grid.facts import facts
from placeplan.stress.grid.first_break import Breaks
from placeplan.stress.grid.goes_with import goes_with
from placeplan.stress.grid.wilson import probability
from placeplan.stress.limits import LEVELS
from placeplan.stress.results.promises import Cell, PromiseResult
from placeplan.stress.runs.kept import NEVER, Kept
from placeplan.stress.say import amount

RESTS_ON: dict[str, tuple[str, ...]] = {
    "money": ("money", "contracts"),
    "beds": ("beds", "demand"),
    "staff": ("staff",),
    "community_care": ("contacts",),
    "social_care": ("packages",),
    "capital": ("money",),
    "waits": ("lists",),
    "stay_in": ("money", "contracts"),
}
"""Components of the model on which each group of promises rests."""
LONG = 3
"""Words of a unit from which it is told by its first one."""
OUTLINED, BREAKS, HOLDS = 0, 1, 2
"""Ranks of organisations."""


def build_rows(
    plan: Plan, outcomes: Outcomes, kept: Sequence[Kept], minimum: Sequence[Kept], breaks: Breaks,
    elsewhere: Collection[str] = (),
) -> tuple[PromiseResult, ...]:  # fmt: skip
    """One row for each promise; organisations that break first come first, those that hold come last.

    ``elsewhere`` names the promises of which figures of the library carry over half.
    """
    called = names(plan)
    outlined = {(b.promise, b.year) for b in breaks.outlined}
    without = {k.promise.id: k for k in minimum}
    harder = goes_with(plan.assumptions, outcomes, kept)
    rows = [
        _row(plan, called, outcomes, k, without[k.promise.id], outlined, elsewhere).model_copy(
            update={"fact": fact(k, outcomes), "goes_with": harder.get(k.promise.id, ())}
        )
        for k in kept
    ]
    return tuple(sorted(rows, key=_order(plan, kept, breaks, rows)))


def _order(
    plan: Plan, kept: Sequence[Kept], breaks: Breaks, rows: Sequence[PromiseResult]
) -> Callable[[PromiseResult], tuple[object, ...]]:
    """Organisations by their first break, ties by month, then the plan's own order; inside one, by group."""
    listed = [*(o.id for o in plan.tables["organisations"] if isinstance(o, Organisation)), "system"]
    at = {o: i for i, o in enumerate(listed)}
    by_id = {k.promise.id: k for k in kept}
    first: dict[str, tuple[int, str, float]] = {}
    for row in rows:
        short = [c.year for c in row.by_year if row.hard and c.state in {"short", "fail"}]
        if short:
            found = (BREAKS, min(short), _month(by_id[row.id], min(short)))
            first[row.organisation] = min(first.get(row.organisation, found), found)
    for b in breaks.outlined:
        first[by_id[b.promise].promise.organisation] = (OUTLINED, b.year, float(b.month))

    def key(row: PromiseResult) -> tuple[object, ...]:
        return (
            first.get(row.organisation, (HOLDS, "", 0.0)),
            at.get(row.organisation, len(at)),
            GROUPS.index(row.group),
            row.id,
        )

    return key


def _month(k: Kept, year: str) -> float:
    """Middle month in which the promise first breaks, of the futures in which it does so in this year."""
    at = k.months // 12 - k.first_year == k.years.index(year)
    return float(np.median(k.months[at & (k.months != NEVER)])) if at.any() else np.inf


def fact(k: Kept, outcomes: Outcomes) -> str:
    """What the middle future brings in the year in which a promise is kept least often; blank where it is not due or known."""
    due = [i for i in range(len(k.years)) if not np.isnan(k.by_year[:, i]).all()] if k.counts else []
    if not due:
        return ""
    return facts(k, k.years[min(due, key=lambda i: float(np.nanmean(k.by_year[:, i])))], outcomes)


def _row(
    plan: Plan, called: dict[str, str], outcomes: Outcomes, k: Kept, minimum: Kept, outlined: set[tuple[str, str]],
    elsewhere: Collection[str],
) -> PromiseResult:  # fmt: skip
    """One promise."""
    promise = k.promise
    whole = probability(float(k.whole.sum()), len(k.whole), promise.asks) if k.counts else None
    unit = outcomes[promise.outcome].unit if promise.outcome in outcomes.series else ""
    missing = "not_due" if k.known else "no_data"
    return PromiseResult.model_validate({
        "id": promise.id, "name": promise.name, "group": promise.group, "organisation": promise.organisation,
        "organisation_name": called.get(promise.organisation, promise.organisation), "hard": promise.hard,
        "asks": promise.asks, "bound": bound_in_words(promise, unit), "statistic": promise.statistic,
        "level": level_of(plan, k, elsewhere), "P": whole.p if whole else None, "low": whole.low if whole else None,
        "high": whole.high if whole else None, "state": whole.state if whole else missing,
        "do_minimum_P": float(minimum.whole.mean()) if minimum.counts else None,
        "by_year": cells(k, outlined),
        "room": room_in_words(float(np.median(k.margin)), unit) if k.counts else "",
        "source": promise.source,
        "note": promise.note if k.known else " ".join(filter(None, (promise.note, "This version of the model cannot compute it."))),
    })  # fmt: skip


def cells(k: Kept, outlined: set[tuple[str, str]]) -> tuple[Cell, ...]:
    """One promise, year by year; outlined: by promise and year, where the plan breaks first."""
    return tuple(_cell(k, i, outlined) for i in range(len(k.years)))


def _cell(k: Kept, year: int, outlined: set[tuple[str, str]]) -> Cell:
    column = k.by_year[:, year]
    if not k.known or not (column == column).all():  # noqa: PLR0124 – NaN: not due
        return Cell(year=k.years[year], probability=None, state="not_due" if k.known else "no_data")
    share = probability(float(column.sum()), len(column), k.promise.asks)
    first = (k.promise.id, k.years[year]) in outlined
    return Cell(year=k.years[year], probability=share, state=share.state, first_break=first)


def level_of(plan: Plan, k: Kept, elsewhere: Collection[str] = ()) -> Level:
    """The lowest level of what the promise rests on; ``off`` where it cannot be computed.

    Where figures of the library carry over half of it (``elsewhere``), it rests on them, whatever its tables say.
    """
    if not k.known:
        return "off"
    if k.promise.id in elsewhere:
        return "default"
    levels = [plan.level(c) for c in RESTS_ON[k.promise.group]]
    known = [level for level in levels if level != "off"] or ["default"]
    return min(known, key=LEVELS.index)


def room_in_words(room: float, unit: str) -> str:
    """Room left to a bound as people say it.

    >>> room_in_words(3e6, "£ a month"), room_in_words(-12e6, "£ a month"), room_in_words(-0.031, "share of beds open")
    ('£3m to spare', '£12m short', '3.1 points short')
    >>> room_in_words(4.2, "patients, mean of midnights"), room_in_words(0.0, "weeks")
    ('4.2 patients to spare', 'just kept')
    >>> room_in_words(-56.4, "people waiting over 52 weeks, at the month's end")
    '56.4 people short'
    """
    if room == 0:
        return "just kept"
    whole = unit.partition(",")[0].partition(" a month")[0]
    noun = whole if whole.startswith("£") or len(whole.split()) < LONG else whole.split()[0]
    size = f"{100 * abs(room):.1f} points" if unit.startswith("share") else amount(abs(room), noun)
    return f"{size} {'to spare' if room > 0 else 'short'}"


def bound_in_words(promise: Promise, unit: str) -> str:
    """The bound as people say it: at most £0m; one a year: its last.

    >>> promise = Promise(id="a", name="A", group="beds", organisation="RBD", outcome="occupancy", at_most=0.92, source="s")
    >>> bound_in_words(promise, "share of beds open, mean of midnights")
    'at most 92% of beds open'
    """
    if promise.outcome == "position" and isinstance(promise.at_least, int | float) and promise.at_most is None:
        return _position_in_words(promise.at_least)
    parts = []
    for word, bound in (("at least", promise.at_least), ("at most", promise.at_most)):
        if isinstance(bound, dict) and bound:
            last = max(bound)
            said = amount(bound[last], unit)
            parts.append(f"{word} {said}" if len(set(bound.values())) == 1 else f"{word} {said} in {last}")
        elif isinstance(bound, int | float):
            parts.append(f"{word} {amount(bound, unit)}")
    return " and ".join(parts)


def _position_in_words(least: float) -> str:
    """The least position allowed.

    >>> _position_in_words(0.0), _position_in_words(-8e6), _position_in_words(5e6)
    ('no deficit', 'a deficit of at most £8m', 'a surplus of at least £5m')
    """
    said = amount(abs(least), "£")
    return (
        "no deficit" if least == 0 else f"a deficit of at most {said}" if least < 0 else f"a surplus of at least {said}"
    )


def closest(kept: Sequence[Kept]) -> tuple[Kept, str] | None:
    """The hard promise with least room between its share and what it asks, and the year in which it is kept least."""
    hard = [k for k in kept if k.promise.hard and k.counts]
    if not hard:
        return None
    least = min(hard, key=lambda k: (float(k.whole.mean()) - k.promise.asks, k.promise.id))
    due = [
        (float(least.by_year[:, i].mean()), y) for i, y in enumerate(least.years) if (least.by_year[:, i] >= 0).all()
    ]
    return least, min(due)[1]


def broken_in(kept: Sequence[Kept]) -> list[tuple[Kept, str]]:
    """Hard promises broken in a run of one future, with the year of their break, first broken first."""
    found = [(int(k.months[0]), k.promise.id, k) for k in kept if k.promise.hard and k.counts and k.months[0] != NEVER]
    return [(k, k.years[month // 12 - k.first_year]) for month, _, k in sorted(found, key=lambda x: x[:2])]
