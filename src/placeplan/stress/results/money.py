"""What findings say of money: the bridge between the gaps, and what is claimed beside what the model finds."""

from __future__ import annotations

from typing import Literal

from placeplan.core.records import Record


class ClaimResult(Record):
    """An initiative's claimed saving beside what the model finds, £ a year in the last year."""

    initiative: str
    name: str
    status: str
    evidence_grade: str
    claimed: float | None
    claim_text: str
    """The claim in words (activity claims have no £), "" where nothing was published."""
    found: float
    low: float
    high: float
    """10th and 90th percentile over futures."""
    reason: str
    """Main reason why they differ, a few words."""


class BridgeStep(Record):
    """One bar of the bridge from the do-nothing gap to the gap left, £ a year, mean position of the last year."""

    id: str
    name: str
    kind: Literal["start", "step", "left"]
    amount: float
    """start: the position if nothing changes; step: change; left: position with the plan (negative: a gap)."""
    claimed: float | None = None
    low: float | None = None
    high: float | None = None


def bridge_futures(futures: int) -> int:
    """Futures used: a fifth of the run's, at least 40 and at most 200 (all of them where there are fewer).

    >>> bridge_futures(1000), bridge_futures(200), bridge_futures(20)
    (200, 40, 20)
    """
    return min(futures, max(40, min(200, futures // 5)))
