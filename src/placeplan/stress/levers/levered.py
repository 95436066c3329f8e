"""A plan with all its levers in it: set as planned it is the plan, bit for bit; set otherwise, another plan in the same run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from placeplan.futures.assumptions import Assumption
from placeplan.futures.distributions import Fixed
from placeplan.model.draws import WhatIf
from placeplan.model.outcomes import Array
from placeplan.plan.library import with_initiatives
from placeplan.plan.schema import Plan
from placeplan.stress.called import names
from placeplan.stress.levers.capacity import options, with_funding
from placeplan.stress.levers.initiatives import opened
from placeplan.stress.levers.lever import Base, Lever

Designs = np.ndarray[Any, np.dtype[np.int64]]
"""Places of steps, ``[design, lever]``."""


@dataclass(frozen=True)
class Levered:
    """A plan whose levers can be set in each future by itself."""

    plan: Plan
    """With names in place of what levers set, and options that begin only where their lever is used."""
    levers: tuple[Lever, ...]
    bases: Mapping[str, Base]
    """What stands behind each name that a lever sets."""
    options: tuple[str, ...]
    """Initiatives of ours, which begin only where their lever is used."""

    @property
    def planned(self) -> Designs:
        """The plan as it is, ``[lever]``."""
        return np.array([lever.planned for lever in self.levers], dtype=np.int64)

    def funded(self, needs: Mapping[str, float]) -> Levered:
        """The same with money from outside in parts of what each organisation needs, £ a year; none for those that need none."""
        called = names(self.plan)
        return replace(
            self,
            levers=tuple(
                with_funding(one, needs[one.of], called[one.of]) if one.kind == "funding" else one
                for one in self.levers
                if one.kind != "funding" or needs.get(one.of, 0.0) > 0
            ),
        )

    def steps(self, designs: Designs) -> Array:
        """What each lever is set to, ``[design, lever]``."""
        found = np.empty(designs.shape)
        for n, lever in enumerate(self.levers):
            found[:, n] = np.array(lever.steps)[designs[:, n]]
        return found

    def drawn(self, drawn: Mapping[str, Array], steps: Array) -> dict[str, Array]:
        """What is drawn, ``[lane]`` by name, with what levers make of it; steps ``[lane, lever]``."""
        found = dict(drawn)
        for name, base in self.bases.items():
            found[name] = behind(base, drawn, len(steps))
        for n, lever in enumerate(self.levers):
            for s in lever.settings:
                by = steps[:, n] * s.by
                found[s.name] = found[s.name] * by if s.how == "times" else found[s.name] + by
        return found

    def what_if(self, designs: Designs) -> WhatIf:
        """Which initiatives never begin, by lane ``[lane, lever]``: those left out, and options that are not used."""
        off: dict[str, Any] = {option: np.ones(len(designs), dtype=bool) for option in self.options}
        for n, lever in enumerate(self.levers):
            if lever.stops:
                off[lever.stops] = np.array(lever.steps)[designs[:, n]] == 0
            if lever.opens:
                off[lever.opens] = designs[:, n] == lever.planned
        return WhatIf(off)


def behind(base: Base, drawn: Mapping[str, Array], count: int) -> Array:
    """The value that stands behind a name, ``[lane]``."""
    if not isinstance(base.quantity, str):
        return np.full(count, float(base.quantity))
    own = f"{base.quantity}@{base.entity}"
    return drawn[own] if own in drawn else drawn[base.quantity]


def lever(plan: Plan) -> Levered:
    """A plan with every lever that can be found in it."""
    levers: list[Lever] = []
    bases: dict[str, Base] = {}
    initiatives = []
    for initiative in plan.initiatives:
        own, names_of, some = opened(plan, initiative)
        initiatives.append(own)
        bases |= names_of
        levers += some
    for option, names_of, one in options(plan):
        initiatives.append(option)
        bases |= names_of | {f"start.slip@{option.id}": Base("start.slip", option.id)}
        levers.append(one)
    settable = (_named(n) for n in bases if n.startswith("lever."))
    levered = with_initiatives(plan, tuple(initiatives))
    levered = levered.changed(assumptions=(*levered.assumptions, *settable))
    return Levered(levered, tuple(levers), bases, tuple(one.opens for one in levers if one.opens))


def only(levered: Levered, keep: Sequence[int]) -> Levered:
    """The same with some of its levers, by place; the others stay as planned, and can be set no more."""
    return replace(levered, levers=tuple(levered.levers[n] for n in keep))


def _named(name: str) -> Assumption:
    """A name that a lever sets, as an assumption of the plan."""
    return Assumption.model_validate(
        {"id": name, "about": "Set by a lever", "unit": "as the effect says", "kind": "judgement",
         "distribution": Fixed(kind="fixed", value=0.0), "source": "Search for what would help"}
    )  # fmt: skip
