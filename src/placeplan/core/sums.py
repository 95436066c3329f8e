"""Rows over futures, and sums of them that are the same whatever runs beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from placeplan.core.recorded import one_step


@one_step
def rows_of(values: Sequence[Any], count: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """One row for each value, ``[row, future]``: a number is the same in all futures.

    >>> rows_of([1.0, np.array([2.0, 3.0])], 2).tolist()
    [[1.0, 1.0], [2.0, 3.0]]
    """
    found = np.empty((len(values), count))
    for n, value in enumerate(values):
        found[n] = value
    return found


def only_where(some: Any, values: Any) -> Any:
    """Values where there can be any by the plan alone, and 0 elsewhere: of what is known to be 0 nothing is drawn.

    some: truths, or None: everywhere.

    >>> only_where(np.array([True, False]), np.array([3.0, 0.0])).tolist()
    [3.0, 0.0]
    """
    return values if some is None else np.where(some, values, 0.0)


@one_step
def in_order(values: Any) -> Any:
    """Sum over the first axis, one after the other, ``[row, …, future] → [future]``.

    `ndarray.sum` adds row after row where they hold several numbers; of one number each it adds eight or more rows in another
    order, and a future replayed alone would differ in its last bits.

    >>> import numpy as np
    >>> rows = np.array([[0.1], [0.2], [0.3], [1e16], [0.4], [0.5], [0.6], [0.7], [0.8]])
    >>> bool(in_order(rows)[0] == in_order(np.hstack([rows, rows]))[1] == in_order(rows[:, 0]))
    True
    >>> in_order(np.zeros((0, 2))).tolist()
    [0.0, 0.0]
    """
    rows = np.ascontiguousarray(values, dtype=float)
    if not len(rows):
        return np.zeros(rows.shape[1:])
    return rows.sum(axis=0, initial=-0.0) if rows[0].size > 1 else np.add.accumulate(rows, axis=0)[-1]


class Groups:
    """Sums over groups of rows, each in its order, ``[row, …, future] → [group, …, future]``; 0 where a group has none.

    In as many steps as the largest group has rows, whatever the number of groups.

    >>> Groups([[1], [0, 2], []])(np.array([[1.0], [2.0], [3.0]])).tolist()
    [[2.0], [4.0], [0.0]]
    """

    def __init__(self, groups: Sequence[Sequence[int]]) -> None:
        self.longest = longest = sorted(range(len(groups)), key=lambda g: -len(groups[g]))
        most = max(map(len, groups), default=0)
        self.steps = [[groups[g][k] for g in longest if len(groups[g]) > k] for k in range(most)]
        self.places = [longest.index(g) for g in range(len(groups))]

    def __call__(self, values: Any, start: Any = None) -> Any:
        """The sums of some rows; start: to what they are added, ``[group, …, future]``."""
        if start is None:
            first, steps = self.steps[0] if self.steps else [], self.steps[1:]
            none = np.zeros((len(self.places) - len(first), *values.shape[1:]))
            found = np.concatenate((values[first], none))
        else:
            found, steps = start[self.longest], self.steps
        for rows in steps:
            found[: len(rows)] += values[rows]
        return found[self.places]


class Sums(Groups):
    """Sums over rows that have the same name, ``[row, …, future] → [name, …, future]``.

    names: of each row; order: of the names (None: as they come first).

    >>> Sums(["b", "a", "b"]).by_name(np.array([[1.0], [2.0], [3.0]]))
    {'b': array([4.]), 'a': array([2.])}
    """

    def __init__(self, names: Iterable[Any], order: Iterable[Any] | None = None) -> None:
        rows: dict[Any, list[int]] = {} if order is None else {name: [] for name in order}
        for n, name in enumerate(names):
            rows.setdefault(name, []).append(n)
        super().__init__(list(rows.values()))
        self.names = list(rows)

    def by_name(self, values: Any) -> dict[Any, Any]:
        """The sums of some rows, by name."""
        return dict(zip(self.names, self(values), strict=True))


@one_step
def table(values: Any) -> Any:
    """An array of numbers as one of floats; a recording's stays as it is.

    >>> table([1, 2]).tolist()
    [1.0, 2.0]
    """
    return np.asarray(values, dtype=float)
