"""Functions that a recording takes as one step, whatever they are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import numpy as np

PLAIN = frozenset({np.ndarray, float, int, bool, str, type(None), np.float64})
"""Types that nobody records: most arguments are of these, and need not be asked."""
F = TypeVar("F", bound=Callable[..., Any])


def one_step(function: F) -> F:
    """A function that is handed whole to whoever records, where one of its arguments is being recorded.

    Numbers and arrays of numbers go to the function itself.
    """

    @wraps(function)
    def either(*args: Any, **kwargs: Any) -> Any:
        for value in args:
            if type(value) in PLAIN:
                continue
            for one in value if isinstance(value, list) else (value,):
                record = None if type(one) in PLAIN else getattr(one, "__record__", None)
                if record is not None:
                    return record(function.__name__, *args, **kwargs)
        return function(*args, **kwargs)

    return either  # type: ignore[return-value]


@one_step
def by_chance(numbers: Any, held: Any, drawn: Any, expected: bool) -> Any:
    """What is otherwise where chance is held at its expectation: a part of a person then, where there are whole people else.

    numbers: of the futures; a recording takes down both, and is then had either way.

    >>> by_chance(None, 2.4, 2.0, expected=True)
    2.4
    """
    del numbers
    return held if expected else drawn


@dataclass(frozen=True)
class Turn:
    """One of several turns."""

    kind: Any
    """Turns of the same kind do the same, but for the number and the random words of their step."""
    step: int
    """Step of their random words."""
    number: Any
    """Its number, a value to reckon with: nothing else may hang on it."""


@one_step
def in_turn(carried: list[Any], turn: Callable[[list[Any], Turn], list[Any]], turns: Sequence[Turn]) -> list[Any]:
    """Takes what is carried through turns, one after the other; a turn is handed what is carried, and returns it.

    >>> in_turn([1.0], lambda carried, t: [carried[0] * 2.0 + t.number], [Turn("", n, n) for n in (1, 2)])
    [8.0]
    """
    for one in turns:
        carried = turn(carried, one)
    return carried
