"""The stages that a plan may stand at: its own, completed by those of the library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from placeplan.plan.stages import Freedom, Gate, Move, Named, Stage

R = TypeVar("R", bound=Named)


def ladder(own: Sequence[Stage], shared: Sequence[Stage]) -> tuple[Stage, ...]:
    """Every stage, the lowest first: what the plan says goes before what the library says of the same stage, gate or freedom.

    own: stages of the plan; shared: those of the library. A plan with a stage that the library does not know has an order of
    its own: of the library's it then has those that it names.
    """
    mine, known = {s.id: s for s in own}, {s.id: s for s in shared}
    others = [] if set(mine) - set(known) else [s for s in shared if s.id not in mine]
    every = [*others, *own]
    whole = (_stage(s, known[s.id]) if s.id in known else s for s in every)
    return tuple(sorted(whole, key=lambda s: (s.rank or 0, s.id)))


def _stage(own: Stage, shared: Stage) -> Stage:
    """A stage of the plan with what the library says of it."""
    gates: tuple[Gate, ...] = _each(own.gates, shared.gates)
    freedoms: tuple[Freedom, ...] = _each(own.freedoms, shared.freedoms)
    return _over(own, shared).model_copy(update={"gates": gates, "freedoms": freedoms})


def _each(own: tuple[R, ...], shared: tuple[R, ...]) -> tuple[R, ...]:
    """Parts in the library's order, each with what the plan says of it, then the plan's own."""
    mine = {part.id: part for part in own}
    known = {part.id for part in shared}
    both = [_over(mine[p.id], p) if p.id in mine else p for p in shared]
    return (*both, *(p for p in own if p.id not in known))


def _over(own: R, shared: R) -> R:
    """What a record says, and what another says where it says nothing."""
    said = {name: getattr(own, name) for name in own.model_fields_set if getattr(own, name) not in ("", None, ())}
    return shared.model_copy(update=said)


def stands_at(moves: Sequence[Move], stages: Sequence[Stage]) -> Stage:
    """The stage of the last move by date; the lowest where there is none. Moves may go up, down, or nowhere."""
    last = max(moves, key=lambda m: m.date, default=None)
    return next((s for s in stages if last is not None and s.id == last.stage), stages[0])
