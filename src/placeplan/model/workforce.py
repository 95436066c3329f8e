"""Staff in a run: posts filled, and what of the base year's strength is at work."""

from __future__ import annotations

from typing import Any


class Workforce:
    """The staff of a run, for one block of futures. Where the plan gives no staff, everybody is always there."""

    def strength(self, organisation: str, group: str) -> Any:
        """Staff of a group at work this month against the base year's mean, ``[future]``; 1 where it is not modelled."""
        return 1.0

    def staffed(self, initiative: str) -> Any:
        """Share of an initiative's own posts that were filled at the month's start, ``[future]``; 1 where it has none."""
        return 1.0
