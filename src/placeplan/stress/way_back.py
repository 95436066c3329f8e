"""The way from a headline number back to the cells of the plan: what is written of it, and the trace of each figure behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from placeplan.model.outcomes import Outcomes
from placeplan.model.trace import Node
from placeplan.plan.folder import read_draft
from placeplan.plan.numbers.address import Address, escaped
from placeplan.plan.numbers.find import numbers_in
from placeplan.plan.numbers.number import Number
from placeplan.plan.schema import Plan
from placeplan.stress.headlines import FANS, PROMISES
from placeplan.stress.results.ground import Headline
from placeplan.stress.runs.kept import keep

LINE: Final = ", line "
"""Between the file and the line of a place in a plan."""


def behind(
    number: Headline, plan: Plan, outcomes: Outcomes, cells: tuple[Node, ...], follow: Callable[[str, str], Node]
) -> Node:
    """A headline number with what leads back from it.

    Args:
        number: the number.
        plan: the plan that was run.
        outcomes: what was found.
        cells: what is written of it in the plan.
        follow: traces an outcome of an entity.

    Returns:
        Its cells, then the trace of each figure of the model behind it; of a promise also the share of futures that keep it.
    """
    there = [(o, e) for o, e in number.traces if o in outcomes.series and e in outcomes[o].entities]
    share = _kept(number, plan, outcomes)
    unit = "" if share is None else "share of futures"
    made_of = (*cells, *(follow(outcome, entity) for outcome, entity in there))
    return Node("headline", number.address, share, None, None, unit, meaning=_said(number, share), made_of=made_of)


def _said(number: Headline, share: float | None) -> str:
    return number.what if share is None else f"{number.what}. That share of the futures keeps it."


def _kept(number: Headline, plan: Plan, outcomes: Outcomes) -> float | None:
    """Share of the futures that keep a promise; None of anything else, and where it is not known or not due."""
    kind, _, name = number.address.partition("/")
    promise = next((p for p in plan.promises if kind == PROMISES and p.id == name), None)
    if promise is None:
        return None
    kept = keep(promise, outcomes, plan.about.judge_from)
    return float(np.mean(kept.whole)) if kept.counts else None


def cells_of(folder: Path, number: Headline) -> tuple[Node, ...]:
    """What a plan’s folder has of a promise or of an initiative, number by number, each with its file and line."""
    kind, _, name = number.address.partition("/")
    if kind == FANS:
        return ()
    numbers = numbers_in(read_draft(folder)[0])
    at = Address("promises.yaml", ("promises", escaped(name)))
    of_files = (Address(place.partition(LINE)[0]) for place in number.cells)
    inside = numbers.inside(at) if kind == PROMISES else [n for file in of_files for n in numbers.inside(file)]
    return tuple(_cell(n) for n in inside if n.written)


def _cell(n: Number) -> Node:
    """A number that is written in the plan."""
    value = float(n.value) if isinstance(n.value, int | float) else None
    name = n.field if value is not None else f"{n.field} = {n.value}"
    return Node(
        "cell",
        name,
        value,
        None,
        None,
        n.unit,
        meaning=n.meaning,
        where=f"{n.file}{LINE}{n.row}",
        source=n.source,
        level=n.level,
    )
