"""The twelve usual defects of extracts, and how often each comes in made-up ones. A row has one defect at most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from placeplan.baseline.extracts.maps import SPANS, STAYS, Kind

ROW_RATES: dict[str, float] = {
    "duplicate": 0.005,
    "end-before-start": 0.002,
    "unknown-provider": 0.003,
    "unknown-date": 0.002,
}
"""Defect of a row → share of the rows that have it, where defects are as usual (1)."""
FILE_DEFECTS: tuple[str, ...] = (
    "semicolons",
    "byte-order mark",
    "header twice",
    "title above",
    "two encodings",
    "cut off",
)
"""Defects of a file; each stands in one file, in this order, and a row of totals in every third. Besides: an empty file.

With dates in three styles, by file, these are the twelve.
"""
FEWEST_FILES = 7
"""Files among which the records are parted, so that each defect of a file has one."""
NO_DATES = ("00/00/0000", "31/02/2016", "unknown", "2016-13-01")


def marks(draws: Any, scale: float, kind: Kind) -> Any:
    """Number of the defect of each row (1 and on, in the order of `ROW_RATES`), 0 for none; draws: between 0 and 1, ``[row]``."""
    edges = np.cumsum([rate * scale for rate in ROW_RATES.values()])
    found = np.searchsorted(edges, draws, side="right") + 1
    found[found > len(ROW_RATES)] = 0
    if kind not in STAYS | SPANS:
        found[found == 1 + list(ROW_RATES).index("end-before-start")] = 0
    return found


def spoil(columns: dict[str, Any], mark: Any, before: Any) -> None:
    """Give rows their defects, in place; before: a day before the start, as text, by row."""
    number = {name: n for n, name in enumerate(ROW_RATES, start=1)}
    if "end" in columns:
        columns["end"] = np.where(mark == number["end-before-start"], before, columns["end"])
    for word in ("site", "provider"):
        if word in columns:
            columns[word] = np.where(mark == number["unknown-provider"], "RZZ", columns[word])
    wrong = np.array(NO_DATES)[np.arange(len(mark)) % len(NO_DATES)]
    columns["start"] = np.where(mark == number["unknown-date"], wrong, columns["start"])


def doubled(mark: Any) -> Any:
    """Positions of rows as they are written: those sent twice stand twice, one after the other."""
    return np.repeat(np.arange(len(mark)), 1 + (mark == 1))


def expected_of(mark: Any) -> Counter[str]:
    """Reason → rows that will be set aside for it."""
    return Counter({name: int((mark == n).sum()) for n, name in enumerate(ROW_RATES, start=1)})


def written(lines: list[str], number: int, scale: float, aside: Counter[str]) -> bytes:
    """A file's bytes with the defects of its number; what they add to the rows set aside is added to ``aside``."""
    if not scale:
        return ("\n".join(lines) + "\n").encode()
    defect = FILE_DEFECTS[number] if number < len(FILE_DEFECTS) else ""
    if number % 3 == 0:
        lines = [*lines[:-1], "Total" + "," * lines[0].count(","), lines[-1]]
        aside["totals-row"] += 1
    if defect == "header twice":
        lines = [lines[0], *lines]
        aside["header-again"] += 1
    if defect == "title above":
        lines = ["Extract for planning; made up, nobody's records", *lines]
    if defect == "cut off":
        lines = [*lines[:-1], lines[-1][: lines[-1].index(",") + 2]]
        aside["wrong-cells"] += 1
        return "\n".join(lines).encode()
    text = "\n".join(lines) + "\n"
    if defect == "semicolons":
        text = text.replace(",", ";")
    if defect == "two encodings":
        half = text.index("\n", len(text) // 2)
        return text[:half].encode("utf-8") + text[half:].encode("latin-1")
    return (b"\xef\xbb\xbf" if defect == "byte-order mark" else b"") + text.encode()


def as_told(aside: Mapping[str, int]) -> dict[str, int]:
    """Reasons with rows, the commonest first."""
    return dict(sorted(((k, n) for k, n in aside.items() if n), key=lambda item: (-item[1], item[0])))
