"""Problems whose conflicts are known: a promise is kept where a sum over the levers, and chance, is at least 0.

``kept = a + Σ wⱼ xⱼ − Σ bⱼ (xⱼ − cⱼ)² + s z ≥ 0`` with x from 0 to 1 over each lever's range and z standard normal, so that
``P = Φ((a + Σ wⱼ xⱼ − Σ bⱼ (xⱼ − cⱼ)²) / s)`` is known at every setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from scipy.stats import norm

from placeplan.core import streams
from placeplan.explore.conflict.problem import EITHER, LESS, MORE, UNKNOWN, Asks, Lever, Problem

CASES: list[dict[str, Any]] = YAML(typ="safe").load(
    Path(__file__).with_name("conflicts.yaml").read_text(encoding="utf-8")
)
Sets = set[frozenset[str]]


@dataclass(frozen=True)
class Planted:
    """One problem, and what is true of it."""

    problem: Problem
    terms: tuple[dict[str, Any], ...]
    seed: int = 1

    def sums(self, settings: np.ndarray) -> np.ndarray:
        """The sum before chance, ``[setting, promise]``."""
        first = np.array([lever.values[0] for lever in self.problem.levers])
        x = (settings - first) / self.problem.widths
        found = np.zeros((len(settings), len(self.terms)))
        for i, term in enumerate(self.terms):
            found[:, i] = term["at"]
            for j, lever in enumerate(self.problem.levers):
                weight, centre = term.get("bends", {}).get(lever.name, (0.0, 0.0))
                found[:, i] += term.get("moves", {}).get(lever.name, 0.0) * x[:, j] - weight * (x[:, j] - centre) ** 2
        return found

    def run(self, settings: np.ndarray, futures: np.ndarray) -> np.ndarray:
        """Which promises are kept; where a promise has ``jitter`` that part of its chance is another in each setting."""
        kept = np.zeros((len(settings), len(futures), len(self.terms)), dtype=np.bool_)
        for i, (promise, term) in enumerate(zip(self.problem.promises, self.terms, strict=True)):
            even, odd = self._noise(term)
            chance = even * self._normal(promise.name, "", futures)[None]
            if odd:
                chance = chance + odd * np.stack(
                    [self._normal(promise.name, str(s), futures) for s in settings.tolist()]
                )
            kept[:, :, i] = self.sums(settings)[:, i, None] + chance >= 0
        return kept

    def shares(self, settings: np.ndarray) -> np.ndarray:
        """P, exactly, ``[setting, promise]``."""
        return norm.cdf(self.sums(settings) / [np.hypot(*self._noise(t)) for t in self.terms])

    def truth(self) -> Sets:
        """The smallest sets that no setting keeps, by trying all (a lever without steps at 41 places)."""
        places = [np.linspace(v.values[0], v.values[-1], 41) if v.between else v.values for v in self.problem.levers]
        keeps = self.shares(np.array(list(product(*places)))) >= self.problem.p
        names = [p.name for p in self.problem.promises]
        found: Sets = set()
        for size in range(1, len(names) + 1):
            for among in combinations(range(len(names)), size):
                one = frozenset(names[i] for i in among)
                if not keeps[:, among].all(axis=1).any() and not any(f < one for f in found):
                    found.add(one)
        return found

    def _noise(self, term: dict[str, Any]) -> tuple[float, float]:
        return float(term.get("noise", 0.25)), float(term.get("jitter", 0.0))

    def _normal(self, name: str, setting: str, futures: np.ndarray) -> np.ndarray:
        key = np.array([streams.key(self.seed, name, setting)], dtype=np.uint64)
        return streams.normal_quantile(streams.uniform(streams.words(key, futures.astype(np.uint64), 0)[0]))


def planted(case: dict[str, Any], seed: int = 1, only: list[str] | None = None) -> Planted:
    """The problem of a case, with all its promises or ``only`` some, in that order."""
    levers = tuple(_lever(name, values) for name, values in case["levers"].items())
    names = only or list(case["promises"])
    asks = tuple(Asks(n, case["promises"][n].get("p", 0.8), _signs(case["promises"][n], levers)) for n in names)
    start = tuple(lever.values[0] for lever in levers)
    return Planted(Problem(levers, asks, start), tuple(case["promises"][n] for n in names), seed)


def _lever(name: str, values: Any) -> Lever:
    if isinstance(values, dict):
        return Lever(name, (values["from"], values["to"]), between=True)
    return Lever(name, tuple(values))


def _signs(term: dict[str, Any], levers: tuple[Lever, ...]) -> tuple[int, ...]:
    """From the weights, unless the case says another, which may be wrong."""
    return tuple(term.get("says", {}).get(lever.name, _sign(term, lever.name)) for lever in levers)


def _sign(term: dict[str, Any], lever: str) -> int:
    weight = term.get("moves", {}).get(lever, 0.0)
    if lever in term.get("bends", {}):
        return UNKNOWN
    return EITHER if weight == 0 else MORE if weight > 0 else LESS
