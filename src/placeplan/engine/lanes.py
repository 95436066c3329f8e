"""An array of futures that are not yet known: it looks like NumPy's, and records what is done to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Self

import numpy as np

from placeplan.engine.operations import TRUTHS, UFUNCS, Op
from placeplan.engine.tape import Ids, Tape


class NotRecordableError(TypeError):
    """What is done hangs on the values of futures that are not yet known."""


class Lanes:
    """Values ``[…, future]`` of a recording; the last axis stands for any number of futures and is of length 1 here.

    Raises `NotRecordableError` where something is asked that only numbers can answer, such as the truth of a comparison.
    """

    __slots__ = ("ids", "tape", "truth")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, tape: Tape, ids: Ids, truth: bool = False) -> None:
        self.tape, self.ids, self.truth = tape, ids, truth

    # -- shape ---------------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape as of one future."""
        found: tuple[int, ...] = self.ids.shape
        return found

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self.ids.ndim

    @property
    def size(self) -> int:
        """Number of values of one future."""
        return self.ids.size

    @property
    def dtype(self) -> Any:
        """Numbers, or truths."""
        return np.dtype(bool) if self.truth else np.dtype(np.float64)

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Lanes]:
        return (self._like(row) for row in self.ids)

    def __getitem__(self, at: Any) -> Lanes:
        if isinstance(at, Lanes):
            raise NotRecordableError("which values are meant depends on the future: use np.where")
        return self._like(np.asarray(self.ids[at]))

    def __setitem__(self, at: Any, value: Any) -> None:
        self.ids[at] = ids_of(self.tape, value)

    def reshape(self, *shape: Any) -> Lanes:
        """The same values in another shape."""
        return self._like(self.ids.reshape(*shape))

    def swapaxes(self, one: int, other: int) -> Lanes:
        """The same values with two axes exchanged."""
        return self._like(self.ids.swapaxes(one, other))

    def ravel(self) -> Lanes:
        """The same values in a row."""
        return self._like(self.ids.ravel())

    def copy(self) -> Lanes:
        """A copy whose entries may be set anew."""
        return self._like(self.ids.copy())

    def astype(self, dtype: Any, copy: bool = True) -> Lanes:
        """Truths as 1 and 0; numbers as they are."""
        del copy
        if np.dtype(dtype).kind not in "fbu":
            raise NotRecordableError(f"futures that are not yet known cannot be {dtype}")
        return Lanes(self.tape, self.ids.copy(), np.dtype(dtype) == np.dtype(bool))

    def sum(self, axis: int = 0) -> Lanes:
        """Sum over one axis, one after the other."""
        found: Lanes = add_up(self, axis)
        return found

    def min(self, axis: int = 0, initial: float = np.inf) -> Lanes:
        """Least over one axis, and of an initial number."""
        rows = np.moveaxis(self.ids, axis, 0)
        least: Any = np.full(rows.shape[1:], initial)
        for row in rows:
            least = np.minimum(least, self._like(row))
        return Lanes(self.tape, ids_of(self.tape, least))

    def _like(self, ids: Ids) -> Lanes:
        return Lanes(self.tape, ids, self.truth)

    # -- arithmetic ----------------------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **other: Any) -> Any:
        if method == "accumulate" and ufunc in (np.add, np.maximum, np.minimum):
            return accumulate(ufunc, inputs[0], **other)
        if method != "__call__" or ufunc not in UFUNCS or other:
            raise NotRecordableError(f"{ufunc.__name__} ({method}) cannot be recorded")
        op, turned = UFUNCS[ufunc]
        record = _two if len(inputs) == 2 else _record
        found = record(self.tape, op, *(inputs[::-1] if turned else inputs))
        return found if out is None else _into(out[0], found)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        del types
        if func not in FUNCTIONS:
            raise NotRecordableError(f"numpy.{func.__name__} cannot be recorded")
        return FUNCTIONS[func](*args, **kwargs)

    def __record__(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return RECORDED[name](*args, **kwargs)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise NotRecordableError("futures that are not yet known cannot become numbers")

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("__") and hasattr(np.ndarray, name):
            raise NotRecordableError(f"{name} of an array cannot be recorded")
        raise AttributeError(name)

    def __bool__(self) -> bool:
        raise NotRecordableError("whether this is so depends on the future")

    __float__ = __int__ = __bool__

    def __add__(self, other: Any) -> Lanes:
        return _two(self.tape, Op.ADD, self, other)

    def __radd__(self, other: Any) -> Lanes:
        return _two(self.tape, Op.ADD, other, self)

    def __sub__(self, other: Any) -> Lanes:
        return _two(self.tape, Op.SUBTRACT, self, other)

    def __rsub__(self, other: Any) -> Lanes:
        return _two(self.tape, Op.SUBTRACT, other, self)

    def __mul__(self, other: Any) -> Lanes:
        return _two(self.tape, Op.MULTIPLY, self, other)

    def __rmul__(self, other: Any) -> Lanes:
        return _two(self.tape, Op.MULTIPLY, other, self)

    def __truediv__(self, other: Any) -> Lanes:
        return _two(self.tape, Op.DIVIDE, self, other)

    def __rtruediv__(self, other: Any) -> Lanes:
        return _two(self.tape, Op.DIVIDE, other, self)

    def __neg__(self) -> Lanes:
        return _record(self.tape, Op.NEGATIVE, self)

    def __abs__(self) -> Lanes:
        return _record(self.tape, Op.ABSOLUTE, self)

    def __invert__(self) -> Lanes:
        return _record(self.tape, Op.NOT, self)

    def __lt__(self, other: Any) -> Lanes:
        return _two(self.tape, Op.LESS, self, other)

    def __le__(self, other: Any) -> Lanes:
        return _two(self.tape, Op.LESS_OR_EQUAL, self, other)

    def __gt__(self, other: Any) -> Lanes:
        return _two(self.tape, Op.LESS, other, self)

    def __ge__(self, other: Any) -> Lanes:
        return _two(self.tape, Op.LESS_OR_EQUAL, other, self)

    def __eq__(self, other: object) -> Lanes:  # type: ignore[override]
        return _two(self.tape, Op.EQUAL, self, other)

    def __ne__(self, other: object) -> Lanes:  # type: ignore[override]
        return _two(self.tape, Op.DIFFERENT, self, other)

    def __and__(self, other: Any) -> Lanes:
        return _two(self.tape, Op.AND, self, other)

    __rand__ = __and__

    def __or__(self, other: Any) -> Lanes:
        return _two(self.tape, Op.OR, self, other)

    __ror__ = __or__

    def __iadd__(self, other: Any) -> Self:
        _into(self, self + other)
        return self

    def __isub__(self, other: Any) -> Self:
        _into(self, self - other)
        return self

    def __imul__(self, other: Any) -> Self:
        _into(self, self * other)
        return self

    def __itruediv__(self, other: Any) -> Self:
        _into(self, self / other)
        return self

    def __iand__(self, other: Any) -> Self:
        _into(self, self & other)
        return self

    def __ior__(self, other: Any) -> Self:
        _into(self, self | other)
        return self


RECORDED: dict[str, Callable[..., Any]] = {}
"""How each function that counts as one step is recorded, by its name (`engine.steps`)."""


def ids_of(tape: Tape, value: Any) -> Any:
    """Steps of a value: its own, or those of constants."""
    if type(value) is Lanes:
        return value.ids
    if type(value) is float or isinstance(value, float | int):
        return tape.constant(float(value))
    return tape.constant_ids(value)


def _two(tape: Tape, op: Op, x: Any, y: Any) -> Lanes:
    """Records an operation on two; by far the most are of one value each, so that what is done for those is little."""
    a = x.ids if type(x) is Lanes else ids_of(tape, x)
    b = y.ids if type(y) is Lanes else ids_of(tape, y)
    one, other = type(a) is int or a.size == 1, type(b) is int or b.size == 1
    if not (one and other):
        return Lanes(tape, tape.many(op, a, b), op in TRUTHS)
    like = b if type(a) is int or (type(b) is not int and b.ndim > a.ndim) else a
    ids = np.empty(like.shape, dtype=np.int32)
    ids.fill(tape.one(op, a if type(a) is int else a.item(), b if type(b) is int else b.item()))
    return Lanes(tape, ids, op in TRUTHS)


def _record(tape: Tape, op: Op, *inputs: Any) -> Lanes:
    return Lanes(tape, tape.steps(op, *[i.ids if type(i) is Lanes else ids_of(tape, i) for i in inputs]), op in TRUTHS)


def _into(target: Any, found: Lanes) -> Lanes:
    """In-place arithmetic: the target's entries now stand for what was found, in every view of it."""
    if not isinstance(target, Lanes):
        raise NotRecordableError(
            "an array of numbers cannot take in futures that are not yet known: begin it with draws.zeros"
        )
    target.ids[...] = found.ids
    return target


def tape_of(*values: Any) -> Tape | None:
    """The recording that some of these values belong to; None where all are numbers."""
    return next((v.tape for v in values if isinstance(v, Lanes)), None)


def add_up(values: Any, axis: int = 0) -> Any:
    """Sum over one axis, one after the other; zeros where there is nothing."""
    rows = np.moveaxis(values.ids, axis, 0)
    if not len(rows):
        return Lanes(values.tape, values.tape.constant_ids(np.zeros(rows.shape[1:])))
    if rows[0].size == 1:
        first, *others = rows.ravel().tolist()
        for other in others:
            first = values.tape.one(Op.ADD, first, other)
        return Lanes(values.tape, np.full(rows.shape[1:], first, dtype=np.int32))
    total = rows[0].copy()
    for row in rows[1:]:
        total = values.tape.many(Op.ADD, total, row)
    return Lanes(values.tape, total)


def accumulate(ufunc: Any, values: Lanes, axis: int = 0, **other: Any) -> Lanes:
    """Running sums, least or most over one axis."""
    del other
    rows = np.moveaxis(values.ids, axis, 0)
    found = [Lanes(values.tape, rows[0])]
    for row in rows[1:]:
        found.append(ufunc(found[-1], Lanes(values.tape, row)))
    return Lanes(values.tape, np.moveaxis(np.stack([f.ids for f in found]), 0, axis))


def _on_ids(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that only moves entries about, done on the steps' numbers."""

    def moved(values: Any, *args: Any, **kwargs: Any) -> Lanes:
        return Lanes(values.tape, function(values.ids, *args, **kwargs), values.truth)

    return moved


def _joined(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that puts several arrays together."""

    def together(arrays: Any, *args: Any, **kwargs: Any) -> Lanes:
        arrays = list(arrays)
        tape = tape_of(*arrays)
        assert tape is not None
        return Lanes(
            tape, function([ids_of(tape, a) for a in arrays], *args, **kwargs), all(a.dtype.kind == "b" for a in arrays)
        )

    return together


def _filled(value: float) -> Callable[..., Any]:
    def like(values: Lanes, dtype: Any = None, **_: Any) -> Lanes:
        ids = np.full(values.shape, values.tape.constant(value), dtype=np.int32)
        return Lanes(values.tape, ids, dtype is not None and np.dtype(dtype) == bool)

    return like


def _where(condition: Any, yes: Any, no: Any) -> Lanes:
    tape = tape_of(condition, yes, no)
    assert tape is not None
    if not isinstance(condition, Lanes):
        ids = np.where(condition, ids_of(tape, yes), ids_of(tape, no))
        return Lanes(tape, ids.astype(np.int32))
    found = _record(tape, Op.SELECT, condition, yes, no)
    return Lanes(tape, found.ids, all(getattr(getattr(v, "dtype", None), "kind", "") == "b" for v in (yes, no)))


def _rounded(values: Any, decimals: int = 0) -> Any:
    """As NumPy rounds: scaled, to the nearest whole number, and back."""
    return np.rint(values * 10.0**decimals) / 10.0**decimals if decimals else np.rint(values)


def _clip(values: Any, low: Any, high: Any) -> Lanes:
    """As NumPy does it: first the lower bound, then the upper."""
    found: Lanes = np.minimum(np.maximum(values, low), high)
    return found


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.where: _where,
    np.clip: _clip,
    np.round: _rounded,
    np.sum: add_up,
    np.max: lambda values, axis: accumulate(np.maximum, values, axis)[-1],
    np.cumsum: lambda values, axis: accumulate(np.add, values, axis),
    np.zeros_like: _filled(0.0),
    np.ones_like: _filled(1.0),
    np.empty_like: _filled(0.0),
    np.stack: _joined(np.stack),
    np.concatenate: _joined(np.concatenate),
    np.hstack: _joined(np.hstack),
    np.broadcast_to: _on_ids(np.broadcast_to),
    np.repeat: _on_ids(np.repeat),
    np.reshape: _on_ids(np.reshape),
    np.moveaxis: _on_ids(np.moveaxis),
    np.copy: _on_ids(np.copy),
    np.ndim: lambda values: values.ndim,
    np.shape: lambda values: values.shape,
    np.isinf: lambda values: ~np.isfinite(values),
}
