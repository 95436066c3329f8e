"""Up to three reasons under the grid, each with how many of the breaking futures it is in. Reasons overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from placeplan.model.outcomes import Outcomes
from placeplan.stress.bridge import Bridge
from placeplan.stress.grid.facts import facts
from placeplan.stress.grid.first_break import Break, Breaks
from placeplan.stress.results.money import ClaimResult
from placeplan.stress.results.promises import Reason
from placeplan.stress.runs.kept import NEVER, Kept, hard_ones
from placeplan.stress.say import futures_that_break, pounds, upper_first
from placeplan.stress.verdict.causes import THE_PLAN
from placeplan.stress.verdict.clauses import clause

MOST = 3
SMALL = 0.05
"""A part of the claim that is not worth a word."""


def find_reasons(
    kept: Sequence[Kept], breaks: Breaks, cause: str, outcomes: Outcomes, bridge: Bridge,
    claims: Sequence[ClaimResult], called: Mapping[str, str], futures: int,
) -> tuple[Reason, ...]:  # fmt: skip
    """The cause of the first break; savings that are claimed and not found; the next promises that break elsewhere."""
    if not len(breaks.breaking):
        return ()
    broken = len(breaks.breaking) / len(breaks.month)
    by_id = {k.promise.id: k for k in hard_ones(kept)}
    top = breaks.ranking[0]
    found = [_cause(by_id[top.promise], top, cause, outcomes, called, broken, futures)]
    found += _claims(claims, bridge, breaks, broken, futures)
    organisations, headings = {by_id[top.promise].promise.organisation}, {found[0].heading}
    others = sorted(by_id.values(), key=lambda k: (-_often(k), k.promise.id))
    for k in others:
        heading = upper_first(clause(THE_PLAN, k.promise.group))
        new = k.promise.organisation not in organisations or heading not in headings
        if k.promise.id == top.promise or not new or _often(k) == 0 or len(found) >= MOST:
            continue
        organisations.add(k.promise.organisation)
        headings.add(heading)
        found.append(_other(k, outcomes, called, broken, futures))
    return tuple(found[:MOST])


def _often(k: Kept) -> float:
    return float((k.whole == 0).mean())


def _cause(
    k: Kept, top: Break, cause: str, outcomes: Outcomes, called: Mapping[str, str], broken: float, futures: int
) -> Reason:
    return Reason(
        heading=upper_first(cause), text=facts(k, top.year, outcomes, _place(k, called)),
        of=futures_that_break(_often(k), broken, futures),
    )  # fmt: skip


def _place(k: Kept, called: Mapping[str, str]) -> str:
    owner = k.promise.organisation
    return "across the whole system" if owner == "system" else f"at {called.get(owner, owner)}"


def _other(k: Kept, outcomes: Outcomes, called: Mapping[str, str], broken: float, futures: int) -> Reason:
    shares = [
        (float(np.nanmean(k.by_year[:, i])), y) for i, y in enumerate(k.years) if np.isfinite(k.by_year[:, i]).all()
    ]
    year = min(shares)[1]
    where = (
        "the whole system"
        if k.promise.organisation == "system"
        else called.get(k.promise.organisation, k.promise.organisation)
    )
    return Reason(
        heading=f"“{k.promise.name}” breaks at {where}",
        text=facts(k, year, outcomes), of=futures_that_break(_often(k), broken, futures),
    )  # fmt: skip


def _claims(claims: Sequence[ClaimResult], bridge: Bridge, breaks: Breaks, broken: float, futures: int) -> list[Reason]:
    """Savings that are claimed and cannot be found, counted over the futures of the bridge."""
    whole = [c for c in claims if not c.initiative and c.claimed is not None]
    stated = whole or [c for c in claims if c.claimed is not None]
    claimed, found = sum(c.claimed or 0.0 for c in stated), sum(c.found for c in stated)
    if not stated or found >= claimed * 0.95:
        return []
    parts = (
        [bridge.whole] if whole else [bridge.parts[c.initiative].found for c in stated if c.initiative in bridge.parts]
    )
    used = breaks.month[: len(bridge.whole)] != NEVER
    short = np.sum(parts, axis=0) < claimed if parts else np.ones(len(used), dtype=bool)
    both = float((short & used).sum() / max(used.sum(), 1))
    base = sum(s.amount for s in bridge.steps if s.id == "do_minimum") if whole else 0.0
    without = f"; {pounds(base)} would come without any initiative" if base > SMALL * claimed else ""
    text = f"The plan claims {pounds(claimed)} a year. The model finds {pounds(found)}{without}."
    return [Reason(heading="Savings are claimed that the model cannot find", text=text,
                   of=futures_that_break(both * broken, broken, futures))]  # fmt: skip
