"""Of what a plan knows to be nothing, nothing is drawn: and the bits are as if it had been."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fixtures.whole import TRIED, whole
from placeplan.capacity import bed_days, leaving
from placeplan.core import streams
from placeplan.core.forms import VARIANTS, Form
from placeplan.core.quantiles import binomial, negative_binomial
from placeplan.engine.lanes import Lanes
from placeplan.engine.operations import KINDS, Op
from placeplan.engine.prune import shorten
from placeplan.engine.replay import replay
from placeplan.engine.steps import Numbers
from placeplan.engine.tape import Tape
from placeplan.futures.sample import Futures, draw
from placeplan.model import wards
from placeplan.model.draws import Draws
from placeplan.model.nights import NO_DELAY
from placeplan.model.recording import record
from placeplan.model.simulate import baseline_of, entities, simulate
from placeplan.model.variants import in_form

FEW = Futures(seed=1, count=5)


def as_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on everything is drawn and worked out, whatever the plan knows."""
    for module in (bed_days, leaving, wards):
        monkeypatch.setattr(module, "only_where", lambda _some, values: values)


@pytest.mark.parametrize("seed", TRIED)
def test_what_is_left_out_would_have_been_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every outcome of random places with every part of the model, with all drawn and with what can be nothing left out."""
    plan = whole(seed, 12)
    baseline = baseline_of(plan)
    left_out = simulate(plan, baseline, FEW, until=6)
    as_drawn(monkeypatch)
    assert simulate(plan, baseline, FEW, until=6).digest == left_out.digest


@pytest.mark.parametrize(
    "form",
    [*VARIANTS[:3], *(pytest.param(form, marks=pytest.mark.large) for form in VARIANTS[3:])],
    ids=lambda f: f.name,
)
def test_and_in_every_form(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = in_form(whole(2, 12), form)
    baseline = baseline_of(plan)
    left_out = simulate(plan, baseline, FEW, until=3)
    as_drawn(monkeypatch)
    assert simulate(plan, baseline, FEW, until=3).digest == left_out.digest


def test_nobody_is_drawn_who_waits_where_nobody_waits() -> None:
    """Pools without delays have words neither for being held up nor for leaving late; others have."""
    plan = whole(1, 12)
    baseline = baseline_of(plan)
    draws = Draws(FEW, draw(plan.assumptions, plan.correlations, (), FEW, entities(plan, baseline)))
    program = record(plan, baseline, draws, until=2).program
    words = program.code[np.isin(program.code[:, 0], (KINDS * Op.UPPER, KINDS * Op.LOWER))]
    read = set(program.keys[np.unique(words[:, 2])].tolist())
    held = {p.id: streams.key(FEW.chance_seed, "beds delay", p.id) in read for p in baseline.pools}
    assert held == {p.id: p.pool not in NO_DELAY and not p.then for p in baseline.pools}
    planned = {p.id: streams.key(FEW.chance_seed, "beds electives", p.id) in read for p in baseline.pools}
    assert planned == {p.id: bool(p.elective) for p in baseline.pools}


NONE: dict[str, Any] = {
    "of none": lambda word, a: binomial(word, 0.0 * np.ones(1), a),
    "no chance": lambda word, a: binomial(word, np.floor(10.0 * a), np.zeros(1)),
    "none expected": lambda word, a: negative_binomial(word, np.zeros(1), 1.0 + a),
}


@pytest.mark.parametrize("law", NONE.values(), ids=NONE)
def test_a_count_that_can_only_be_nothing_is_no_step(law: Any) -> None:
    """Binomial of n = 0 or p = 0, negative binomial of mean 0: exactly 0 in NumPy, and neither word nor count in a recording."""
    futures, a = np.arange(200, dtype=np.uint64), np.linspace(0.0, 1.0, 200)
    keys, tape = np.array([streams.key(3, "x", "y")], dtype=np.uint64), Tape()
    word, _ = streams.halves(streams.words(keys, futures, 5))
    assert (law(word, a) == 0.0).all()
    word, _ = streams.halves(streams.words(keys, Numbers(tape), 5))
    found = law(word, Lanes(tape, np.array([[tape.input("a")]], dtype=np.int32)))
    program = shorten(tape, found.ids.ravel())
    assert not set(program.code[:, 0] // KINDS) & {Op.UPPER, Op.BINOMIAL, Op.NEGATIVE_BINOMIAL}
    assert (replay(program, {"a": a}, futures) == 0.0).all()
