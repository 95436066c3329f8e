"""What a search may change: columns that each have a few values, one of them as planned, and shared budgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from placeplan.explore.arrays import Flags, Floats

Designs = np.ndarray[Any, np.dtype[np.int64]]
"""Places of values, ``[design, lever]``."""
ROUNDING = 1e-9


@dataclass(frozen=True)
class Column:
    """One thing that can be set otherwise."""

    name: str
    """Names it, wherever it stands among others."""
    planned: int
    """Place of the value as planned."""
    distance: tuple[float, ...]
    """How far each value lies from the plan; 0 as planned."""
    cost: tuple[float, ...] = ()
    """£ more than as planned, of each value; none: all are free."""
    use: tuple[tuple[float, ...], ...] = ()
    """What each value takes of each shared budget, ``[budget][value]``; none: nothing."""
    under: str = ""
    """Name of a column without which this one does nothing: how much is done, of when it starts."""
    off: int = 0
    """Place of the value of ``under`` at which this one does nothing."""

    def __post_init__(self) -> None:
        values = len(self.distance)
        rows = (*((self.cost,) if self.cost else ()), *self.use)
        if not 0 <= self.planned < values or any(len(row) != values for row in rows):
            raise ValueError(f"{self.name}: {values} values, planned {self.planned}, and as many costs and uses")


@dataclass(frozen=True)
class Space:
    """All that a search may change together."""

    columns: tuple[Column, ...]
    limits: tuple[float, ...] = ()
    """Most that all columns together may take of each shared budget."""

    def __post_init__(self) -> None:
        names = [c.name for c in self.columns]
        if len(set(names)) < len(names):
            raise ValueError("two columns have one name")
        if any(c.use and len(c.use) != len(self.limits) for c in self.columns):
            raise ValueError(f"uses of another number of budgets than the {len(self.limits)} with limits")
        if any(c.under and c.under not in names for c in self.columns):
            raise ValueError("a column hangs on one that is not there")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(c.name for c in self.columns)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Values of each column."""
        return tuple(len(c.distance) for c in self.columns)

    @cached_property
    def planned(self) -> Designs:
        """All as planned, ``[lever]``."""
        return np.array([c.planned for c in self.columns], dtype=np.int64)

    @property
    def count(self) -> int:
        """Designs there are, those that do the same and those beyond a budget among them."""
        found = 1
        for size in self.sizes:
            found *= size
        return found

    @cached_property
    def _order(self) -> tuple[int, ...]:
        return tuple(sorted(range(len(self.columns)), key=lambda n: self.columns[n].name))

    def by_name(self) -> tuple[Space, Designs]:
        """The same with its columns in order of name, and the place of each of them here, ``[lever]``."""
        return replace(self, columns=tuple(self.columns[n] for n in self._order)), np.array(self._order, dtype=np.int64)

    @cached_property
    def tables(self) -> tuple[Floats, Floats, Floats]:
        """Cost and distance ``[lever, value]`` and use ``[budget, lever, value]``, filled up with 0."""
        most = max(self.sizes, default=1)
        cost, distance = np.zeros((2, len(self.columns), most))
        use = np.zeros((len(self.limits), len(self.columns), most))
        for n, column in enumerate(self.columns):
            distance[n, : self.sizes[n]] = column.distance
            cost[n, : len(column.cost)] = column.cost
            for row, taken in enumerate(column.use):
                use[row, n, : self.sizes[n]] = taken
        return cost, distance, use

    def costs(self, designs: Designs) -> Floats:
        """£ more than plan A, ``Σ cost``, ``[design]``."""
        return _added(self.tables[0], designs)

    def distances(self, designs: Designs) -> Floats:
        """How far from plan A, ``Σ distance``, ``[design]``."""
        return _added(self.tables[1], designs)

    def prices(self, designs: Designs) -> Floats:
        """Cost and distance, ``[design, 2]``."""
        return np.stack([self.costs(designs), self.distances(designs)], axis=1)

    def used(self, designs: Designs) -> Floats:
        """Taken of each budget, ``[design, budget]``."""
        return (
            np.stack([_added(table, designs) for table in self.tables[2]], axis=-1)
            if self.limits
            else np.zeros((len(designs), 0))
        )

    def over(self, designs: Designs) -> Floats:
        """How far beyond its budgets, each measured against its limit, ``[design]``; 0 where within all."""
        limits = np.array(self.limits)
        beyond = self.used(designs) - limits
        scale = np.maximum(np.abs(limits), 1.0)
        found: Floats = np.where(beyond > ROUNDING * scale, beyond / scale, 0.0).sum(axis=1)
        return found

    def allowed(self, designs: Designs) -> Flags:
        """Whether within every budget, ``[design]``."""
        found: Flags = self.over(designs) == 0
        return found

    def settled(self, designs: Designs) -> Designs:
        """The same with every column that does nothing as planned, so that designs that do the same are the same."""
        found = designs.copy()
        at = {c.name: n for n, c in enumerate(self.columns)}
        hung = [(n, at[c.under], c) for n, c in enumerate(self.columns) if c.under]
        for _ in hung:
            before = found.copy()
            for n, under, column in hung:
                found[found[:, under] == column.off, n] = column.planned
            if (found == before).all():
                break
        return found

    def neighbours(self, design: Designs) -> Designs:
        """Every design with one column set otherwise, ``[design, lever]``, from one ``[lever]``."""
        rows = [(n, v) for n, size in enumerate(self.sizes) for v in range(size) if v != design[n]]
        found = np.repeat(design[None], len(rows), axis=0)
        for row, (n, v) in enumerate(rows):
            found[row, n] = v
        return distinct(self.settled(found))

    def lessened(self, design: Designs) -> Designs:
        """Every design with one change undone, or the next smaller one in its place, ``[design, lever]``."""
        rows = []
        for n in np.flatnonzero(design != self.planned):
            far = self.columns[n].distance
            nearer = [v for v in range(self.sizes[n]) if far[v] < far[design[n]] and v != self.planned[n]]
            for v in {int(self.planned[n]), *sorted(nearer, key=lambda v: -far[v])[:1]}:
                row = design.copy()
                row[n] = v
                rows.append(row)
        return distinct(self.settled(np.array(rows, dtype=np.int64).reshape(-1, len(design))))

    def every(self) -> Designs:
        """All designs that do something else than each other, those beyond a budget among them."""
        rows = np.array(list(product(*(range(s) for s in self.sizes))), dtype=np.int64)
        return distinct(self.settled(rows.reshape(-1, len(self.columns))))

    def within(self) -> Designs:
        """Those of them that are within every budget."""
        every = self.every()
        return every[self.allowed(every)]

    def mended(self, designs: Designs, chance: Floats) -> Designs:
        """Those within every budget, and the others with changes undone until they are; none where that fails.

        Undone is, in order of ``chance`` ``[design, lever]``, what leaves less beyond a budget; where that is not enough, as plan A
        is beyond one, levers are moved one at a time so that least is.
        """
        found, order = self.settled(designs), np.argsort(chance, axis=1, kind="stable")
        over = self.over(found)
        for nth in order.T if self.limits else ():
            bad = np.flatnonzero(over > 0)
            tried = found[bad]
            tried[np.arange(len(bad)), nth[bad]] = self.planned[nth[bad]]
            tried = self.settled(tried)
            after = self.over(tried)
            less = after < over[bad]
            found[bad[less]], over[bad[less]] = tried[less], after[less]
        kept = [d if o == 0 else self._mended(d) for d, o in zip(found, over, strict=True)]
        return np.array([d for d in kept if d is not None], dtype=np.int64).reshape(-1, len(self.columns))

    def around(self, design: Designs, chance: Floats) -> Designs:
        """Every design with one lever set otherwise, and, where that is beyond a budget, others undone for it, ``[design, lever]``.

        chance: ``[lever]``; who is undone first.
        """
        near = self.neighbours(design)
        return distinct(self.mended(near, np.where(near == design, chance, 2.0)))

    def _mended(self, design: Designs) -> Designs | None:
        over = float(self.over(design[None])[0])
        while over > 0:
            near = self.neighbours(design)
            beyond = self.over(near)
            best = int(np.lexsort((self.distances(near), beyond))[0])
            if beyond[best] >= over:
                return None
            design, over = near[best], float(beyond[best])
        return design


def _added(table: Floats, designs: Designs) -> Floats:
    found: Floats = table[np.arange(designs.shape[1]), designs].sum(axis=1)
    return found


def distinct(designs: Designs) -> Designs:
    """Each design once, where it stands first.

    >>> distinct(np.array([[1, 2], [0, 0], [1, 2]])).tolist()
    [[1, 2], [0, 0]]
    """
    _, first = np.unique(designs, axis=0, return_index=True)
    return designs[np.sort(first)]


def as_columns(names: Sequence[str], planned: Sequence[int], distance: Sequence[Sequence[float]]) -> tuple[Column, ...]:
    """Columns that cost nothing and take nothing.

    >>> Space(as_columns(["a", "b"], [0, 1], [[0, 1], [0.5, 0, 0.5]])).count
    6
    """
    return tuple(Column(n, p, tuple(d)) for n, p, d in zip(names, planned, distance, strict=True))
