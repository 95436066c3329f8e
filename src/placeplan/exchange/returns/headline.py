"""The headline measures of planning for 2026/27 to 2028/29, and what the model's outcomes say of each.

Source: NHS England, Medium Term Planning Framework, 24 October 2025. Where a measure cannot be had from the model, the row
says why; where something near it can, it says what that is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np

from placeplan.core.records import Record
from placeplan.model.outcomes import Outcomes

HEADINGS = ("Measure", "Asked 2026/27", "Asked 2028/29", "Outcome of the model", "How near", "Of")
"""What stands over the columns before those by year."""


class Measure(Record):
    """One headline measure."""

    measure: str
    """What it is called."""
    group: str
    asked_2026_27: float | None = None
    """What is asked of every place by March 2027; blank: not read, or an improvement on one's own past."""
    asked_2028_29: float | None = None
    """What is asked by March 2029; blank: not read."""
    outcome: str = ""
    """Outcome of the model that says it, or the nearest; blank: none."""
    entity: str = ""
    """Whose: ``organisation``, ``site/pool``, ``site/POD``, or one entity."""
    as_: Literal["same", "nearest", ""] = ""
    """Whether the outcome is the measure, or the nearest that there is."""
    why: str = ""
    """Why it is not the measure itself."""
    source: str


@cache
def measures() -> tuple[Measure, ...]:
    """The measures, in their order."""
    text = files("placeplan").joinpath("library/returns/headline.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        Measure.model_validate({("as_" if k == "as" else k): v for k, v in row.items() if v != ""}) for row in rows
    )


def measured(outcomes: Outcomes) -> Iterator[tuple[str | float | None, ...]]:
    """A row for each measure and entity: median, 10th and 90th percentile over futures, by year; one without where there is none."""
    for m in measures():
        head: tuple[str | float | None, ...] = (m.measure, m.asked_2026_27, m.asked_2028_29)
        series = outcomes.series.get(m.outcome)
        entities = [e for e in series.entities if _of(m.entity, e)] if series else []
        if series is None or not entities:
            why = m.why if not m.outcome else f"{m.outcome} is not there: the plan has no table for it"
            yield (*head, m.outcome, why, "")
        for entity in entities if series else ():
            spread = np.quantile(series.by_year(entity), [0.5, 0.1, 0.9], axis=0) if series else np.zeros((3, 0))
            near = "the measure itself" if m.as_ == "same" else m.why
            yield (*head, m.outcome, near, entity, *(float(f"{v:.6g}") for v in spread.T.ravel()))


def _of(wanted: str, entity: str) -> bool:
    """Whether an entity is one of those that a measure is about.

    >>> _of("organisation", "RBD"), _of("organisation", "system"), _of("site/gp_appointment", "P1/gp_appointment")
    (True, False, True)
    >>> _of("site/pool", "RBD/general"), _of("system", "system")
    (True, True)
    """
    if wanted == "organisation":
        return "/" not in entity and entity != "system"
    if wanted == "site/pool":
        return "/" in entity
    if wanted.startswith("site/"):
        return entity.endswith(wanted.removeprefix("site"))
    return entity == wanted
