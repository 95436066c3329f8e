"""In which order a program takes its steps: those that read each other near each other, so that rows stay near the processor."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.engine.compiled import kernel, part
from placeplan.engine.operations import Op

NEAR = 1000
"""Steps of the recording that may be drawn forward. Fewer leave what belongs together apart; with more, values are worked
out long before they are read, and more rows are needed at once.
"""


@part
def _waits_for(op: Any) -> Any:
    """Whether a step waits for such a one: constants are there, and a word is drawn when it is first read."""
    return (op != Op.CONSTANT) & (op != Op.UPPER) & (op != Op.LOWER)


@part
def _put(heap: Any, size: Any, one: Any) -> Any:
    """Puts a number into a heap, least first; returns how many are in it."""
    at = size
    while at > 0 and heap[(at - 1) // 2] > one:
        heap[at] = heap[(at - 1) // 2]
        at = (at - 1) // 2
    heap[at] = one
    return size + 1


@part
def _take(heap: Any, size: Any) -> Any:
    """Takes the least number out of a heap; how many are left is one less."""
    least, last, at, child = heap[0], heap[size - 1], 0, 1
    while child < size - 1:
        if child + 1 < size - 1 and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= last:
            break
        heap[at] = heap[child]
        at, child = child, 2 * child + 1
    heap[at] = last
    return least


@kernel
def readers(code: Any, used: Any, operands: Any) -> Any:
    """Who reads each step: where each one's readers begin, all of them, and how many each step waits for."""
    n = len(code)
    start, waits = np.zeros(n + 1, np.int32), np.zeros(n, np.int32)
    for i in range(n):
        for k in range(operands[code[i, 0]] if used[i] else 0):
            if _waits_for(code[code[i, k + 1], 0]):
                start[code[i, k + 1] + 1] += 1
                waits[i] += 1
    for i in range(n):
        start[i + 1] += start[i]
    found, at = np.empty(start[n], np.int32), start.copy()
    for i in range(n):
        for k in range(operands[code[i, 0]] if used[i] else 0):
            if _waits_for(code[code[i, k + 1], 0]):
                found[at[code[i, k + 1]]] = i
                at[code[i, k + 1]] += 1
    return start, found, waits


@part
def _ready(readers: Any, waits: Any, last: Any, heap: Any, size: Any) -> Any:
    """Puts those into the heap that waited for nothing else and stand no further than the last; returns how many are in it."""
    for reader in readers:
        waits[reader] -= 1
        if waits[reader] == 0 and reader <= last:
            size = _put(heap, size, reader)
    return size


@kernel
def ordered(code: Any, used: Any, operands: Any, near: int) -> Any:
    """The steps that are used, in the order in which they are taken; constants are among them.

    As they were recorded, but that a step is followed at once by those that have now all they read, and by what follows from
    these, as long as they stand within the next so many steps of the recording. A word is drawn when it is first read.
    """
    start, found, waits = readers(code, used, operands)
    n, at = len(code), 0
    order, done, heap = np.empty(n, np.int32), ~used, np.empty(n, np.int32)
    for first in range(n):
        size = 0
        if not done[first] and _waits_for(code[first, 0]):
            size = _put(heap, size, first)
        elif not done[first] and code[first, 0] == Op.CONSTANT:
            order[at], done[first] = first, True
            at += 1
        while size > 0:
            i = _take(heap, size)
            size -= 1
            for k in range(operands[code[i, 0]]):
                word = code[i, k + 1]
                if not done[word]:
                    order[at], done[word] = word, True
                    at += 1
            order[at], done[i] = i, True
            at += 1
            size = _ready(found[start[i] : start[i + 1]], waits, first + near, heap, size)
    for i in range(n):  # words that are asked for themselves
        if not done[i]:
            order[at] = i
            at += 1
    return order[:at]
