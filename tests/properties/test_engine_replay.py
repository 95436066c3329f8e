"""The compiled driver: what it replays is, bit for bit, what NumPy works out step by step."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from fixtures.bits import same
from fixtures.places import baseline_of
from fixtures.whole import TRIED, whole
from placeplan.core.forms import MAIN, VARIANTS, turn, turns, unturned, values
from placeplan.core.tables import BedStock
from placeplan.futures.assumptions import Assumption
from placeplan.futures.distributions import Fixed
from placeplan.futures.sample import Futures, draw
from placeplan.model.draws import AS_PLANNED, LOSES, Draws, WhatIf, capacity
from placeplan.model.outcomes import Outcomes
from placeplan.model.recording import Recording, Way, record, record_ways
from placeplan.model.recordings import MANY, Recordings, read_itself, shape, stoppable
from placeplan.model.run import Run
from placeplan.model.simulate import entities, simulate
from placeplan.model.variants import in_form
from placeplan.plan.schema import Plan
from placeplan.stress.runs.batches import part

MONTHS = 12
FEW = Futures(seed=1, count=5)
SOME = 6
"""Months of the first year, where the whole year is told of elsewhere: initiatives have begun, a quarter has ended."""
LONG = 24
KEPT = frozenset({"position", "occupancy"})


def draws_of(plan: Plan, futures: Futures) -> Draws:
    """What the futures draw, with a say for each initiative."""
    values = draw(plan.assumptions, plan.correlations, (), futures, entities(plan, baseline_of(plan)))
    return stoppable(plan, Draws(futures, values))


@cache
def recorded(seed: int, months: int = MONTHS) -> Recording:
    """A place with everything, recorded."""
    plan = whole(seed, months)
    return record(plan, baseline_of(plan), draws_of(plan, FEW))


@cache
def stepped_by_numpy(seed: int, months: int = MONTHS, count: int = FEW.count) -> Outcomes:
    """The first year of a place with everything, step by step."""
    plan = whole(seed, months)
    return simulate(plan, baseline_of(plan), replace(FEW, count=count), until=MONTHS)


def replayed(plan: Plan, recording: Recording, futures: Futures, what_if: WhatIf = AS_PLANNED) -> dict[str, Any]:
    """Values of every outcome, ``[future, month, entity]``."""
    draws = stoppable(plan, replace(draws_of(plan, futures), what_if=what_if))
    return {name: s.values for name, s in recording.series(draws).items()}


def differ(found: dict[str, Any], outcomes: Outcomes) -> list[str]:
    """Outcomes in which a bit differs."""
    assert list(found) == list(outcomes.series)
    return [n for n, s in outcomes.series.items() if found[n].tobytes() != s.values.tobytes()]


@pytest.mark.parametrize("seed", TRIED)
def test_places_with_everything_are_replayed_bit_for_bit(seed: int) -> None:
    """Every outcome of every entity in every month of a random place with every part of the model."""
    plan = whole(seed, MONTHS)
    stepped = stepped_by_numpy(seed)
    assert differ(replayed(plan, recorded(seed), FEW), stepped) == []
    assert recorded(seed).written == tuple((n, s.entities) for n, s in stepped.series.items())


@pytest.mark.parametrize(
    "overlap", [values("overlap")[1], *(pytest.param(v, marks=pytest.mark.large) for v in values("overlap")[2:])]
)
def test_every_overlap_is_replayed_bit_for_bit(overlap: str) -> None:
    """What decides which segments there are is a recording of its own."""
    plan = in_form(whole(1, MONTHS), MAIN.model_copy(update={"overlap": overlap}))
    recording = record(plan, baseline_of(plan), draws_of(plan, FEW), until=SOME)
    assert differ(replayed(plan, recording, FEW), simulate(plan, baseline_of(plan), FEW, until=SOME)) == []


PLACES = [
    (1, MONTHS),
    *(pytest.param(*more, marks=pytest.mark.large) for more in ((1, LONG), (2, MONTHS), (3, MONTHS))),
]
"""Seeds of places, and months; in the first year every door has room, so that nobody spills."""


@pytest.mark.large
@pytest.mark.parametrize(("seed", "months"), PLACES)
def test_one_recording_does_for_every_way_of_running_a_place_with_everything(seed: int, months: int) -> None:
    """With chance drawn, with chance held, and all forms side by side: the bits of the same stepped.

    Nothing is left of the switches where nobody turns them.
    """
    plan, held = whole(seed, months), replace(FEW, held=frozenset({"chance"}))
    forms = (MAIN, *(f for f in VARIANTS if unturned(f, MAIN) == MAIN))
    lanes = replace(FEW, count=FEW.count * len(forms), ids=tuple(FEW.numbers().tolist()) * len(forms))
    there = {turn(s, v): np.repeat([getattr(f, s) == v for f in forms], FEW.count) for s, v in turns(MAIN)}
    ways = (Way(), Way(held=True), Way(turned=tuple(there)))
    drawn, expected, turned = record_ways(plan, baseline_of(plan), draws_of(plan, FEW), None, None, ways, threads=2)
    assert differ(replayed(plan, expected, held), simulate(plan, baseline_of(plan), held)) == []
    found = replayed(plan, turned, lanes, WhatIf(turned=there))
    assert differ(found, simulate(plan, baseline_of(plan), lanes, what_if=WhatIf(turned=there))) == []
    assert differ(replayed(plan, drawn, FEW), simulate(plan, baseline_of(plan), FEW)) == []
    assert len(drawn.program.code) < 1.01 * len(recorded(seed, months).program.code)
    assert not set(there) & {name.removeprefix("turned ") for name in drawn.program.inputs}


@pytest.mark.large
def test_forms_side_by_side_are_plans_that_are_each_in_one_of_them() -> None:
    plan = whole(1, MONTHS)
    forms = (MAIN, *(f for f in VARIANTS if unturned(f, MAIN) == MAIN))
    lanes = replace(FEW, count=FEW.count * len(forms), ids=tuple(FEW.numbers().tolist()) * len(forms))
    there = {turn(s, v): np.repeat([getattr(f, s) == v for f in forms], FEW.count) for s, v in turns(MAIN)}
    found = simulate(plan, baseline_of(plan), lanes, what_if=WhatIf(turned=there))
    for n, form in enumerate(forms):
        alone = simulate(in_form(plan, form), baseline_of(plan), FEW)
        own = {name: found[name].values[n * FEW.count :][: FEW.count] for name in alone.series}
        assert differ(own, alone) == []


@pytest.mark.parametrize(
    "futures",
    [
        replace(FEW, held=frozenset({"chance"})),
        replace(FEW, held=frozenset({"demand_growth", "capital"})),
        replace(FEW, redrawn=frozenset({"chance", "departure"})),
        replace(FEW, seed=7),
    ],
    ids=["chance held", "drivers held", "drawn anew", "another seed"],
)
def test_what_is_held_or_drawn_anew_is_replayed_bit_for_bit(futures: Futures) -> None:
    plan = whole(2, MONTHS)
    recording = record(plan, baseline_of(plan), draws_of(plan, futures), until=SOME)
    assert differ(replayed(plan, recording, futures), simulate(plan, baseline_of(plan), futures, until=SOME)) == []


def test_one_recording_does_for_any_initiatives_left_out() -> None:
    """An initiative may be left out of some futures and not of others; the recording was made of all of them."""
    plan = whole(1, MONTHS)
    some = np.arange(FEW.count) % 2 == 1
    off = WhatIf({i.id: some for i in plan.initiatives[::3]})
    stepped = simulate(plan, baseline_of(plan), FEW, what_if=off)
    found = replayed(plan, recorded(1), FEW, off)
    assert differ(found, stepped) == []
    assert (found["position"] != replayed(plan, recorded(1), FEW)["position"]).any()


def test_one_recording_does_for_any_provider_that_fails() -> None:
    """Beds and contacts lost in some futures and not in others: as where the tables have fewer, and no others change."""
    plan = whole(1, MONTHS)
    some = np.arange(FEW.count) % 2 == 1
    providers = sorted({p.organisation for p in baseline_of(plan).pools})
    lost = WhatIf(lost={capacity(kind, providers[0]): 0.4 * some for kind in LOSES})
    stepped = simulate(plan, baseline_of(plan), FEW, what_if=lost)
    found = replayed(plan, recorded(1), FEW, lost)
    assert differ(found, stepped) == []
    usual = replayed(plan, recorded(1), FEW)
    assert (found["position"][~some] == usual["position"][~some]).all()
    sites = {p.site for p in baseline_of(plan).pools if p.organisation == providers[0]}
    rows = tuple(
        b.model_copy(update={"available": b.available * 0.6}) if isinstance(b, BedStock) and b.site in sites else b
        for b in plan.tables["beds"]
    )
    fewer = plan.changed(tables=plan.tables | {"beds": rows})
    only_beds = WhatIf(lost={capacity("beds", providers[0]): 0.4 * some})
    by_lane = simulate(plan, baseline_of(plan), FEW, what_if=only_beds, until=SOME)
    by_table = simulate(fewer, baseline_of(fewer), FEW, until=SOME)
    for name in ("beds_open", "occupied", "position"):
        np.testing.assert_allclose(by_lane[name].values[some], by_table[name].values[some], rtol=1e-9, atol=1e-6)


@pytest.mark.large
def test_the_first_months_of_a_recording_are_those_of_a_shorter_one() -> None:
    """Cut short, it writes down the same; `simulate` then uses it for fewer months and fewer outcomes."""
    plan = whole(2, LONG)
    made, year = Recordings(), frozenset({"position"})
    long = simulate(plan, baseline_of(plan), replace(FEW, count=MANY), recordings=made, keep=KEPT)
    stepped = stepped_by_numpy(2, LONG)
    short = made.known(plan, draws_of(plan, FEW), year, MONTHS)
    whole_one = made.known(plan, draws_of(plan, FEW), year, None)
    assert short is not None
    assert whole_one is not None
    assert len(short.program.code) < 0.6 * len(whole_one.program.code)
    again = simulate(plan, baseline_of(plan), FEW, recordings=made, keep=year, until=MONTHS)
    assert again["position"].values.tobytes() == stepped["position"].values.tobytes()
    assert again["position"].values.tobytes() == long["position"].values[: FEW.count, :MONTHS].tobytes()
    assert again.months == stepped.months


def test_a_recording_does_for_every_plan_that_differs_in_what_is_drawn_alone() -> None:
    """Every assumption at another value, but for those of which the months read more than what is drawn."""
    plan, made = whole(1, MONTHS), Recordings()
    kept = frozenset({"position", "occupancy", "waiting", "staff", "packages"})
    usual = simulate(plan, baseline_of(plan), replace(FEW, count=MANY), recordings=made, keep=kept, until=SOME)

    def moved(a: Assumption) -> Assumption:
        value = float(a.distribution.quantile(np.array([0.3]))[0])
        return a if read_itself(plan, a) else a.model_copy(update={"distribution": Fixed(kind="fixed", value=value)})

    other = plan.changed(assumptions=tuple(moved(a) for a in plan.assumptions), correlations=())
    recordings = sum(map(len, made._kept.values()))
    found = simulate(other, baseline_of(other), replace(FEW, count=MANY), recordings=made, keep=kept, until=SOME)
    assert sum(map(len, made._kept.values())) == recordings
    stepped = simulate(other, baseline_of(other), FEW, keep=kept, until=SOME)
    assert stepped.digest == part(found, slice(0, FEW.count)).digest
    assert (found["position"].values != usual["position"].values).any()
    again = plan.changed(tables=plan.tables | {"beds": plan.tables["beds"][1:]})
    assert shape(again).digest != shape(plan).digest


@pytest.mark.large
def test_bits_depend_neither_on_batches_nor_on_threads() -> None:
    """300 futures at once, on two threads, in two batches, and one alone."""
    plan, many = whole(3, MONTHS), Futures(seed=1, count=300)
    draws = draws_of(plan, many)
    whole_run = recorded(3).series(draws)
    threaded = recorded(3).series(draws, threads=2)
    first, second = (replayed(plan, recorded(3), b) for b in many.blocks(150))
    alone = replayed(plan, recorded(3), Futures(seed=1, count=1, first=217))
    for name, s in whole_run.items():
        assert s.values.tobytes() == threaded[name].values.tobytes()
        assert s.values.tobytes() == np.concatenate((first[name], second[name])).tobytes()
        assert s.values[217:218].tobytes() == alone[name].tobytes()


@cache
def many_stepped() -> Outcomes:
    """Many futures of a place with everything, step by step."""
    plan = whole(1, MONTHS)
    return simulate(plan, baseline_of(plan), replace(FEW, count=MANY), keep=KEPT, until=SOME)


def test_many_futures_are_replayed_and_few_are_not() -> None:
    """`simulate` records where that pays, uses what it recorded again, and keeps only what is asked for."""
    plan, kept = whole(1, MONTHS), KEPT
    made = Recordings()
    few = simulate(plan, baseline_of(plan), FEW, recordings=made, keep=kept, until=SOME)
    known = draws_of(plan, FEW)
    assert made.known(plan, known, kept, SOME) is None
    many = simulate(plan, baseline_of(plan), replace(FEW, count=MANY), recordings=made, keep=kept, until=SOME)
    recording = made.known(plan, known, kept, SOME)
    assert recording is not None
    again = simulate(plan, baseline_of(plan), FEW, recordings=made, keep=frozenset({"position"}), until=SOME)
    assert made.known(plan, known, kept, SOME) is recording
    assert set(many.series) == kept
    assert set(again.series) == {"position"}
    for name in kept:
        assert many[name].values[: FEW.count].tobytes() == few[name].values.tobytes()
    assert again["position"].values.tobytes() == few["position"].values.tobytes()
    assert many.digest == many_stepped().digest


def test_a_recording_is_made_anew_where_the_model_asks_otherwise() -> None:
    """Whether need shifts with the years at all is asked of all futures: other answers need another recording."""
    plan = whole(1, MONTHS)
    draws = draws_of(plan, FEW)
    name = next(n for n in draws.values if n.startswith("people.health_shift"))
    still = replace(draws, values={**draws.values, name: np.zeros(FEW.count)})
    moving = replace(draws, values={**draws.values, name: np.full(FEW.count, 0.1)})
    recording = record(plan, baseline_of(plan), still, frozenset({"demand"}), until=2)
    assert recording.holds_for(still)
    assert not recording.holds_for(moving)


@pytest.mark.large
def test_fewer_months_are_the_first_of_all() -> None:
    """Recorded, and step by step; and a run of the same has the same bits."""
    plan, stepped = whole(2, LONG), stepped_by_numpy(2, LONG)
    recording = record(plan, baseline_of(plan), draws_of(plan, FEW), until=MONTHS)
    assert differ(replayed(plan, recording, FEW), stepped) == []
    assert same(simulate(plan, baseline_of(plan), FEW, until=MONTHS), stepped)


def test_a_plan_that_cannot_be_recorded_is_taken_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of somebody's own may ask what hangs on the future: slower, and the same answer."""
    plan, many, stepped = whole(1, MONTHS), replace(FEW, count=MANY), many_stepped()

    def peeks(self: Run, number: int) -> None:
        if number == 3 and (self.balances.cash and bool((next(iter(self.balances.cash.values())) > 1e12).any())):
            raise AssertionError
        month(self, number)

    month = Run.month
    monkeypatch.setattr(Run, "month", peeks)
    made = Recordings()
    assert simulate(plan, baseline_of(plan), many, keep=KEPT, recordings=made, until=SOME).digest == stepped.digest
    assert made.refused == {plan.digest}
