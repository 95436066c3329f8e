"""What is claimed beside what the model finds, with the main reason, measured, why they differ."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from placeplan.model.outcomes import Outcomes
from placeplan.plan.initiatives import Initiative, of_nothing
from placeplan.plan.schema import Plan
from placeplan.stress.bridge import Bridge, LastYear, claimed_pounds, in_pounds, to_pence
from placeplan.stress.claimed.shortfall import shortfall
from placeplan.stress.results.money import ClaimResult

NO_EFFECT = "no effect in the evidence"
SMALLER = "the effects in the evidence are smaller"
REASONS = {
    "overlap": "overlaps with other initiatives",
    "stranded": "stranded cost: wards and buildings stay",
    "late": "late start or slow build-up",
    "staffing": "its posts are not filled",
    "price": "price against cost: what one pays less, another gets less",
    "scheme": "what the scheme itself costs",
    "rest": SMALLER,
}
"""By the step that takes most of a claim (`shortfall.walk`)."""
FOUND = "found in full"
MORE = "the model finds more"
NOT_CLAIMED = "no saving in £ was published"
NOT_COMPARED = "the claim does not say that it is of the position, so it is compared with nothing"
AWAITED = "saves nothing itself: others wait for it"
NOT_MODELLED = "nothing of it is modelled yet"
UNIDENTIFIED = "no plan behind it, counted as nothing"
WHOLE = "the parts do not add up to it"
SMALL = 0.05
"""A difference below this share of the claim is none."""


def compare_claims(
    plan: Plan, outcomes: Outcomes, bridge: Bridge, alone: Mapping[str, LastYear]
) -> tuple[ClaimResult, ...]:
    """Every initiative: its claim, what is found of it in the last year, and the main reason.

    outcomes: of the plan in the first futures; alone: what each brings by itself, in some of them.

    The largest claims come first, then those without one, by what is found of them.
    Where something was claimed for the plan as a whole, it stands last, with a blank id.
    """
    each = [_claim(i, plan, outcomes, bridge, alone) for i in plan.initiatives]
    each.sort(key=lambda c: (c.claimed is None, -(c.claimed or 0.0), -c.found, c.initiative))
    return (*each, *_whole(plan, bridge))


def _whole(plan: Plan, bridge: Bridge) -> tuple[ClaimResult, ...]:
    """The first figure claimed for the position by the plan as a whole, beside all that is found against doing nothing."""
    stated = plan.about.claims
    if not stated:
        return ()
    found = bridge.whole
    mean, low, high = to_pence(found)
    claimed = next((c.value for c in stated if in_pounds(c)), None)
    reason = WHOLE if claimed is None or mean < claimed * (1 - SMALL) else FOUND
    return (
        ClaimResult(
            initiative="", name="The plan as a whole", status="", evidence_grade="", claimed=claimed,
            claim_text="; ".join(c.what for c in stated), found=mean, low=low, high=high,
            reason=reason if claimed is not None else NOT_COMPARED if any(map(of_nothing, stated)) else NOT_CLAIMED,
        ),
    )  # fmt: skip


def _claim(i: Initiative, plan: Plan, outcomes: Outcomes, bridge: Bridge, alone: Mapping[str, LastYear]) -> ClaimResult:
    part = bridge.parts.get(i.id)
    found = part.found if part else np.zeros(1)
    mean, low, high = to_pence(found)
    claimed = claimed_pounds(i)
    return ClaimResult(
        initiative=i.id, name=i.name, status=i.status, evidence_grade=i.evidence_grade, claimed=claimed,
        claim_text="; ".join(c.what for c in i.claims), found=mean, low=low, high=high,
        reason=_reason(i, plan, outcomes, bridge, alone),
    )  # fmt: skip


def _reason(i: Initiative, plan: Plan, outcomes: Outcomes, bridge: Bridge, alone: Mapping[str, LastYear]) -> str:
    """The main reason: of the steps from the claim to what is found, the one that takes most."""
    part, claimed = bridge.parts.get(i.id), claimed_pounds(i)
    if part is None or not i.effects:
        return AWAITED if part else NOT_MODELLED if i.not_modelled else NO_EFFECT
    waiting = _not_started(i, outcomes, plan)
    if waiting or claimed is None:
        return waiting or (NOT_COMPARED if any(map(of_nothing, i.claims)) else NOT_CLAIMED)
    found = float(part.found.mean())
    if found >= claimed * (1 - SMALL):
        return FOUND if found <= claimed * (1 + SMALL) else MORE
    if only_unidentified(i):
        return UNIDENTIFIED
    if i.evidence_grade in {"none", "adverse"}:
        return NO_EFFECT
    way = shortfall(i, plan, outcomes, bridge, alone)
    return main_reason(way.steps) if way else SMALLER


def main_reason(steps: Mapping[str, float]) -> str:
    """The step that takes most, in words; the first of several.

    >>> main_reason({"overlap": 1.0, "stranded": 2.0, "late": 1.75, "rest": 1.0})
    'stranded cost: wards and buildings stay'
    """
    return REASONS[max(steps, key=lambda s: steps[s])]


def _not_started(i: Initiative, outcomes: Outcomes, plan: Plan) -> str:
    """Why it is at work in fewer than half of the futures by the last month, "" where it is."""

    def working(key: str) -> float:
        return float((outcomes["uptake"].of(key)[:, -1] != 0).mean())

    if i.end is not None or working(i.id) >= 0.5:
        return ""
    names = {o.id: o.name for o in plan.initiatives}
    waits = [names.get(r, r) for r in sorted(i.requires) if r not in names or working(r) < 0.5]
    if waits:
        return f"not started: waits for {waits[0]}"
    return "not started: its building money does not come" if i.capital else "not started by then: it comes too late"


def only_unidentified(i: Initiative) -> bool:
    """Whether all that it does is a saving that nobody has identified."""
    savings = [getattr(e, "saving", None) for e in i.effects]
    return all(s is not None and s.maturity == "unidentified" for s in savings)
