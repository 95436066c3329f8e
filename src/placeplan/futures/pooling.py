"""Pooling: what several studies of the same thing say together, and what that means for a place that was not among them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from placeplan.core.intervals import Z95


def log_change(percent: float) -> float:
    """The natural logarithm of a change: ``ln(1 + percent / 100)``. On this scale halving and doubling weigh the same.

    percent: the change, above −100 (percent; negative is less). Result: log ratio.

    >>> round(log_change(-23), 4)
    -0.2614
    """
    return math.log1p(percent / 100.0)


def standard_error(low: float, high: float) -> float:
    """The standard error behind an interval of 95 %: ``(high − low) / (2 × 1.96)``.

    low, high: ends of the interval (the effect's unit, or log ratio). Result: in the same unit.
    Source: Cochrane Handbook for Systematic Reviews, version 6.5, section 6.3.1.

    >>> round(standard_error(log_change(-38), log_change(-5)), 4)
    0.1089
    """
    return (high - low) / (2.0 * Z95)


def error_unsaid(effect: float, least: float) -> float:
    """The error of a study that gives none: so large that its interval reaches 0, ``max(|effect| / 1.96, least)``.

    effect: what it found; least: the least error it is given (both in the effect's unit, or log ratio). Own judgement: who does
    not say how sure they are has not ruled out that nothing happened.

    >>> round(error_unsaid(log_change(42), 0.15), 4)
    0.1789
    """
    return max(abs(effect) / Z95, least)


def between_studies(effects: Sequence[float], errors: Sequence[float]) -> float:
    """Variance of the true effect from place to place: ``τ² = max(0, (Q − (k − 1)) / (Σw − Σw² / Σw))``.

    effects: what each of k studies found; errors: their standard errors, above 0; ``w = 1 / error²`` and
    ``Q = Σ w (effect − Σ w effect / Σw)²``. Result: the effects' unit, squared; 0 for one study.
    Source: DerSimonian and Laird (1986), Controlled Clinical Trials 7, 177–188.

    >>> between_studies([0.0, 4.0], [1.0, 1.0])  # w = 1, Q = 8, (8 − 1) / (2 − 1)
    7.0
    """
    y, w = np.asarray(effects, dtype=np.float64), 1.0 / np.asarray(errors, dtype=np.float64) ** 2
    if len(y) < 2:
        return 0.0
    q = float((w * (y - (w * y).sum() / w.sum()) ** 2).sum())
    return max(0.0, (q - (len(y) - 1)) / float(w.sum() - (w**2).sum() / w.sum()))


def pooled_effect(effects: Sequence[float], errors: Sequence[float], between: float) -> tuple[float, float]:
    """The mean effect over places and its standard error: ``Σ v effect / Σv`` and ``1 / √Σv``, ``v = 1 / (error² + between)``.

    effects, errors: as in `between_studies`; between: its result. Result: mean and standard error, the effects' unit.
    Source: DerSimonian and Laird (1986).

    >>> pooled_effect([0.0, 4.0], [1.0, 1.0], 7.0)
    (2.0, 2.0)
    """
    v = 1.0 / (np.asarray(errors, dtype=np.float64) ** 2 + between)
    total = float(v.sum())
    return float((v * np.asarray(effects, dtype=np.float64)).sum()) / total, 1.0 / math.sqrt(total)


def in_new_place(mean: float, error: float, between: float, studies: int, share: float) -> float:
    """Effect that lies above a share of what places not studied will see: ``mean + t √(between + error²)``.

    mean, error: of `pooled_effect`; between: variance from place to place; t: quantile at share (0 to 1) of Student's t with
    studies − 1 degrees of freedom; studies: how many, 2 or more. It is wider than the interval of the mean, as a new place
    is one place and no average. Source: IntHout et al. (2016), BMJ Open 6, e010247.

    >>> round(in_new_place(2.0, 2.0, 5.0, 2, 0.75), 6)  # t with one degree of freedom is 1 at 0.75
    5.0
    """
    from scipy.special import stdtrit  # noqa: PLC0415 – slow to import

    return mean + float(stdtrit(studies - 1, share)) * math.sqrt(between + error**2)
