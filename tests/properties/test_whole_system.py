"""What must hold in a whole system, with every part and every feedback on (model.md § 12)."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.whole import SEEDS, whole_run

BLANK = {"capital_limit", "capital_room"}
"""Outcomes that are blank where nothing is stated."""


@pytest.mark.parametrize("seed", SEEDS)
def test_every_outcome_is_a_number_everywhere(seed: int) -> None:
    """No outcome of any entity is lost to infinity or to nothing divided by nothing."""
    outcomes = whole_run(seed)
    lost = [n for n, s in outcomes.series.items() if n not in BLANK and not np.isfinite(s.values).all()]
    assert lost == []
