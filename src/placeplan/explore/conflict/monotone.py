"""Whether levers do what is said of them: on the runs at hand, future by future."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from placeplan.core import streams
from placeplan.explore.arrays import Flags, Floats, Whole
from placeplan.explore.conflict.problem import EITHER, UNKNOWN, Problem, Setting
from placeplan.explore.conflict.shares import by_luck
from placeplan.explore.conflict.tally import SpentError, Tally

WALKS = 8
"""Part of the budget that a further walk may spend: where there are many levers, it ends early."""
AHEAD = 16
"""Steps of a walk that are run at once."""
LUCK = 0.001
"""A better setting that keeps less than a worse one by less luck than this is not better. Whoever drops a sign too many
proves less, and nothing that is not so; so this is not made smaller for the many pairs looked at."""


@dataclass(frozen=True)
class Checked:
    """What the runs say of the signs."""

    signs: Whole
    """Those that stand, ``[promise, lever]``; `UNKNOWN` in place of one that does not."""
    uneven: tuple[int, ...]
    """Promises that some future keeps under a worse setting and not under a better: what is proved of them needs fresh futures."""


def walk(tally: Tally, seed: int) -> bool:
    """Runs paths from one corner to the opposite one, a lever at a time and by its middle, and learns what each lever moves.

    Whether the first came to its end, so that each lever was looked at: signs that nobody looked at prove nothing.
    Source: Morris (1991), Technometrics 33:161.
    """
    looked = False
    for path in range(tally.effort.paths):
        tally.allow(tally.effort.budget // (WALKS if looked else 1))
        settings, order = _path(tally.problem, seed, path)
        try:
            for k, j in enumerate(order):
                tally.see(settings[k // AHEAD * AHEAD : (k // AHEAD + 1) * AHEAD + 1])
                one, other = tally.see(settings[k : k + 2])
                far = abs(settings[k + 1][j] - settings[k][j]) / tally.problem.levers[j].width
                tally.learn(j, far, one, other)
        except SpentError:
            break
        looked = True
    return looked


def _path(problem: Problem, seed: int, path: int) -> tuple[list[Setting], list[int]]:
    """The settings of a path, and the lever that each step but the first moves."""
    keys = streams.keys(seed, "conflicts", [lever.name for lever in problem.levers])
    u = streams.uniform(streams.words(keys, np.arange(2, dtype=np.uint64), path))
    order = [j for j in np.argsort(u[:, 0], kind="stable").tolist() if len(problem.levers[j].values) > 1]
    up = u[:, 1] < 0.5
    at = [lever.values[0 if up[j] else -1] for j, lever in enumerate(problem.levers)]
    settings: list[Setting] = [tuple(at)]
    moved = []
    for j in order:
        for value in (problem.levers[j].middle, problem.levers[j].values[-1 if up[j] else 0]):
            if value != at[j]:
                at[j] = value
                settings.append(tuple(at))
                moved.append(j)
    return settings, moved


def check(tally: Tally) -> Checked:
    """Every pair of settings run of which one should be no worse for a promise than the other.

    A sign is dropped where the better one keeps less by more than luck (`by_luck`): that of the one lever in which they
    differ, or, where no such pair says which, those of all in which they do.
    """
    signs, uneven = tally.problem.signs, []
    for i in range(len(signs)):
        while True:
            wrong, odd = _wrong(tally, i, signs[i])
            if not len(wrong):
                break
            alone = wrong[wrong.sum(axis=1) == 1]
            signs[i, (alone if len(alone) else wrong).any(axis=0)] = UNKNOWN
        if odd:
            uneven.append(i)
    return Checked(signs, tuple(uneven))


def _wrong(tally: Tally, i: int, signs: Whole) -> tuple[Flags, bool]:
    """In which levers the pairs differ that contradict the signs ``[pair, lever]``; whether any future does at all."""
    found, odd = [np.zeros((0, len(signs)), dtype=np.bool_)], False
    for n in tally.effort.looks:
        settings = [(s, seen.kept[:n, i]) for s, seen in tally.known.items() if seen.futures >= n]
        if len(settings) < 2:
            break
        x = np.array([s for s, _ in settings])
        kept = np.array([k for _, k in settings], dtype=np.float64)
        against: Floats = kept @ (1.0 - kept).T
        against[~_no_worse(x, signs)] = 0.0
        odd = odd or bool(against.any())
        worse, better = np.nonzero(against)
        b, c = against[worse, better], (kept @ (1.0 - kept).T)[better, worse]
        bad = by_luck(b, c) < LUCK
        found.append(x[worse[bad]] != x[better[bad]])
    return np.concatenate(found), odd


def _no_worse(x: Floats, signs: Whole) -> Flags:
    """``[setting, other]``, whether the other should be no worse: every lever stands as well or better, or touches nothing."""
    fine = np.ones((len(x), len(x)), dtype=np.bool_)
    for j, sign in enumerate(signs.tolist()):
        rises = x[None, :, j] - x[:, None, j]
        if sign != EITHER:
            fine &= (rises == 0.0) if sign == UNKNOWN else (sign * rises >= 0.0)
    return fine
