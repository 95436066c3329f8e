"""Recordings that were made, to be replayed for other futures; the oldest give way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import wraps
from threading import RLock
from typing import Any, TypeVar, cast

import numpy as np
from joblib import Parallel, delayed
from joblib.externals.loky.process_executor import BrokenProcessPool

from placeplan.baseline.build import Baseline
from placeplan.core.kinds import Kind
from placeplan.core.records import digest_of
from placeplan.core.tables import Organisation, Spill
from placeplan.engine.lanes import NotRecordableError
from placeplan.engine.shelf import Shelf
from placeplan.futures.assumptions import Assumption
from placeplan.futures.distributions import Fixed
from placeplan.model.draws import LOSES, Draws, capacity
from placeplan.model.recording import Recording, Way, record_ways
from placeplan.plan.schema import Plan

ROOM = 600_000_000
"""Bytes of programs that are kept."""
LARGE = 2000
"""Rows of activity times months below which a plan is recorded in a second or two, as long as a process takes to start."""
MANY = 80
"""Futures from which recording a plan takes about as long as stepping through them, or less; each further run of it, hardly any.

Measured: a small place is recorded in 0.6 s, stepped through in 0.9 s; one with everything, 24 months, in 4.6 s, and stepped
through with 50 futures in 4.0 s, with 100 in 4.7 s.
"""
DRAWN = Fixed(kind="fixed", value=0.0)
"""In place of a distribution of which the months see only what is drawn."""
F = TypeVar("F", bound=Callable[..., Any])
Key = tuple[Any, ...]
Asked = tuple[Plan, Baseline, Draws, frozenset[str] | None, int | None]
"""What is recorded: a plan with its base year, for which futures, the outcomes kept and the months."""


def alone(method: F) -> F:
    """A method of something with a lock, that one thread takes at a time."""

    @wraps(method)
    def taken(self: Any, *args: Any, **named: Any) -> Any:
        with self._lock:
            return method(self, *args, **named)

    return cast("F", taken)


@dataclass
class Recordings:
    """What was recorded for plans, each for one seed, what is held and the months that are run."""

    room: int = ROOM
    shelf: Shelf | None = None
    """Where recordings stay from one run to the next; None: nowhere."""
    threads: int = 1
    """Cores of this machine that are used."""
    many: int = MANY
    """Futures from which a plan is recorded; 1: whatever their number, as each plan is run several times."""
    refused: set[str] = field(default_factory=set)
    """Digests of plans that cannot be recorded."""
    _kept: dict[Key, list[tuple[frozenset[str] | None, Recording]]] = field(default_factory=dict)
    _foreseen: dict[str, tuple[Way, ...]] = field(default_factory=dict)
    """By digest of a plan, in which ways it will be run."""
    _shapes: dict[str, str] = field(default_factory=dict)
    """By digest of a plan, that of its `shape`."""
    _lock: RLock = field(default_factory=RLock)
    """Held by whoever looks for a recording or makes one, as tests of a plan go side by side."""

    @alone
    def of(
        self, plan: Plan, baseline: Baseline, draws: Draws, keep: frozenset[str] | None, until: int | None
    ) -> Recording | None:
        """A recording for these futures: one that was made and writes down all that is wanted, or a new one.

        None where the plan cannot be recorded, as a kind of somebody's own asks what hangs on the future.
        """
        found = self.known(plan, draws, keep, until)
        if found is not None or plan.digest in self.refused:
            return found
        ways = (Way.of(draws), *self._others(plan, draws))
        try:
            made = record_ways(plan, baseline, stoppable(plan, draws), keep, until, ways, threads=self.threads)
        except NotRecordableError:
            self.put(plan, draws, keep, None)
            return None
        for way, one in zip(ways, made, strict=True):
            self.put(plan, way.draws(draws), keep, one)
        if shelf := self._shelf_for(plan):
            labels = [self._label(plan, way.draws(draws), keep, made[0].months) for way in ways]
            with ThreadPoolExecutor(self.threads) as pool:
                list(pool.map(lambda label, one: shelf.put(label, one.program, one.told()), labels, made))
        return made[0]

    @alone
    def foresee(self, plan: Plan, *ways: Way) -> None:
        """Says in which other ways a plan will be run, so that one recording does for all."""
        known = self._foreseen.get(plan.digest, ())
        self._foreseen[plan.digest] = (*known, *(way for way in ways if way not in known))

    def _others(self, plan: Plan, draws: Draws) -> Iterator[Way]:
        """Ways in which a plan will be run besides this one, and for which nothing was recorded yet."""
        for way in () if draws.what_if.dated or draws.what_if.done else self._foreseen.get(plan.digest, ()):
            if way != Way.of(draws) and self._key(plan, way.draws(draws)) not in self._kept:
                yield way

    @alone
    def known(self, plan: Plan, draws: Draws, keep: frozenset[str] | None, until: int | None) -> Recording | None:
        """A recording that was made and will do, the shortest of them, or one from the shelf. None where there is none.

        Of one that writes down more, only what is wanted is taken.
        """
        made, months = self._kept.get(self._key(plan, draws), []), until or plan.about.months
        fit = [
            (kept, r)
            for kept, r in made
            if (kept is None or (keep is not None and keep <= kept)) and r.months >= months and r.holds_for(draws)
        ]
        kept, found = min(fit, key=lambda r: (r[1].months, len(r[1].program.code)), default=(None, None))
        if found and (found.months > months or kept != keep):
            found = found.part(keep, months)
            self.put(plan, draws, keep, found)
        return found or self._shelved(plan, draws, keep, months)

    def _shelved(self, plan: Plan, draws: Draws, keep: frozenset[str] | None, months: int) -> Recording | None:
        """A recording that an earlier run left; with it come those for other ways in which the plan will be run, read side by side."""
        shelf = self._shelf_for(plan)
        if shelf is None:
            return None
        ways = [draws, *(way.draws(draws) for way in self._others(plan, draws))]
        with ThreadPoolExecutor(self.threads) as pool:
            read = list(pool.map(shelf.find, [self._label(plan, way, keep, months) for way in ways]))
        found = [Recording.of(*kept) if kept else None for kept in read]
        if found[0] is None or not found[0].holds_for(draws):
            return None
        for way, one in zip(ways, found, strict=True):
            if one and one.holds_for(way):
                self.put(plan, way, keep, one)
        return found[0]

    def _shelf_for(self, plan: Plan) -> Shelf | None:
        """The shelf, unless the plan has a kind from elsewhere, of whose sources it knows nothing."""
        return self.shelf if all(type(k).__module__.startswith("placeplan.") for k in kinds_of(plan)) else None

    def _label(self, plan: Plan, draws: Draws, keep: frozenset[str] | None, months: int) -> str:
        """What a recording is called on the shelf."""
        return digest_of([*self._key(plan, draws), None if keep is None else sorted(keep), months])

    @alone
    def put(self, plan: Plan, draws: Draws, keep: frozenset[str] | None, made: Recording | None) -> None:
        """Keeps a recording that was made; None: that the plan cannot be recorded."""
        if made is None:
            self.refused.add(plan.digest)
            return
        self._kept.setdefault(self._key(plan, draws), []).append((keep, made))
        self._make_room()

    @alone
    def ahead(self, asked: Sequence[Asked], processes: int = 1) -> None:
        """Records several plans for runs that will ask for them, side by side where that takes less time than starting processes."""
        asked = [a for a in asked if self.known(a[0], *a[2:]) is None]
        large = any(len(plan.tables["activity"]) * plan.about.months >= LARGE for plan, *_ in asked)
        try:
            every = Parallel(processes if large else 1)(delayed(_recorded)(a, self.shelf) for a in asked)
        except BrokenProcessPool:  # a process was killed, for want of memory most often: one after the other needs less
            every = [_recorded(a, self.shelf) for a in asked]
        for (plan, _, draws, keep, _until), made in zip(asked, every, strict=True):
            self.put(plan, draws, keep, made)

    @alone
    def reads(self, plan: Plan) -> frozenset[str] | None:
        """Inputs on which the outcomes recorded of a plan hang (`Recording.reads`); None where nothing was recorded of it."""
        made = [r for key, found in self._kept.items() if key[0] == self._shape(plan) for _, r in found]
        return frozenset().union(*(r.reads for r in made)) if made else None

    def _key(self, plan: Plan, draws: Draws) -> Key:
        f = draws.futures
        return (
            self._shape(plan),
            f.world_seed,
            f.chance_seed,
            tuple(sorted(f.held)),
            tuple(sorted(f.redrawn)),
            tuple(draws.values),
            tuple(draws.what_if.turned),
            tuple(draws.what_if.dated),
            tuple(draws.what_if.done),
        )

    def _shape(self, plan: Plan) -> str:
        if plan.digest not in self._shapes:
            self._shapes[plan.digest] = shape(plan).digest
        return self._shapes[plan.digest]

    def _make_room(self) -> None:
        """The oldest recordings give way, all but the newest."""
        while (
            len(self._kept) > 1
            and sum(r.program.code.nbytes for made in self._kept.values() for _, r in made) > self.room
        ):
            del self._kept[next(iter(self._kept))]


def _recorded(asked: Asked, shelf: Shelf | None = None) -> Recording | None:
    """One recording; None where the plan cannot be recorded."""
    return Recordings(shelf=shelf).of(*asked)


def kinds_of(plan: Plan) -> list[Kind]:
    """Everything in a plan that is of an open family, to which others may add."""
    effects = [e for i in plan.initiatives for e in i.effects]
    return [*plan.contracts, *effects, *(a.distribution for a in plan.assumptions)]


def shape(plan: Plan) -> Plan:
    """The plan without all that only decides what is drawn, and what is made of outcomes: a recording does for all of its shape.

    An assumption whose value alone is changed, as somebody asks what would be if, needs no new recording.
    """
    own = tuple(a if read_itself(plan, a) else a.model_copy(update={"distribution": DRAWN}) for a in plan.assumptions)
    return plan.changed(assumptions=own, correlations=(), promises=(), scenarios=(), payment_forms=())


def read_itself(plan: Plan, assumption: Assumption) -> bool:
    """Whether the months read an assumption's distribution and not only what is drawn from it."""
    held = {s.coefficient for s in plan.tables.get("spills", ()) if isinstance(s, Spill)}
    return assumption.id in held or assumption.id.startswith("list.") or assumption.id == "departure.areas"


def stoppable(plan: Plan, draws: Draws) -> Draws:
    """The same draws, with a say for every initiative whether it begins at all, and for every organisation what it loses.

    So one recording does for all.
    """
    never: Mapping[str, Any] = {i.id: np.zeros(draws.count, dtype=bool) for i in plan.initiatives}
    organisations = [o.id for o in plan.tables["organisations"] if isinstance(o, Organisation)]
    nothing = {capacity(kind, o): np.zeros(draws.count) for kind in LOSES for o in organisations}
    given = draws.what_if
    return replace(draws, what_if=replace(given, off={**never, **given.off}, lost={**nothing, **given.lost}))
