"""Boxes that were looked for in some worlds, measured in others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from placeplan.explore.arrays import Flags, Floats
from placeplan.explore.prim.limits import Box, Discovery, share


def measure(found: Discovery, inputs: Mapping[str, Floats], failures: Floats) -> Discovery:
    """The same boxes with mass, coverage and density in these worlds; what says how sure they are stays that of the search.

    Only the inputs that a box limits are read, one at a time.

    Args:
        found: boxes, wherever they were found.
        inputs: by name, ``[world]``.
        failures: ``[world]``, as `discover` takes them.

    >>> from placeplan.explore.prim.discovery import Asked, discover
    >>> x = np.arange(100) // 10.0
    >>> few = discover(x[::2, None], x[::2] >= 6, ["growth"], 1, Asked(resamples=0))
    >>> box = measure(few, {"growth": x}, x >= 6).boxes[0]
    >>> box.limits[0].low, box.worlds, box.density, box.coverage
    (6.0, 40, 1.0, 1.0)
    """
    failing = np.asarray(failures, dtype=np.float64)
    total, held = float(failing.sum()), np.zeros(len(failing), dtype=np.bool_)
    boxes: list[Box] = []
    for box in (*found.boxes, *([found.refused] if found.refused else [])):
        inside = _inside(box, inputs, len(failing))
        bad = float(failing[inside].sum())
        adds = share(float(failing[inside & ~held].sum()), total)
        boxes.append(
            replace(
                box, worlds=int(inside.sum()), mass=float(inside.mean()), coverage=share(bad, total),
                density=share(bad, float(inside.sum())), adds=adds,
            )
        )  # fmt: skip
        if box is not found.refused:
            held |= inside
    base, caught = float(failing.mean()), float(failing[held].sum())
    density = share(caught, float(held.sum())) if found.boxes else base
    refused = boxes.pop() if found.refused else None
    return Discovery(len(failing), base, tuple(boxes), share(caught, total), density, refused)


def _inside(box: Box, inputs: Mapping[str, Floats], worlds: int) -> Flags:
    """Which worlds keep every limit of a box, ``[world]``."""
    inside: Flags = np.ones(worlds, dtype=np.bool_)
    for limit in box.limits:
        values = inputs[limit.name]
        inside &= (values >= (-np.inf if limit.low is None else limit.low)) & (
            values <= (np.inf if limit.high is None else limit.high)
        )
    return inside
