"""From an outcome back to the rows, assumptions and equations behind it.

Each outcome names the function that computes it and what it is made of (`origins`); `explain` walks that tree for one
entity, in one month or year, in one future or over all of them.
"""

from __future__ import annotations

from placeplan.baseline.build import Baseline
from placeplan.core.errors import all_nearest
from placeplan.model.origins import ORIGINS
from placeplan.model.origins.meanings import MEANINGS
from placeplan.model.outcomes import Outcomes
from placeplan.model.record import SYSTEM
from placeplan.model.trace import Node, Traced, first_line
from placeplan.plan.schema import Plan


class UnknownOutcomeError(LookupError):
    """No such outcome or entity; the message says what there is and the nearest name."""


def explain(
    plan: Plan, baseline: Baseline, outcomes: Outcomes, name: str, entity: str = SYSTEM, *,
    period: str | None = None, future: int | None = None, depth: int = 6,
) -> Node:  # fmt: skip
    """The trace of one outcome.

    Args:
        plan: the plan that was run.
        baseline: its baseline.
        outcomes: what `simulate` found.
        name: outcome, such as ``position``.
        entity: organisation, ``site/pool``, ``site/pod``, contract, initiative or ``system``.
        period: a month ``2018-03`` or a financial year ``2018/19``; None for the last year.
        future: position of one future in the outcomes; None for the mean over all, with 10th and 90th percentile.
        depth: how many steps to follow.

    Raises:
        UnknownOutcomeError: where there is no such outcome, entity or period.
    """
    check_names(outcomes, name, entity)
    traced = Traced(plan, baseline, outcomes, _months(outcomes, period), future)
    return _outcome_node(traced, name, entity, depth)


def check_names(outcomes: Outcomes, name: str, entity: str) -> None:
    """Raises `UnknownOutcomeError` with the nearest name, where nothing of the name or of the entity was written down."""
    known: tuple[str, ...] = tuple(sorted(outcomes.series))
    what, given = "outcome", name
    if name in outcomes.series:
        known, what, given = outcomes[name].entities, f"entity of {name}", entity
        if entity in known:
            return
    near = all_nearest(given, known)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise UnknownOutcomeError(f"There is no {what} called {given}.{hint} Known: {', '.join(known)}.")


def _months(outcomes: Outcomes, period: str | None) -> slice:
    """Months of a period as a slice."""
    if period in outcomes.months:
        at = outcomes.months.index(str(period))
        return slice(at, at + 1)
    year = period or outcomes.years[-1]
    if year not in outcomes.years:
        known = f"{outcomes.months[0]} to {outcomes.months[-1]}, or a year {outcomes.years[0]} to {outcomes.years[-1]}"
        raise UnknownOutcomeError(f"There is no period {period}. Give a month {known}.")
    at = outcomes.years.index(year) * 12
    return slice(at, at + 12)


def _outcome_node(t: Traced, name: str, entity: str, depth: int) -> Node:
    """The node of an outcome, followed to what it is made of."""
    found = t.value(name, entity)
    value, low, high = found or (None, None, None)
    origin = ORIGINS[name]
    made_of: list[Node] = []
    if depth > 0:
        for parent in origin.parents(t, entity):
            if isinstance(parent, Node):
                made_of.append(parent)
            elif t.value(*parent) is not None:
                part = _outcome_node(t, *parent, depth - 1)
                if depth == 1 or not _nothing(part):
                    made_of.append(part)
    unit = t.outcomes[name].unit.replace(" a month", "")
    return Node(
        "outcome", f"{name} of {entity}", value, low, high, unit, f"placeplan.{origin.equation}",
        MEANINGS.get(name) or first_line(origin.equation), made_of=tuple(made_of),
    )  # fmt: skip


def _nothing(node: Node) -> bool:
    """Whether a part is 0 and made of nothing: the contracts of somebody who has none."""
    return not node.made_of and node.value == node.low == node.high == 0.0
