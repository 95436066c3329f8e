"""Limits that differ from future to future: promises of which too few futures let all hold, whatever is set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.explore.conflict.linear import Relaxation, RuledOut, rule_out
from placeplan.explore.conflict.shares import at_least
from placeplan.explore.conflict.subsets import Subsets, bits, members, minimal


def may_fail(asked: Iterable[float]) -> float:
    """Largest share of futures in which not all of some promises hold, each holding as often as asked: ``Σ (1 − pᵢ)``.

    Source: Fréchet (1935), Fundamenta Mathematicae 25:379; Bonferroni's inequality.

    >>> round(may_fail([0.8, 0.7]), 3)
    0.5
    """
    return sum(1.0 - p for p in asked)


@dataclass(frozen=True)
class RuledOutByFuture:
    """Promises whose limits cannot be kept together in more futures than their shares leave room for."""

    promises: tuple[str, ...]
    share: float
    """Of futures in which no setting keeps all their limits."""
    at_least: float
    """No less than this (`shares.at_least`), more than ``room``."""
    room: float
    """`may_fail` of what is asked."""
    proofs: tuple[RuledOut, ...]
    """A certificate for each of these futures."""


def rule_out_by_future(
    futures: Sequence[Relaxation], asked: Mapping[str, float], sure: float = 0.95
) -> tuple[RuledOutByFuture, ...]:
    """The smallest sets of promises of which too few futures let all hold.

    A setting is chosen before the future is known. If it keeps each promise as often as asked, all hold together in
    ``1 − Σ (1 − pᵢ)`` of the futures at least, and in these the limits of that future can be kept. So where they cannot in
    more than ``Σ (1 − pᵢ)``, there is no such setting. Each of the 2ᵐ − 1 sets gets its part of 1 − ``sure``.

    Args:
        futures: the limits in each future, with the same promises and levers.
        asked: share of futures for each promise; 1 for one whose limits are the same in every future.
        sure: how sure the whole answer is.

    Raises:
        ValueError: where promises differ between futures, or some are not asked for; and as `rule_out`.
    """
    names = tuple(sorted(asked))
    if any(f.promises != names for f in futures):
        raise ValueError("each future has limits for the promises asked about, and for no others")
    table = Subsets(len(names))
    found = [{bits(names.index(p) for p in r.promises): r for r in rule_out(f).ruled_out} for f in futures]
    count = np.zeros(len(table.all))
    for one in found:
        broken = np.zeros(len(table.all), dtype=np.bool_)
        for mask in one:
            broken |= (table.all & mask) == mask
        count += broken
    if not futures:
        return ()
    low = at_least(count, len(futures), (1.0 - sure) / max(1, len(table.all) - 1))
    room = np.array([may_fail(asked[names[i]] for i in members(m)) for m in table.all.tolist()])
    struck = minimal(np.flatnonzero(low > room + 1e-12).tolist())
    return tuple(
        RuledOutByFuture(
            tuple(names[i] for i in members(m)),
            float(count[m]) / len(futures),
            float(low[m]),
            float(room[m]),
            tuple(_proofs(found, m)),
        )
        for m in struck
    )


def _proofs(found: Iterable[Mapping[int, RuledOut]], mask: int) -> Iterable[RuledOut]:
    """For each future in which a set is ruled out, the smallest part of it that is."""
    for one in found:
        within = [m for m in one if m & mask == m]
        if within:
            yield one[min(within, key=lambda m: (m.bit_count(), m))]
