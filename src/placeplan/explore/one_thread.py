"""Products and solutions of a search in one thread, so that their last bits, and what is found by them, hang on no number of threads.

Libraries that NumPy and SciPy call add up in another order where they divide a product among threads. Two designs that are as good as
each other by a guess then change places. What is this small takes no longer in one thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import scipy.linalg  # noqa: F401 – its library has to be there before it is told
from threadpoolctl import ThreadpoolController

F = TypeVar("F", bound=Callable[..., Any])

LIBRARIES = ThreadpoolController()
"""Found once, when this is imported: who looks for libraries while another thread loads one may wait for ever."""


def in_one_thread(function: F) -> F:
    """A function during which products and solutions take one thread each, also those of threads that it starts and waits for.

    The number of threads belongs to the whole process, and whoever set it first sets it back: so whoever starts threads that search
    is such a function too.

    >>> in_one_thread(lambda: {p["num_threads"] for p in LIBRARIES.info() if p["user_api"] == "blas"})()
    {1}
    """
    return cast("F", LIBRARIES.wrap(limits=1, user_api="blas")(function))
