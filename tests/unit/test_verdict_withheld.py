"""What library figures carry of a margin, on margins whose split is known; and which promises decide."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.outcomes import outcomes, promise
from placeplan.core import streams
from placeplan.stress.kept import keep
from placeplan.stress.withheld import carried, deciding, first_order


def normals(name: str, count: int = 4000) -> np.ndarray:
    key = np.array([streams.key(7, name)], dtype=np.uint64)
    return streams.normal(streams.halves(streams.words(key, np.arange(count, dtype=np.uint64), 0))[0][0])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_share_of_a_group_is_recovered(share: float) -> None:
    group = np.sqrt(share) * normals("group")
    one, other = (group + np.sqrt(1 - share) * normals(n) for n in ("one", "other"))
    assert first_order(one, other) == pytest.approx(share, abs=0.04)


def test_the_interval_holds_the_share() -> None:
    group = normals("group", 300)
    runs = [
        outcomes({("position", "system"): np.repeat((group + 0.5 * normals(n, 300))[:, None], 3, axis=1)}) for n in "ab"
    ]
    one, other = (keep(promise(), r, "2016/17") for r in runs)
    found = carried(one, other, 1)
    assert found.low < 0.8 < found.high
    assert found.withheld


def test_a_margin_that_never_changes_is_carried_by_nothing() -> None:
    assert first_order(np.ones(5), np.ones(5)) == 0.0


def test_promises_clear_of_what_they_ask_do_not_decide_unless_a_shock_breaks_them() -> None:
    kept = keep(promise(), outcomes({("position", "system"): [[1, 1, 1]] * 100}), "2016/17")
    short = keep(promise("short"), outcomes({("position", "system"): [[-1, 1, 1]] * 60 + [[1, 1, 1]] * 40}), "2016/17")
    assert deciding([kept, short]) == (short,)
    assert deciding([kept, short], frozenset({"money"})) == (kept, short)
