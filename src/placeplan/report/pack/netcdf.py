"""Findings as netCDF (version 3, classic): the grid and every picture over time, as arrays with named dimensions."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from placeplan.stress.findings import Findings
from placeplan.stress.results.elements import Fan

QUANTILES = (0.1, 0.5, 0.9)


def as_netcdf(findings: Findings) -> bytes:
    """Arrays with their names, units and meaning; NaN is not due or not known.

    ``P``, ``P_low``, ``P_high`` are ``[promise, year]``; each fan is ``[its period, quantile]``, with the plan and with nothing done.
    """
    from scipy.io import netcdf_file  # noqa: PLC0415 – slow to import

    found = io.BytesIO()
    book = netcdf_file(found, "w", version=2)
    for name, value in (
        ("title", findings.plan), ("place", findings.place), ("plan_digest", findings.digest), ("source", f"placeplan {findings.placeplan}"),
        ("comment", findings.sentence),
    ):  # fmt: skip
        setattr(book, name, value.encode())
    book.seed, book.futures = np.int32(findings.seed), np.int32(findings.futures)
    _names(book, "promise", [p.id for p in findings.promises])
    _names(book, "year", findings.years)
    _values(book, "quantile", ("quantile",), np.array(QUANTILES), "1", "")
    if findings.promises and findings.years:
        for n, (name, about) in enumerate(
            (
                ("P", "share of futures that keep it"),
                ("P_low", "lower end of its 95 % interval"),
                ("P_high", "upper end"),
            )
        ):
            _values(book, name, ("promise", "year"), _shares(findings, n), "1", about)
    for fan in findings.fans:
        _fan(book, fan)
    book.flush()
    return found.getvalue()


def _shares(findings: Findings, part: int) -> Any:
    """Shares ``[promise, year]``."""
    found = np.full((len(findings.promises), len(findings.years)), np.nan)
    for i, promise in enumerate(findings.promises):
        for cell in promise.by_year:
            if cell.probability and cell.year in findings.years:
                p = cell.probability
                found[i, findings.years.index(cell.year)] = (p.p, p.low, p.high)[part]
    return found


def _fan(book: Any, fan: Fan) -> None:
    name = plain(fan.id)
    period = f"{name}_period"
    _names(book, period, [p.period for p in fan.points])
    for who in ("plan", "do_nothing"):
        values = np.array([getattr(p, who) for p in fan.points], dtype=float).reshape(-1, len(QUANTILES))
        _values(book, f"{name}_{who}", (period, "quantile"), values, fan.unit, fan.title)
    if any(p.limit is not None for p in fan.points):
        limits = np.array([np.nan if p.limit is None else p.limit for p in fan.points])
        _values(book, f"{name}_limit", (period,), limits, fan.unit, fan.limit_name or "limit")


def plain(text: str) -> str:
    """A name that netCDF allows.

    >>> plain("beds rbd/24")
    'beds_rbd_24'
    """
    return re.sub(r"\W+", "_", text, flags=re.ASCII)


def _names(book: Any, dimension: str, names: Sequence[str]) -> None:
    """A dimension and what its places are called, as rows of characters: this version knows no text."""
    width = max((len(n.encode()) for n in names), default=1)
    book.createDimension(dimension, len(names) or 1)
    book.createDimension(f"{dimension}_letters", max(1, width))
    held = book.createVariable(dimension, "c", (dimension, f"{dimension}_letters"))
    rows = [n.encode().ljust(max(1, width)) for n in names] or [b" "]
    held[:] = np.array([np.frombuffer(r, dtype="S1") for r in rows])


def _values(book: Any, name: str, dimensions: tuple[str, ...], values: Any, unit: str, about: str) -> None:
    for n, dimension in enumerate(dimensions):
        if dimension not in book.dimensions:
            book.createDimension(dimension, values.shape[n])
    held = book.createVariable(name, "d", dimensions)
    held.units, held.long_name = unit.encode(), about.encode()
    held[:] = values
