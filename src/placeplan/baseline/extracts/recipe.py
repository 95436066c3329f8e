"""What made-up records are made of, and what was put in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.baseline.extracts.maps import RecordMap
from placeplan.baseline.extracts.place import Place
from placeplan.core import streams
from placeplan.core.tables import Row


@dataclass
class Made:
    """What was put in: rows without defects, and rows that will be set aside, by reason."""

    rows: int = 0
    aside: Counter[str] = field(default_factory=Counter)
    cells: dict[tuple[str, str, str, str, str], int] = field(default_factory=dict)
    """Pod, site, area, sex, age band → rows drawn, before defects."""


@dataclass(frozen=True)
class Recipe:
    """What records are made of."""

    layout: RecordMap
    place: Place
    baseline: Baseline
    tables: Mapping[str, tuple[Row, ...]]
    rows: int
    scale: float
    """How often defects come; 1 as usual, 0 never."""
    seed: int


def uniform(seed: int, name: str, rows: Any) -> Any:
    """Uniform numbers by name, one for each number of a row."""
    keys = streams.keys(seed, "records", [name])
    return streams.uniform(streams.words(keys, np.asarray(rows, dtype=np.uint64), 0)[0])
