"""Every outcome of every entity of a whole place is traced to what it is made of."""

from __future__ import annotations

import pytest

from fixtures.whole import MONTHS, SEEDS, whole, whole_run
from placeplan.core.outcomes import OUTCOMES
from placeplan.model.explain import explain
from placeplan.model.origins import ORIGINS
from placeplan.model.simulate import baseline_of

DEPTH = 3


def test_a_whole_place_has_every_outcome() -> None:
    """Among the made-up places every outcome of the model is written down, and has an origin."""
    found: set[str] = set()
    for seed in SEEDS:
        if set(OUTCOMES) - found:
            found |= set(whole_run(seed).series)
    assert set(OUTCOMES) - found == set()
    assert found <= set(ORIGINS)


@pytest.mark.parametrize("outcome", sorted(OUTCOMES))
def test_every_outcome_of_every_entity_is_explained(outcome: str) -> None:
    """Each has its value, an equation with a meaning, and is made of something wherever it is not nought."""
    plan, o = whole(1), whole_run(1)
    baseline = baseline_of(plan, MONTHS)
    for entity in o[outcome].entities:
        node = explain(plan, baseline, o, outcome, entity, depth=DEPTH)
        assert node.equation.startswith("placeplan."), entity
        assert node.meaning, entity
        assert node.made_of or not o[outcome].of(entity).any(), entity
