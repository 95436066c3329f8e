"""From an outcome back to the rows, assumptions and equations behind it.

Each outcome names the function that computes it and what it is made of (`origins`); `explain` walks that tree for one
entity, in one month or year, in one future or over all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from placeplan.baseline.build import Baseline
from placeplan.core.errors import MOST_NEAR, PlanError, Together, all_nearest
from placeplan.core.tables import SYSTEM, Organisation
from placeplan.model.origins import ORIGINS
from placeplan.model.origins.meanings import MEANINGS
from placeplan.model.outcomes import Outcomes
from placeplan.model.trace import Node, Traced, first_line
from placeplan.plan.located import problem
from placeplan.plan.schema import Plan

MOST_LISTED = 12
"""Names that are listed where none is near."""
SHORT = 4
"""Letters that a word of a name has to have to be compared on its own."""


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
        PlanError: where there is no such outcome, entity or period, with the nearest name.
    """
    refused = Together()
    refused.of(check_names, plan, outcomes, name, entity)
    refused.of(_months, outcomes, period)
    refused.tell()
    traced = Traced(plan, baseline, outcomes, _months(outcomes, period), future)
    return _outcome_node(traced, name, entity, depth)


def check_names(plan: Plan, outcomes: Outcomes, name: str, entity: str) -> None:
    """Raises PlanError with the nearest name, where nothing of the name or of the entity was written down."""
    known = tuple(sorted(outcomes.series))
    if name not in known:
        near = all_nearest(name, known)
        mend = _meant({n: n for n in near}) + f"Write one of: {', '.join(known)}."
        what = f"There is no outcome called {name}."
        raise PlanError([problem("OUTCOME", 0, "", "unknown-outcome", what, mend, next(iter(near), ""))])
    entities = outcomes[name].entities
    if entity in entities:
        return
    if entity == SYSTEM:
        what, mend = f"There is no {name} of the whole system.", "Say whose with --entity: "
        near_ones: dict[str, str] = {}
    else:
        what, mend = f"There is no {name} of “{entity}”.", "Write one of: "
        near_ones = nearest_entities(entity, entities, called(plan))
    more = f" … ({len(entities)} in all)" if len(entities) > MOST_LISTED else "."
    mend = f"{_meant(near_ones)}{mend}{', '.join(entities[:MOST_LISTED])}{more}"
    raise PlanError([problem("--entity", 0, "", "unknown-entity", what, mend, next(iter(near_ones), ""))])


def called(plan: Plan) -> dict[str, str]:
    """Names of organisations by id."""
    return {o.id: o.name for o in plan.tables["organisations"] if isinstance(o, Organisation)}


def nearest_entities(wanted: str, entities: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    """The entities most like what was written – by id, by name, or by a word of the name – each with how it is called.

    >>> nearest_entities("Northbruk", ["N1H", "N1C"], {"N1H": "Northbrook Hospital", "N1C": "Westmere Council"})
    {'N1H': 'N1H (Northbrook Hospital)'}
    >>> nearest_entities("N1X", ["N1H", "system"], {})
    {'N1H': 'N1H'}
    """
    of: dict[str, list[str]] = {}
    for one in entities:
        name = names.get(one, "")
        for text in {one, name, *(word for word in name.split() if len(word) >= SHORT)} - {""}:
            of.setdefault(text, []).append(one)
    near = dict.fromkeys(one for text in all_nearest(wanted, of) for one in of[text])
    return {one: f"{one} ({names[one]})" if one in names else one for one in list(near)[:MOST_NEAR]}


def _meant(near: Mapping[str, str]) -> str:
    """The question whether one of the nearest was meant; blank where nothing is near."""
    return f"Did you mean {' or '.join(near.values())}? " if near else ""


def _months(outcomes: Outcomes, period: str | None) -> slice:
    """Months of a period as a slice."""
    if period in outcomes.months:
        at = outcomes.months.index(str(period))
        return slice(at, at + 1)
    year = period or outcomes.years[-1]
    if year not in outcomes.years:
        known = f"{outcomes.months[0]} to {outcomes.months[-1]}, or a year {outcomes.years[0]} to {outcomes.years[-1]}"
        what = f"There is no period {period}."
        raise PlanError([problem("--period", 0, "", "unknown-period", what, f"Give a month {known}.")])
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
