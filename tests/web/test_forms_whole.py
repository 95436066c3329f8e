"""Nothing is left out of the forms: each field of each class has its control, and another kind drops nothing unseen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from placeplan.core.kinds import Kind
from placeplan.plan.elements.controls import KIND, Entries, controls, family_of
from placeplan.plan.elements.filled import filled
from placeplan.plan.elements.parts import Part, parts
from placeplan.plan.initiatives import Initiative


def classes(part: Part) -> Iterator[tuple[str, type]]:
    """The class that reads a part's elements; of a family of kinds each."""
    if issubclass(part.cls, Kind):
        yield from family_of(part.cls).kinds().items()
    else:
        yield "", part.cls


@pytest.mark.parametrize("part", parts().values(), ids=lambda p: p.name)
def test_every_field_of_every_class_has_a_control(part: Part) -> None:
    """Tables, lists, folders and each kind of them; a field that is added to a class is in its form with no code of the web."""
    for kind, cls in classes(part):
        nodes = controls(part.cls, {KIND: kind} if kind else {}, {}, part.table)
        there = {n.path[-1] for n in nodes}
        assert there - {KIND} == set(cls.model_fields) - {KIND}, kind or part.name
        assert (KIND in there) is bool(kind or KIND in cls.model_fields)


def test_every_kind_of_effect_has_a_form() -> None:
    """Of the list of effects, each kind with all its fields."""
    nodes = controls(Initiative, {}, {}, table=False)
    effects = next(n for n in nodes if n.path == ("effects",))
    assert isinstance(effects, Entries)
    assert effects.kinds
    for kind in effects.kinds:
        grown = controls(Initiative, {"effects": [{KIND: kind}]}, {}, table=False)
        entry = next(n for n in grown if n.path == ("effects",))
        assert isinstance(entry, Entries)
        cls = next(c for k, c in _effects().items() if k == kind)
        assert {n.path[-1] for n in entry.entries[0].nodes} - {KIND} == set(cls.model_fields) - {KIND}, kind


def _effects() -> dict[str, type]:
    from placeplan.effects import base  # noqa: PLC0415 – the family by its own registry

    return dict(base.Effect.kinds())


def test_another_kind_keeps_what_was_written_for_the_one_of_before() -> None:
    """Fields with more inside as well: what the new kind does not know stays, and is told as unknown, until somebody takes it away."""
    part = parts()["contracts"]
    kinds = list(family_of(part.cls).kinds())
    old = {KIND: kinds[0], "id": "a", "terms": {"rate": 0.5, "steps": [{"from": 1}]}, "own": 3}
    for kind in kinds[1:]:
        found = filled(part.cls, old, {KIND: kind})
        assert found[KIND] == kind
        assert {n: found[n] for n in old if n != KIND} == {n: v for n, v in old.items() if n != KIND}
