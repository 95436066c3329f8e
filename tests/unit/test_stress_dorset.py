"""Stress tests of beds, care, closures, harm, lists, money, travel and returns, on Dorset’s plan as it is written."""

from __future__ import annotations

import pytest

from fixtures.runs import runs_of
from fixtures.stressed import dorset, row_of
from placeplan.futures.sample import Futures
from placeplan.stress.base import chosen, needs_of
from placeplan.stress.scene import Scene


@pytest.mark.large
def test_dorset_as_a_stranger_reads_it() -> None:
    """Each test finds something, names it, and says where its bound comes from."""
    names = "beds,care,closures,harm,lists,money,travel,triangulation"
    scene = Scene(runs_of(dorset(), Futures(seed=1, count=40)), needs_of(chosen(names)))
    told = {t.name: t.find(scene) for t in chosen(names)}
    assert all(t.result != "not asked" and t.rows and t.source for t in told.values())
    assert told["harm"].result == "shown"
    assert row_of(told["closures"], "Fewer acute beds: beds freed").result == "fail"
    assert row_of(told["money"], "All organisations").result == "pass"
    assert row_of(told["triangulation"], "All contracts").result == "pass"
