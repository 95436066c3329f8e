"""In which worlds does it fail? Boxes of few limits that hold most failures and little else, and how far to trust them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.core import streams
from placeplan.explore.arrays import Flags, Floats, Whole
from placeplan.explore.prim import choosing, peeling
from placeplan.explore.prim.limits import (
    Again,
    Asked,
    Box,
    Discovery,
    Limit,
    Steady,
    Step,
    dense_enough,
    share,
)
from placeplan.explore.prim.peeling import Path, Region, Sample

USUAL = Asked()
EXACT = 2.0**30
"""Failures are counted in steps of one in so many, so that sums are exact and ties are ties in any order."""
ENOUGH = 10
"""Shuffles as good as the box itself after which no more are tried; the share so far is what is told."""


@dataclass(frozen=True)
class _Table:
    """Inputs as ranks, with the values that the ranks stand for."""

    names: tuple[str, ...]
    values: tuple[Floats, ...]
    codes: Whole
    tops: Whole
    failing: Floats
    seed: int


def discover(
    inputs: Floats,
    failures: Floats,
    names: Sequence[str],
    seed: int,
    asked: Asked = USUAL,
    between: Callable[[], None] = lambda: None,
) -> Discovery:
    """Boxes in which worlds fail, one after the other among the worlds that no earlier box holds.

    A box is taken where shuffled failures seldom give as much (at most ``asked.luck`` of the time); the first that is not
    ends the search and is told apart.

    Args:
        inputs: ``[world, input]``, in any unit; of a category that has no order, one column for each value.
        failures: ``[world]``, 1 where the world fails and 0 where it does not, or the share of its chances that fail.
        names: of the inputs.
        seed: of the draws by which worlds are drawn anew and failures shuffled.
        asked: coverage, density and limits asked for.
        between: called between one search and the next; what it raises ends the discovery.

    Raises:
        ValueError: where shapes do not fit, a number is missing, or a failure is no share.

    Sources: Friedman & Fisher (1999); Bryant & Lempert (2010), Technological Forecasting and Social Change 77, 34–49.

    >>> x = np.array([[i % 20, i // 20] for i in range(400)], dtype=float)
    >>> found = discover(x, (x[:, 0] >= 12) & (x[:, 1] < 10), ["growth", "posts"], 1, Asked(resamples=0))
    >>> [(l.name, l.low, l.high) for l in found.boxes[0].limits], found.boxes[0].density
    ([('growth', 12.0, None), ('posts', None, 9.0)], 1.0)
    """
    table = _table(inputs, failures, names, seed)
    left = np.ones(len(table.failing), dtype=np.bool_)
    base = float(table.failing.mean())
    boxes: list[Box] = []
    refused = None
    while len(boxes) < asked.boxes and refused is None:
        between()
        part = peeling.sample(table.codes[:, left], table.failing[left], table.tops)
        found = choosing.search(part, asked)
        if found is None:
            break
        region, path = found
        if boxes and not _dense(part, region, base, asked):
            break
        entity = f"box {len(boxes) + 1}"
        chance = _by_chance(part, choosing.excess(part, region), seed, entity, asked, between)
        real = chance <= asked.luck
        again = _again(table, part, entity, asked, between) if real and asked.resamples else None
        box = _told(table, part, region, path, left, chance, again)
        if not real:
            refused = box
            break
        boxes.append(box)
        left &= ~region.inside(table.codes)
    held = float(table.failing[~left].sum())
    density = share(held, float((~left).sum())) if boxes else base
    return Discovery(len(left), base, tuple(boxes), share(held, float(table.failing.sum())), density, refused)


def _table(inputs: Floats, failures: Floats, names: Sequence[str], seed: int) -> _Table:
    """What was handed over, checked and in ranks."""
    x, y = np.asarray(inputs, dtype=np.float64), np.asarray(failures, dtype=np.float64)
    if x.ndim != 2 or not x.size or y.shape != x.shape[:1] or len(names) != x.shape[1]:
        raise ValueError("give inputs [world, input], failures [world] and a name for each input")
    if len(set(names)) != len(names):
        raise ValueError("two inputs have the same name")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("a number is missing or not finite")
    if y.min() < 0 or y.max() > 1:
        raise ValueError("a failure is a share between 0 and 1")
    pairs = [np.unique(column, return_inverse=True) for column in x.T]
    codes = np.array([p[1] for p in pairs], dtype=np.int64)
    values = tuple(p[0] for p in pairs)
    return _Table(tuple(names), values, codes, codes.max(axis=1), np.rint(y * EXACT) / EXACT, seed)


def _dense(part: Sample, region: Region, base: float, asked: Asked) -> bool:
    """Whether the worlds that a further box adds come half of the way from all worlds to the density asked for."""
    inside = region.inside(part.codes)
    density = share(float(part.failing[inside].sum()), float(inside.sum()))
    return density >= (base + dense_enough(asked.density, base)) / 2


def _by_chance(
    part: Sample, found: float, seed: int, entity: str, asked: Asked, between: Callable[[], None]
) -> float:  # fmt: skip
    """How often the same search finds as much where failures are shuffled: ``(1 + as good) / (1 + shuffles)``.

    Where many are as good, it stops early: ``as good / shuffles`` by then. Source: Besag & Clifford (1991), Sequential Monte
    Carlo p-values, Biometrika 78, 301–304.
    """
    name = np.array([streams.key(seed, "prim shuffle", entity)], dtype=np.uint64)
    worlds = np.arange(part.codes.shape[1], dtype=np.uint64)
    good = 0
    for step in range(asked.shuffles):
        between()
        mixed = np.argsort(streams.words(name, worlds, step)[0], kind="stable")
        other = Sample(part.codes, part.order, part.failing[mixed], part.times, part.tops)
        region = choosing.search(other, asked)
        good += region is not None and choosing.excess(other, region[0]) >= found
        if good >= ENOUGH:
            return good / (step + 1)
    return (1 + good) / (1 + asked.shuffles)


def _again(table: _Table, part: Sample, entity: str, asked: Asked, between: Callable[[], None]) -> Again:
    """The search on worlds drawn anew, each box measured on the worlds that were not drawn."""
    name = np.array([streams.key(table.seed, "prim resample", entity)], dtype=np.uint64)
    count = part.codes.shape[1]
    regions, measured = [], []
    for step in range(asked.resamples):
        between()
        u = streams.uniform(streams.words(name, np.arange(count, dtype=np.uint64), step)[0])
        times = np.bincount((u * count).astype(np.int64), minlength=count)
        found = choosing.search(peeling.drawn(part, times), asked)
        region = found[0] if found else Region((), (), ())
        regions.append(region)
        measured.append(_measure(part, region, times == 0))
    low, middle, high = np.quantile(np.array(measured), [0.1, 0.5, 0.9], axis=0)
    coverage, density = ((float(a), float(b), float(c)) for a, b, c in zip(low, middle, high, strict=True))
    return Again(asked.resamples, _steady(table, regions), coverage, density)


def _measure(part: Sample, region: Region, among: Flags) -> tuple[float, float]:
    """Coverage and density of a box, on some of the worlds."""
    inside = among & region.inside(part.codes)
    failing = float(part.failing[inside].sum())
    return share(failing, float(part.failing[among].sum())), share(failing, float(inside.sum()))


def _steady(table: _Table, regions: Sequence[Region]) -> tuple[Steady, ...]:
    """How often each input is limited, and where its ends lie when they are; ties in the order of the inputs."""
    found = []
    for i, name in enumerate(table.names):
        ends = np.array([(r.lows[at], r.highs[at]) for r in regions for at, j in enumerate(r.inputs) if j == i])
        if len(ends):
            low, high = np.quantile(ends, [0.1, 0.9], axis=0, method="inverted_cdf").astype(np.int64).T
            values = table.values[i]
            found.append(
                Steady(
                    name,
                    len(ends) / len(regions),
                    (float(values[low[0]]), float(values[low[1]])) if low[1] > 0 else None,
                    (float(values[high[0]]), float(values[high[1]])) if high[0] < table.tops[i] else None,
                )
            )
    return tuple(sorted(found, key=lambda s: -s.share))


def _told(
    table: _Table, part: Sample, region: Region, path: Path, left: Flags, chance: float, again: Again | None
) -> Box:  # fmt: skip
    """A box in the units of its inputs, measured on all worlds."""
    inside = region.inside(table.codes)
    failing, total = float(table.failing[inside].sum()), float(table.failing.sum())
    ends = [_ends(table, *limit) for limit in zip(region.inputs, region.lows, region.highs, strict=True)]
    return Box(
        limits=tuple(Limit(*e, p) for e, p in zip(ends, choosing.quasi_ps(part, region), strict=True)),
        worlds=int(inside.sum()),
        mass=float(inside.mean()),
        coverage=share(failing, total),
        density=share(failing, float(inside.sum())),
        adds=share(float(table.failing[inside & left].sum()), total),
        chance=chance,
        steps=_steps(table, path),
        again=again,
    )


def _ends(table: _Table, i: int, low: int, high: int) -> tuple[str, float | None, float | None]:
    """An input's name, and the ends that hold something back."""
    values = table.values[i]
    return (
        table.names[i], float(values[low]) if low > 0 else None, float(values[high]) if high < table.tops[i] else None
    )  # fmt: skip


def _steps(table: _Table, path: Path) -> tuple[Step, ...]:
    """The trajectory in the units of the inputs."""
    found = []
    for lows, highs, worlds, failing in zip(path.lows, path.highs, path.worlds, path.failing, strict=True):
        ends = [_ends(table, int(i), int(a), int(b)) for i, a, b in zip(path.among, lows, highs, strict=True)]
        limited = tuple(e for e in ends if e[1:] != (None, None))
        found.append(
            Step(limited, share(worlds, path.worlds[0]), share(failing, path.failing[0]), share(failing, worlds))
        )  # fmt: skip
    return tuple(found)
