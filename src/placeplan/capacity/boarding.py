"""Beds that pools lend each other: emergencies of a full pool lie in another's free beds, and stay longer for it."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.capacity.beds import SLACK, Array, BedMonth, BedState


def boarded(waiting: Any, spare: Any, may_lend: Any) -> Any:
    """Emergencies of a full pool who lie in another: ``least(waiting, most(0, least(spare, may lend)))``.

    spare: free ordinary beds of the other pool after its own emergencies; may_lend: what it may still lend to this one.

    >>> float(boarded(6.0, 9.0, 4.0))
    4.0
    """
    return np.minimum(waiting, np.maximum(np.minimum(spare, may_lend), 0.0))


def away_factor(away: Any, patients: Any, longer: Any) -> Any:
    """Nights of a pool's emergencies when some lie in other pools: ``1 + away × (longer − 1) / patients``.

    away: those in other pools; patients: all of them; longer: nights of one who is away against one who is not.

    >>> float(away_factor(10.0, 100.0, 1.5))
    1.05
    """
    return 1.0 + away * (longer - 1.0) / np.maximum(patients, 1.0)


class Loans:
    """Beds lent from pool to pool. Who lies elsewhere comes home as soon as an own bed is free in the morning."""

    def __init__(self, month: BedMonth, beds: Array) -> None:
        self.loans, self.longer, self.beds = month.loans, month.longer, beds
        self.most = [np.floor(loan.share * beds[loan.other] + SLACK) for loan in month.loans]

    def moved(self, state: BedState) -> Array:
        """Patients from other pools less own patients elsewhere, ``[pool, future]``."""
        found = np.zeros_like(state.short)
        for loan, lent in zip(self.loans, _lent(state), strict=True):
            found[loan.home] -= lent
            found[loan.other] += lent
        return found

    def add_away(self, state: BedState, to: Array) -> None:
        """Adds the patients of each pool who lie elsewhere."""
        for loan, lent in zip(self.loans, _lent(state), strict=True):
            to[loan.home] += lent

    def factor(self, state: BedState) -> Array:
        """Nights of each pool's emergencies against the usual, as some of them lie elsewhere, ``[pool, future]``."""
        assert self.longer is not None
        patients, factor = state.emergencies, np.ones_like(state.short)
        for loan, lent, longer in zip(self.loans, _lent(state), self.longer, strict=True):
            factor[loan.home] += away_factor(lent, patients[loan.home], longer) - 1.0
        return factor

    def leave(self, state: BedState) -> None:
        """No more are elsewhere than there are patients, after some have left."""
        patients = state.emergencies.copy()
        lent = _lent(state)
        for n, loan in enumerate(self.loans):
            lent[n] = np.minimum(lent[n], patients[loan.home])
            patients[loan.home] -= lent[n]

    def come_home(self, state: BedState, taken_up: Array) -> Array:
        """Those elsewhere take own beds that are free; returns the beds of each pool then taken up."""
        taken_up, lent = taken_up.copy(), _lent(state)
        for n, loan in enumerate(self.loans):
            back = np.minimum(lent[n], np.maximum(self.beds[loan.home] - taken_up[loan.home], 0.0))
            lent[n] -= back
            taken_up[loan.home] += back
            taken_up[loan.other] -= back
        return taken_up

    def lend(self, state: BedState, free: Array) -> tuple[Array, Array]:
        """Emergencies who wait and find no bed of their own go to others: how many of each pool, and to each pool.

        free: ordinary beds free in each pool; its own emergencies come first.
        """
        own = np.minimum(state.waiting, np.maximum(free, 0.0))
        rest, spare, lent = state.waiting - own, np.maximum(free, 0.0) - own, _lent(state)
        away, to = np.zeros_like(rest), np.zeros_like(rest)
        for n, loan in enumerate(self.loans):
            go = boarded(rest[loan.home], spare[loan.other], self.most[n] - lent[n])
            lent[n] += go
            rest[loan.home] -= go
            spare[loan.other] -= go
            away[loan.home] += go
            to[loan.other] += go
        return away, to


def _lent(state: BedState) -> Array:
    assert state.lent is not None
    return state.lent
