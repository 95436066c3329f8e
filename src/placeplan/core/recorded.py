"""Functions that a recording takes as one step, whatever they are made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def one_step(function: F) -> F:
    """A function that is handed whole to whoever records, where one of its arguments is being recorded.

    Numbers and arrays of numbers go to the function itself.
    """

    @wraps(function)
    def either(*args: Any, **kwargs: Any) -> Any:
        for value in args:
            for one in value if isinstance(value, list) else (value,):
                record = getattr(one, "__record__", None)
                if record is not None:
                    return record(function.__name__, *args, **kwargs)
        return function(*args, **kwargs)

    return either  # type: ignore[return-value]
