"""How functions of the engine are compiled, and where what was compiled is kept.

The compiler does not notice that an equation in another file has changed and would answer with the old one. So what was
compiled is kept in a folder named by a digest of the sources that are compiled, with all that they call, and the compiler's version.
The compiler is imported here and nowhere below: who imports nothing of the engine does not wait for it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from inspect import unwrap
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite.binding as llvm

from placeplan.engine.caches import PACKAGE, digest_of_files, user_cache, writable

F = TypeVar("F", bound=Callable[..., Any])
SETTING, FEATURES = "NUMBA_CACHE_DIR", "NUMBA_CPU_FEATURES"
ROOMS = ("core", "engine")
"""Where everything stands that is compiled, and what it calls."""
KEPT = 8
"""Folders of other sources that stay; older ones are removed."""


def sources_digest() -> str:
    """Digest of the sources of these rooms and the compiler's version, 16 hexadecimal digits."""
    return digest_of_files((p for room in ROOMS for p in (PACKAGE / room).rglob("*.py")), version("numba"))


def processor() -> str:
    """What this processor can do, as the compiler is told: vectors are to be as wide as can be.

    It takes half of them where it knows that a processor then runs slower, which processors of today no longer do: a
    replay takes an eighth less time. Nothing about it changes a bit.
    """
    able = llvm.get_host_cpu_features()
    wide = able.get("avx512vbmi2", False)
    return f"{able.flatten()},-prefer-256-bit" if wide else str(able.flatten())


def cache_folder() -> Path:
    """The folder of these sources: under the one set for the compiler, else the user's cache, else a temporary one."""
    digest = sources_digest()
    if (chosen := os.environ.get(SETTING)) and Path(chosen).name == digest:
        return Path(chosen)  # set by the process that started this one
    places = [Path(chosen)] if chosen else [user_cache() / "compiled"]
    for place in (*places, Path(tempfile.gettempdir()) / "placeplan"):
        if not (place / digest).is_dir() and place.is_dir():
            _forget(place)
        if writable(place / digest):
            return place / digest
    return Path(tempfile.mkdtemp(prefix="placeplan"))


def folder() -> Path:
    """The folder in which what this process compiles is kept; it may have been emptied meanwhile."""
    found = Path(os.environ[SETTING])
    found.mkdir(parents=True, exist_ok=True)
    return found


@contextmanager
def alone(what: str, *, wait: bool) -> Iterator[bool]:
    """Holds a lock of this name in the folder of these sources, so that two processes do not compile the same.

    Yields whether it is held: always where one waits for it, or where there are no locks.
    """
    try:
        import fcntl  # noqa: PLC0415 – where there is no such thing, nothing is locked
    except ImportError:
        yield True
        return
    with (folder() / f"{what}.lock").open("w") as lock:  # the lock goes with the file, however this process ends
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _forget(place: Path) -> None:
    """Remove what was compiled of sources of long ago."""
    folders = [f for f in place.iterdir() if len(f.name) == 16 and f.is_dir()]
    for folder in sorted(folders, key=lambda f: f.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


os.environ[SETTING] = str(cache_folder())
if FEATURES not in os.environ:
    os.environ[FEATURES] = processor()

import numba  # noqa: E402 – only now, as it reads the setting when it is imported
from numba.extending import overload, register_jitable  # noqa: E402

numba.config.reload_config()  # type: ignore[no-untyped-call]  # where another program had imported it before


PUT_IN: Any = {"forceinline": True, "_nrt": False, "no_cfunc_wrapper": True, "no_cpython_wrapper": True}
"""What is put in where it is called: nobody else calls it, so it needs no way in."""


_MADE: Counter[str] = Counter()


def _named_apart(function: F) -> F:
    """Number functions that one function makes, in the order in which it makes them, which is the same in each process.

    The compiler tells those of one name apart by when this process came to them. What two processes compiled, each its
    first, then bears one name, and a kernel that calls both would be linked to one of them twice.
    """
    if "<locals>" in function.__qualname__:
        name = f"{function.__module__}.{function.__qualname__}"
        _MADE[name] += 1
        function.__qualname__ += f"_{_MADE[name]}"
    return function


def _compiled(function: F, **options: Any) -> F:
    """No freedom with floating point: neither order nor rounding changes; a division by zero is answered as in NumPy."""
    njit: Any = numba.njit
    made = njit(nogil=True, error_model="numpy", fastmath=False, cache=True, no_cfunc_wrapper=True, **options)
    return cast("F", made(_named_apart(function)))


def kernel(function: F) -> F:
    """Compile a function at its first call for each type of its arguments; it runs without Python's lock.

    >>> from placeplan.core.walks import next_chance
    >>> kernel(next_chance)(0.25, 1.5, 0.5)
    0.1875
    """
    return _compiled(function)


def lean(function: F) -> F:
    """A kernel that makes no array, only writes into those handed to it, and so counts no references.

    Counting takes some 100 ns a call: as long as drawing 50 counts.
    """
    return _compiled(function, _nrt=False)


def part(function: F) -> F:
    """A piece of lean kernels, put in where they call it; as large pieces are compiled once, not there.

    It is kept with the kernel: what a kernel closes over has to be plain Python, or the compiler would not know it again.
    """
    return register_jitable(**PUT_IN)(_named_apart(function))


def equation(function: F) -> F:
    """Let kernels call an equation of plain Python that stands elsewhere; the function itself stays as it is.

    It is put in the kernel's own loops, or these would not be vectorised: by the compiler's back end, as its front takes
    seconds longer for it.

    >>> from placeplan.core.walks import next_chance
    >>> equation(next_chance) is next_chance
    True
    """
    plain = cast("F", unwrap(function))
    offered: Any = overload(function, jit_options=PUT_IN, strict=False)

    @offered  # type: ignore[untyped-decorator]
    def _(*_args: Any) -> F:
        return plain

    return function
