"""Futures are numbered: the same seed gives the same bits in any batch, order or process, whatever else is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.bits import rows, same, shuffled
from fixtures.places import CENTRAL, initiative, place, ran, run, with_rows
from placeplan.core.tables import Activity, AreaPeople, Flow, Projection
from placeplan.futures.assumptions import Assumption
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import join
from placeplan.model.simulate import baseline_of
from placeplan.plan.schema import Plan


def test_same_seed_same_bits_in_one_process_or_two_in_one_batch_or_many() -> None:
    """The bits depend neither on the number of processes nor on how the futures are divided."""
    plan, whole = place(1), ran(1)
    assert run(plan, Futures(seed=1, count=5), threads=2).digest == whole.digest
    parts = [run(plan, Futures(seed=1, count=2)), run(plan, Futures(seed=1, count=3, first=2))]
    assert join(parts).digest == whole.digest
    assert not same(run(plan, Futures(seed=2, count=5)), whole)


def test_a_future_can_be_replayed_alone() -> None:
    """Future 17 alone equals row 17 of the batch, called by its number or as the first of its run."""
    plan = place(1)
    batch = rows(run(plan, Futures(seed=1, count=18)), slice(17, 18))
    assert same(run(plan, Futures(seed=1, count=1, first=17)), batch)
    assert same(run(plan, Futures(seed=1, ids=(17,))), batch)
    assert all((batch[n].values[:, -1] != ran(1)[n].values[:1, -1]).any() for n in ("demand", "occupied", "position"))


@pytest.mark.parametrize("seed", [1, 2])
def test_order_of_elements_changes_no_bit(seed: int) -> None:
    """Rows, initiatives, contracts and assumptions may be listed in any order."""
    other = shuffled(place(seed), seed)
    assert other.initiatives != place(seed).initiatives
    assert other.digest == place(seed).digest
    assert run(other, Futures(seed=seed, count=5)).digest == ran(seed).digest


def test_order_of_rows_changes_no_bit_of_the_baseline() -> None:
    """People, ranges, streams and pools are the same, whatever the order of the rows they come from."""
    plan, other = place(1, areas=3), shuffled(place(1, areas=3), 4)
    one, two = (baseline_of(p) for p in (plan, other))
    assert one.sigma is not None
    assert two.sigma is not None
    assert all(
        a.tobytes() == b.tobytes() for a, b in zip((one.people, *one.sigma), (two.people, *two.sigma), strict=True)
    )
    assert all(a.cells.tobytes() == b.cells.tobytes() for a, b in zip(one.streams, two.streams, strict=True))
    assert one.digest == two.digest


def halved(plan: Plan, area: str) -> Plan:
    """The plan with one area divided into two identical halves."""

    def halves(row: object) -> list[object]:
        if not isinstance(row, AreaPeople | Projection | Activity | Flow) or row.area != area:
            return [row]
        sizes = {n: getattr(row, n) for n in ("people", "low", "high", "activity", "share") if hasattr(row, n)}
        half = {n: None if v is None else v / 2 for n, v in sizes.items()}
        return [row.model_copy(update=half | {"area": area + part}) for part in "ab"]

    for name in ("areas", "population", "activity", "flows"):
        plan = with_rows(plan, name, [r for row in plan.tables[name] for r in halves(row)])
    return plan.changed(initiatives=tuple(_in_both(i, area) for i in plan.initiatives))


def _in_both(item, area):  # type: ignore[no-untyped-def]
    """An initiative whose scopes name the halves in place of the area."""
    effects = []
    for effect in item.effects:
        areas = getattr(getattr(effect, "scope", None), "areas", ())
        named = tuple(a for old in areas for a in ([old + "a", old + "b"] if old == area else [old]))
        scope = {"scope": effect.scope.model_copy(update={"areas": named})} if area in areas else {}
        effects.append(effect.model_copy(update=scope))
    return item.model_copy(update={"effects": tuple(effects)})


def test_splitting_an_area_into_identical_halves_changes_nothing() -> None:
    """In the central world nothing moves by more than rounding."""
    plan = place(1)
    split = halved(plan, "A02")
    assert any("A02a" in e.scope.areas for i in split.initiatives for e in i.effects if hasattr(e, "scope"))
    futures = Futures(count=1, held=CENTRAL)
    one, other = run(plan, futures), run(split, futures)
    for name, s in one.series.items():
        np.testing.assert_allclose(other[name].values, s.values, rtol=1e-9, atol=1e-4, err_msg=name)


def test_splitting_an_area_changes_nothing_in_expectation() -> None:
    """Means over futures are the same: no draw belongs to an area, so the paired difference is rounding too."""
    futures = Futures(seed=3, count=20)
    one, other = run(place(1), futures), run(halved(place(1), "A01"), futures)
    for name in ("activity", "occupied", "waiting_without_bed", "position"):
        gap = (one[name].values - other[name].values).mean(axis=0)
        error = np.maximum(one[name].values.std(axis=0, ddof=1) / np.sqrt(20), 1e-9)
        assert (np.abs(gap) / error).max() < 0.1, name


def test_another_assumption_or_initiative_changes_no_draw() -> None:
    """What is added draws for itself alone: all other assumptions, and all that it does not touch, keep their bits."""
    plan = place(1)
    new = Assumption(
        id="aaa.first", about="Comes first in every order", unit="share", kind="judgement", driver="efficiency",
        distribution={"kind": "normal", "mean": 0, "sd": 1}, source="made up",  # type: ignore[arg-type]
    )  # fmt: skip
    extra = initiative("aaa", {"kind": "spend", "organisation": "ACU1", "once": 5.0}, peak="initiative.peak")
    more = run(
        plan.changed(initiatives=(extra, *plan.initiatives), assumptions=(new, *plan.assumptions)), Futures(count=5)
    )
    before = ran(1)
    assert set(more.draws) > set(before.draws)
    assert all((more.draws[name] == values).all() for name, values in before.draws.items())
    for name in ("demand", "activity", "occupied", "waiting_without_bed", "cost_line", "contract_payment"):
        assert more[name].values.tobytes() == before[name].values.tobytes(), name


def test_another_pool_or_site_changes_no_draw() -> None:
    """Chance belongs to the name of a pool, never to its place in a list."""
    plan = place(1)
    row = plan.tables["beds"][0].model_copy(
        update={"site": "ACU1", "pool": "critical", "occupied": None, "escalation": 0.0}
    )
    more, before = run(with_rows(plan, "beds", (row, *plan.tables["beds"])), Futures(count=5)), ran(1)
    assert more["occupied"].entities.index("ACU1/critical") <= before["occupied"].entities.index("ACU1A/medical")
    for name in ("arrivals", "occupied", "discharges", "waiting_without_bed"):
        for entity in (e for e in before[name].entities if "/" in e):
            assert more[name].of(entity).tobytes() == before[name].of(entity).tobytes(), (name, entity)


def test_with_chance_held_the_world_decides_all() -> None:
    """Chance held: another chance changes no bit; chance free: it does, and the world stays as it is."""
    plan = place(1)
    held, free = frozenset({"chance"}), frozenset({"chance"})
    one = run(plan, Futures(count=3, held=held))
    assert same(run(plan, Futures(count=3, held=held, redrawn=free)), one)
    moved, still = run(plan, Futures(count=5, redrawn=free)), ran(1)
    assert (moved["occupied"].values != still["occupied"].values).any(axis=(1, 2)).all()
    assert (moved["activity"].values == still["activity"].values).all()
