"""Choose a box on the trajectories, paste back what costs nothing, and open what may well mean nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from placeplan.explore.arrays import Flags
from placeplan.explore.prim.limits import Asked, balance, quasi_p, reach, share
from placeplan.explore.prim.peeling import Path, Region, Sample, every, paths


def choose(searched: Sample, found: Sequence[Path], asked: Asked) -> tuple[Region, Path] | None:
    """The box with fewest limits that has the coverage and density asked for; where none has, the one that comes nearest.

    Nearest by `reach`; among equals the best `balance`, then the earliest. ``None`` where no box is denser than all worlds.
    """
    base, best = searched.base, None
    for path in found:
        limited = (path.lows > 0) | (path.highs < searched.tops[path.among])
        count = limited.sum(axis=1)
        coverage, density = path.failing / path.failing[0], path.failing / path.worlds
        near = np.where((count > 0) & (count <= asked.limits), reach(coverage, density, base, asked), -1.0)
        even = balance(coverage, density)
        first = int(np.lexsort((-even, count, -near))[0])
        mark = (float(near[first]), -int(count[first]), float(even[first]))
        if mark[0] > 0 and (best is None or mark > best[0]):
            best = (mark, path, first)
    if best is None:
        return None
    _, path, step = best
    at = np.flatnonzero((path.lows[step] > 0) | (path.highs[step] < searched.tops[path.among]))
    region = Region(
        tuple(path.among[at].tolist()), tuple(path.lows[step, at].tolist()), tuple(path.highs[step, at].tolist())
    )
    return region, path


def paste(searched: Sample, region: Region, asked: Asked) -> Region:
    """Move ends out again, ``asked.peel`` of the box's worlds at a time, while the box is no less dense for it."""
    while region.inputs:
        each = region.each(searched.codes)
        n, failing = _counted(searched, every(each))
        best: tuple[float, Region] | None = None
        for at in range(len(region.inputs)):
            others = every(np.delete(each, at, axis=0)) & ~each[at]
            for wider in _wider(searched, region, at, others, max(1.0, asked.peel * n)):
                more, lost = _counted(searched, wider.inside(searched.codes))
                if lost / more >= failing / n and (best is None or lost / more > best[0]):
                    best = (lost / more, wider)
        if best is None:
            break
        region = best[1]
    return region


def _wider(searched: Sample, region: Region, at: int, others: Flags, few: float) -> list[Region]:
    """The box with the lower, and with the upper, end of one limit moved out by about ``few`` of the ``others``."""
    ranks, times = searched.codes[region.inputs[at]], searched.times
    top = int(searched.tops[region.inputs[at]])
    found = []
    for end in (0, 1):
        beyond = others & (ranks > region.highs[at] if end else ranks < region.lows[at]) & (times > 0)
        if beyond.any():
            near = np.bincount(ranks[beyond] if end else top - ranks[beyond], weights=times[beyond]).cumsum()
            rank = int(np.searchsorted(near, min(few, near[-1])))
            found.append(region.moved(at, end, rank if end else top - rank, searched.tops))
    return found


def quasi_ps(searched: Sample, region: Region) -> list[float]:
    """`quasi_p` of each limit."""
    each = region.each(searched.codes)
    worlds, failing = _counted(searched, every(each))
    found = []
    for at in range(len(each)):
        n, lost = _counted(searched, every(np.delete(each, at, axis=0)))
        found.append(quasi_p(worlds, failing, share(lost, n)))
    return found


def prune(searched: Sample, region: Region, asked: Asked) -> Region:
    """Open ends that may well mean nothing, the least sure first, unless the box then loses what was asked for."""
    had = _reach(searched, region, asked)
    while region.inputs:
        worlds, failing = _counted(searched, region.inside(searched.codes))
        opened = list(_opened(searched, region))
        p = [
            quasi_p(worlds, failing, share(lost, n))
            for n, lost in (_counted(searched, o.inside(searched.codes)) for o in opened)
        ]
        least = int(np.argmax(p))
        if p[least] <= asked.level or (had >= 1 and _reach(searched, opened[least], asked) < 1):
            break
        region = opened[least]
    return region


def _opened(searched: Sample, region: Region) -> Iterator[Region]:
    """The box with each of its ends opened in turn."""
    for at, i in enumerate(region.inputs):
        if region.lows[at] > 0:
            yield region.moved(at, 0, 0, searched.tops)
        if region.highs[at] < searched.tops[i]:
            yield region.moved(at, 1, int(searched.tops[i]), searched.tops)


def search(searched: Sample, asked: Asked) -> tuple[Region, Path] | None:
    """One box and the trajectory it was found on: peel, choose, paste, prune; ``None`` where there is none."""
    if not 0 < searched.base < 1:
        return None
    chosen = choose(searched, paths(searched, asked), asked)
    if chosen is None:
        return None
    region = paste(searched, chosen[0], asked)
    region = prune(searched, region, asked)
    return (region, chosen[1]) if region.inputs else None


def excess(searched: Sample, region: Region) -> float:
    """Failures in the box beyond its share of the worlds: ``mass × (density − base)``."""
    n, failing = _counted(searched, region.inside(searched.codes))
    return (failing - n * searched.base) / float(searched.times.sum())


def _counted(searched: Sample, inside: Flags) -> tuple[float, float]:
    """Worlds and failures inside."""
    times = searched.times[inside]
    return float(times.sum()), float(searched.failing[inside] @ times)


def _reach(searched: Sample, region: Region, asked: Asked) -> float:
    n, failing = _counted(searched, region.inside(searched.codes))
    coverage = share(failing, float(searched.failing @ searched.times))
    return float(reach(coverage, share(failing, n), searched.base, asked))
